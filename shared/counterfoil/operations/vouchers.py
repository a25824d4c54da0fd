"""Vouchers: create, get, update, switch on and off, delete (domain.md §2.6; protocol.md §1.6, §8).

Definition and counter move in one transaction, so a redemption that was decided by an older
definition is refused and decided anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain.codes import CodeConfig, random_code, require_code
from counterfoil.domain.errors import AlreadyExists, Contended, InvalidVoucher, NotFound
from counterfoil.domain.voucher_definitions import switched, updated
from counterfoil.operations import catalogue
from counterfoil.operations.commits import PLANS, Proposal, SlotTaken, commit
from counterfoil.operations.first_rules import first_rule, rule_keys
from counterfoil.operations.named_vouchers import keys_of, require, traced
from counterfoil.operations.new_vouchers import deleted, drafted, written
from counterfoil.operations.project_settings import require_category
from counterfoil.operations.snapshots import Snapshot
from counterfoil.storage import campaigns, vouchers
from counterfoil.storage.plans import Guard, Plan
from counterfoil.storage.vouchers import Stored

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from counterfoil.domain.voucher_payloads import VoucherPayload, VoucherUpdate
    from counterfoil.domain.vouchers import Voucher
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes


@dataclass(frozen=True, slots=True)
class Creation:
    """A voucher to be created; `code` None leaves the code to us."""

    code: str | None
    payload: VoucherPayload


@dataclass(frozen=True, slots=True)
class Update:
    """What is to change of the voucher that `name`, a code or an id, stands for."""

    name: str
    payload: VoucherUpdate


@dataclass(frozen=True, slots=True)
class Deletion:
    """A voucher to be deleted; only with `force` its code is free again."""

    name: str
    force: bool


def create(call: Call, request: Creation) -> Stored:
    """A new voucher. Raises AlreadyExists while its code is taken, be it by a deleted voucher.

    Raises NotFound for an unknown category: a voucher that goes by no rules of it would be worse.
    """
    require_category(call, request.payload.category_id)
    if request.code is None:
        return _create_random(call, request.payload)
    code, payload = request.code, request.payload
    require_code(code)
    snapshot = Snapshot(call, _needed(call, payload))

    def propose(by: str) -> Proposal[Stored]:
        return _creation(call, payload, code, (snapshot.take(), by), Guard.SLOT)

    try:
        return commit(call, propose)
    except SlotTaken as taken:
        raise AlreadyExists("voucher", code) from taken


def update(call: Call, request: Update) -> Stored:
    """The voucher with what the payload names changed.

    Raises NotFound, InvalidVoucher, InvalidGift.
    """
    payload = request.payload
    require_category(call, payload.category_id)
    given = catalogue.unit_types(payload.discount)

    def decide(found: Stored, items: Mapping[Key, Attributes]) -> Voucher:
        units = catalogue.units_known(call, given, items)
        return updated(found.voucher, payload, call.now, units, found.counter.gift)

    return _change(call, request.name, decide, catalogue.unit_keys(call, given))


def enable(call: Call, name: str) -> Stored:
    """The voucher switched on. Raises NotFound."""
    return _change(call, name, lambda found, _: switched(found.voucher, call.now, active=True))


def disable(call: Call, name: str) -> Stored:
    """The voucher switched off. Raises NotFound."""
    return _change(call, name, lambda found, _: switched(found.voucher, call.now, active=False))


def delete(call: Call, request: Deletion) -> None:
    """Take the voucher away; its redemptions stay, and can be rolled back unless it was forced.

    Deleting again is NotFound, except with `force`, which then frees the code. A voucher that is
    gone when the plan is made anew was deleted by this request, or by another just now.
    """
    snapshot = Snapshot(call, keys_of(call, request.name))
    planned_before = False

    def propose(by: str) -> Proposal[None]:
        nonlocal planned_before
        found = traced(call, request.name, snapshot.take(), deleted_too=request.force)
        plan = Plan()
        if found is None:
            if not planned_before:
                raise NotFound("voucher", request.name)
            return Proposal(plan, None)
        planned_before = True
        plan.add(*deleted(call, found, by, force=request.force))
        if not found.deleted:
            plan.add(*campaigns.uncounted(call.project, found.voucher))
        return Proposal(plan, None)

    commit(call, propose)


def _create_random(call: Call, payload: VoucherPayload) -> Stored:
    """A voucher under the first code of this request's that is free."""
    config = payload.code_config or CodeConfig()
    snapshot = Snapshot(call, _needed(call, payload))
    attempt = 0

    def propose(by: str) -> Proposal[Stored]:
        nonlocal attempt
        code = random_code(config, call.ids.code, attempt)
        attempt += 1
        require_code(code)
        # A code that is taken is no refusal here: the next plan has the next code.
        return _creation(call, payload, code, (snapshot.take(), by), Guard.STATE)

    try:
        return commit(call, propose)
    except Contended as busy:
        message = f"The code_config gave {PLANS} codes that are all taken"
        raise InvalidVoucher(message) from busy


def _creation(
    call: Call,
    payload: VoucherPayload,
    code: str,
    known: tuple[Mapping[Key, Attributes], str],
    guard: Guard,
) -> Proposal[Stored]:
    """A new voucher; `known` are the items that it depends on, and the name of the plan."""
    items, by = known
    units = catalogue.units_known(call, catalogue.unit_types(payload.discount), items)
    new = drafted(call, payload, code, units)
    first = first_rule(call, payload.validation_rules, ("voucher", new.voucher.id), items, by)
    created = written(call, new.ruled(first.copy), by, guard)
    call.trace.ids["voucher_id"] = new.voucher.id
    plan = Plan()
    plan.add(*created.actions, *first.actions)
    return Proposal(plan, created.stored)


def _change(
    call: Call,
    name: str,
    decide: Callable[[Stored, Mapping[Key, Attributes]], Voucher],
    also: Sequence[Key] = (),
) -> Stored:
    """The voucher as `decide` makes it of what stands and of the items, those of `also` too."""
    snapshot = Snapshot(call, [*keys_of(call, name), *also])

    def propose(by: str) -> Proposal[Stored]:
        items = snapshot.take()
        before = require(call, name, items)
        after = decide(before, items)
        plan = Plan()
        if after is before.voucher:
            return Proposal(plan, before)
        plan.add(*vouchers.changed(call.project, before, after, by))
        return Proposal(plan, Stored(after, before.counter, deleted=False))

    return commit(call, propose)


def _needed(call: Call, payload: VoucherPayload) -> list[Key]:
    """What a new voucher depends on."""
    units = catalogue.unit_keys(call, catalogue.unit_types(payload.discount))
    return [*rule_keys(call, payload.validation_rules), *units]
