"""Validation rules: create, get, update, delete (domain.md §2.5; protocol.md §9)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from counterfoil.domain.errors import AlreadyExists, NotFound
from counterfoil.domain.listed_products import completed, names_listed
from counterfoil.domain.rule_evaluation import collections_in
from counterfoil.domain.validation_rules import (
    draft,
    lists_sent,
    require_collections,
    rules_of,
    updated,
)
from counterfoil.operations import async_actions, catalogue, rule_copies, rule_work
from counterfoil.operations.commits import Proposal, SlotTaken, commit
from counterfoil.operations.named_rules import KIND, require, traced
from counterfoil.operations.snapshots import Snapshot
from counterfoil.storage import async_actions as stored_actions
from counterfoil.storage import keys, validation_rules
from counterfoil.storage.plans import Plan
from counterfoil.storage.validation_rules import Stored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from counterfoil.domain.async_actions import AsyncAction
    from counterfoil.domain.item_selection import ProductLists
    from counterfoil.domain.rule_payloads import RulePayload, RuleUpdate
    from counterfoil.domain.validation_rules import ValidationRule
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.plans import Action


@dataclass(frozen=True, slots=True)
class Update:
    """What is to change of the rule with `rule_id`."""

    rule_id: str
    payload: RuleUpdate


def create(call: Call, payload: RulePayload) -> Stored:
    """A new rule. Raises AlreadyExists while another has its name, InvalidValidationRules."""
    sent = lists_sent(payload)
    rule_id = call.trace.ids["rule_id"] = call.ids.validation_rule
    snapshot = Snapshot(call, _catalogue_keys(call, sent), _collections_of(call, payload, sent))

    def propose(by: str) -> Proposal[Stored]:
        items = snapshot.take()
        lists = _completed(call, sent, items)
        rule = draft(payload, lists, rule_id, call.now)
        require_collections(rule, _collections_in(call, items))
        plan = Plan()
        plan.add(*validation_rules.created(call.project, rule, by))
        return Proposal(plan, Stored(rule, edition=1, version=1, assignments=0))

    try:
        return commit(call, propose)
    except SlotTaken as taken:
        raise AlreadyExists(KIND, payload.name) from taken


def update(call: Call, request: Update) -> Stored:
    """The rule with what the payload names changed, and so every copy of it.

    The worker reaches the copies when they are many; asked again, it is told once more. Raises
    NotFound, InvalidValidationRules, AlreadyExists for a name that another rule has. The answer is
    kept for an Idempotency-Key only when all copies are changed or left to the worker.
    """
    change = _Change(call, request)
    try:
        if change.work is not None:
            return async_actions.enqueue(call, change.work, change.propose)
        after = commit(replace(call, memory=None), change.propose)
    except SlotTaken as taken:
        raise AlreadyExists(KIND, str(request.payload.name)) from taken
    if after.action_id is not None:
        async_actions.remind(call, after.action_id)
    elif after.pending:
        rule_copies.refresh(call, after)
    return _settle(call, after)


def delete(call: Call, rule_id: str) -> None:
    """Take the rule away from all that has it, and free its name. Raises NotFound.

    It is marked first, so that nothing can be assigned any more. Deleting again goes on with what
    an interrupted deletion has left, or tells the worker once more.
    """
    mark = _Mark(call, rule_id)
    if mark.work is not None:
        async_actions.enqueue(call, mark.work, mark.propose)
        return
    marked = commit(call, mark.propose)
    if marked is not None and marked.action_id is not None:
        async_actions.remind(call, marked.action_id)
        return
    rule_copies.take_away(call, rule_id)
    _remove(call, rule_id)


class _Change:
    """A change of a rule, and the `work` that it leaves to the worker when copies are many."""

    def __init__(self, call: Call, request: Update) -> None:
        self._call, self._request = call, request
        self._sent = lists_sent(request.payload)
        wanted = [keys.rule(call.project, request.rule_id), *_catalogue_keys(call, self._sent)]
        collections = _collections_of(call, request.payload, self._sent)
        self._snapshot = Snapshot(call, wanted, collections)
        items = self._snapshot.take()
        self._snapshot.put_back(items)
        self.work: AsyncAction | None = None
        _, after = self._decide(items)
        if after.pending and after.action_id is None and rule_copies.are_many(after):
            self.work = rule_work.action_on(call, after)

    def propose(self, by: str) -> Proposal[Stored]:
        """The rule's next edition, and the action that brings it to the copies."""
        before, after = self._decide(self._snapshot.take())
        plan = Plan()
        if after is not before:
            plan.add(*validation_rules.changed(self._call.project, before, after, by))
            plan.add(*_action(self._call, self.work, after, by))
        return Proposal(plan, after)

    def _decide(self, items: Mapping[Key, Attributes]) -> tuple[Stored, Stored]:
        """The rule before and after. What nobody sees to yet becomes the action's."""
        call, payload = self._call, self._request.payload
        before = require(call, self._request.rule_id, items)
        lists = _completed(call, self._sent, items)
        rule = updated(before.rule, payload, lists, call.now)
        if rule.collections != before.rule.collections:
            known = _collections_in(call, items) | before.collections
            require_collections(rule, known)
        after = _next(before, rule)
        if self.work is not None and after.pending and after.action_id is None:
            after = replace(after, edition=before.edition + 1, action_id=self.work.id)
        return before, after


class _Mark:
    """The mark of a rule on its way out, and the `work` of taking it away when copies are many."""

    def __init__(self, call: Call, rule_id: str) -> None:
        self._call, self._rule_id = call, rule_id
        self._snapshot = Snapshot(call, [keys.rule(call.project, rule_id)])
        items = self._snapshot.take()
        self._snapshot.put_back(items)
        found = traced(call, rule_id, items)
        if found is None:
            raise NotFound(KIND, rule_id)
        self.work: AsyncAction | None = None
        if not found.deleted and rule_copies.are_many(found):
            self.work = rule_work.action_on(call, self._marked(found))

    def propose(self, by: str) -> Proposal[Stored | None]:
        """The rule as it is marked, here or before; None when it is gone."""
        found = traced(self._call, self._rule_id, self._snapshot.take())
        plan = Plan()
        if found is None or found.deleted:
            return Proposal(plan, found)
        after = self._marked(found)
        plan.add(validation_rules.marked(self._call.project, found, after, by))
        plan.add(*_action(self._call, self.work, after, by))
        return Proposal(plan, after)

    def _marked(self, found: Stored) -> Stored:
        return replace(
            found,
            edition=found.edition + 1,
            version=found.version + 1,
            deleted=True,
            action_id=None if self.work is None else self.work.id,
        )


def _action(call: Call, work: AsyncAction | None, after: Stored, by: str) -> Iterator[Action]:
    """The action that was promised, about the rule as it is now going to stand."""
    if work is not None and after.action_id == work.id:
        yield stored_actions.created(call.project, rule_work.action_on(call, after), by)


def _collections_of(
    call: Call, payload: RuleUpdate, lists: ProductLists | None
) -> Callable[[Mapping[Key, Attributes]], list[Key]]:
    """The collections that a rule as sent names."""
    text = rules_of(payload)
    named = collections_in(text or "")
    if lists is not None:
        named |= lists.collections
    wanted = [keys.product_collection(call.project, each) for each in sorted(named)]
    return lambda _: wanted


def _collections_in(call: Call, items: Mapping[Key, Attributes]) -> frozenset[str]:
    """The ids of the collections among `items`."""
    start = keys.product_collection(call.project, "").pk
    return frozenset(key.pk.removeprefix(start) for key in items if key.pk.startswith(start))


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
    copied = {"applicable_to", "rules", "error_message"}
    if rule.model_dump(include=copied) == before.rule.model_dump(include=copied):
        return after
    leaving = before.collections - rule.collections
    version = before.version + 1
    return replace(after, version=version, pending=True, action_id=None, leaving=leaving)


def _settle(call: Call, after: Stored) -> Stored:
    """Note that all copies are of this version, unless a later change has to."""
    planned_before = False

    def propose(_: str) -> Proposal[Stored]:
        nonlocal planned_before
        plan = Plan()
        if after.pending and after.action_id is None and not planned_before:
            plan.add(*validation_rules.settled(call.project, after))
        planned_before = True
        return Proposal(plan, after)

    return commit(call, propose)


def _remove(call: Call, rule_id: str) -> None:
    snapshot = Snapshot(call, [keys.rule(call.project, rule_id)])

    def propose(_: str) -> Proposal[None]:
        found = traced(call, rule_id, snapshot.take())
        plan = Plan()
        if found is not None:
            plan.add(*validation_rules.removed(call.project, found))
        return Proposal(plan, None)

    commit(call, propose)
