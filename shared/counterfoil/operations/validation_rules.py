"""Validation rules: create, get, update, delete (domain.md §2.5; protocol.md §9)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from counterfoil.domain.assignments import require_assignable
from counterfoil.domain.errors import AlreadyExists, NotFound
from counterfoil.domain.listed_products import completed, names_listed
from counterfoil.domain.validation_rules import draft, lists_sent, updated
from counterfoil.operations import catalogue, rule_copies
from counterfoil.operations.commits import Proposal, SlotTaken, commit
from counterfoil.operations.named_rules import KIND, require, traced
from counterfoil.operations.snapshots import Snapshot
from counterfoil.storage import assignments, keys, validation_rules
from counterfoil.storage.plans import Plan
from counterfoil.storage.validation_rules import Stored

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.domain.item_selection import ProductLists
    from counterfoil.domain.rule_payloads import RulePayload, RuleUpdate
    from counterfoil.domain.validation_rules import ValidationRule
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes


@dataclass(frozen=True, slots=True)
class Update:
    """What is to change of the rule with `rule_id`."""

    rule_id: str
    payload: RuleUpdate


def create(call: Call, payload: RulePayload) -> Stored:
    """A new rule. Raises AlreadyExists while another has its name, InvalidValidationRules."""
    sent = lists_sent(payload)
    rule_id = call.trace.ids["rule_id"] = call.ids.validation_rule
    snapshot = Snapshot(call, _catalogue_keys(call, sent))

    def propose(by: str) -> Proposal[Stored]:
        lists = _completed(call, sent, snapshot.take())
        rule = draft(payload, lists, rule_id, call.now)
        plan = Plan()
        plan.add(*validation_rules.created(call.project, rule, by))
        return Proposal(plan, Stored(rule, edition=1, version=1, assignments=0))

    try:
        return commit(call, propose)
    except SlotTaken as taken:
        raise AlreadyExists(KIND, payload.name) from taken


def update(call: Call, request: Update) -> Stored:
    """The rule with what the payload names changed, and so every copy of it.

    Raises NotFound, InvalidValidationRules, AlreadyExists for a name that another rule has. The
    answer is kept for an Idempotency-Key only when all copies are changed.
    """
    after = _change(call, request)
    if after.pending:
        rule_copies.refresh(call, after)
    return _settle(call, after)


def delete(call: Call, rule_id: str) -> None:
    """Take the rule away from all that has it, and free its name. Raises NotFound.

    It is marked first, so that nothing can be assigned any more. Deleting again goes on with what
    an interrupted deletion has left.
    """
    _mark(call, rule_id)
    rule_copies.take_away(call, rule_id)
    _remove(call, rule_id)


def _change(call: Call, request: Update) -> Stored:
    rule_id, payload = request.rule_id, request.payload
    sent = lists_sent(payload)
    wanted = [keys.rule(call.project, rule_id), *_catalogue_keys(call, sent)]
    snapshot = Snapshot(call, wanted)

    def propose(by: str) -> Proposal[Stored]:
        items = snapshot.take()
        before = require(call, rule_id, items)
        lists = _completed(call, sent, items)
        after = _next(before, updated(before.rule, payload, lists, call.now))
        _require_holders(call, before, after)
        plan = Plan()
        if after is not before:
            plan.add(*validation_rules.changed(call.project, before, after, by))
        return Proposal(plan, after)

    try:
        return commit(replace(call, memory=None), propose)
    except SlotTaken as taken:
        raise AlreadyExists(KIND, str(payload.name)) from taken


def _catalogue_keys(call: Call, lists: ProductLists | None) -> list[Key]:
    return [] if lists is None else catalogue.keys_of(call, names_listed(lists))


def _completed(
    call: Call, lists: ProductLists | None, items: Mapping[Key, Attributes]
) -> ProductLists | None:
    if lists is None:
        return None
    return completed(lists, catalogue.known(call, names_listed(lists), items))


def _next(before: Stored, rule: ValidationRule) -> Stored:
    """The next edition; the next version only when copies of the rule carry what changed."""
    if rule is before.rule:
        return before
    after = replace(before, rule=rule, edition=before.edition + 1)
    copied = {"applicable_to", "campaign_limit"}
    if rule.model_dump(include=copied) == before.rule.model_dump(include=copied):
        return after
    rule_copies.require_few(before)
    return replace(after, version=before.version + 1, pending=True)


def _require_holders(call: Call, before: Stored, after: Stored) -> None:
    """Raises InvalidValidationRules for a limit that comes to what cannot have one.

    What is assigned after this moves the rule's edition, which refuses the change.
    """
    if after.rule.campaign_limit is None or before.rule.campaign_limit is not None:
        return
    for each in assignments.of_rule(call.store, call.project, after.rule.id):
        require_assignable(after.rule, each.kind)


def _settle(call: Call, after: Stored) -> Stored:
    """Note that all copies are of this version, unless a later change has to."""
    planned_before = False

    def propose(_: str) -> Proposal[Stored]:
        nonlocal planned_before
        plan = Plan()
        if after.pending and not planned_before:
            plan.add(validation_rules.settled(call.project, after))
        planned_before = True
        return Proposal(plan, after)

    return commit(call, propose)


def _mark(call: Call, rule_id: str) -> None:
    snapshot = Snapshot(call, [keys.rule(call.project, rule_id)])
    planned_before = False

    def propose(by: str) -> Proposal[None]:
        nonlocal planned_before
        found = traced(call, rule_id, snapshot.take())
        plan = Plan()
        if found is None and not planned_before:
            raise NotFound(KIND, rule_id)
        planned_before = True
        if found is not None and not found.deleted:
            rule_copies.require_few(found)
            plan.add(validation_rules.marked(call.project, found, by))
        return Proposal(plan, None)

    commit(call, propose)


def _remove(call: Call, rule_id: str) -> None:
    snapshot = Snapshot(call, [keys.rule(call.project, rule_id)])

    def propose(_: str) -> Proposal[None]:
        found = traced(call, rule_id, snapshot.take())
        plan = Plan()
        if found is not None:
            plan.add(*validation_rules.removed(call.project, found))
        return Proposal(plan, None)

    commit(call, propose)
