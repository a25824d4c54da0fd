"""Vouchers with one validation rule, more than a test would ask the service for."""

from collections.abc import Sequence
from typing import Final

from counterfoil.domain import ids
from counterfoil.domain.assigned_rules import AssignedRule
from counterfoil.domain.assignments import Assignment, copy_of
from counterfoil.storage import assignments, keys, validation_rules, vouchers
from counterfoil.storage.marshal import typed_item
from counterfoil.storage.plans import Action, Guard
from counterfoil.storage.store import Patience, Store
from tests.builders import NOW, a_voucher, request_ids

_DISCOUNT: Final = {"type": "PERCENT", "percent_off": 10, "effect": "APPLY_TO_ITEMS"}


def give(store: Store, project: str, rule_id: str, count: int) -> list[str]:
    """The codes of `count` new vouchers that have the rule, as their creation would leave them."""
    stored = validation_rules.stored(store.get(keys.rule(project, rule_id)), rule_id)
    assert stored is not None
    codes = [f"H{place:04}" for place in range(count)]
    for place, code in enumerate(codes):
        new = Assignment(
            id=request_ids(place).assignment,
            rule_id=rule_id,
            kind="voucher",
            object_id=ids.voucher_id(project, code),
            created_at=NOW,
        )
        copy = copy_of(stored.rule, stored.version, new)
        voucher = a_voucher(code, _DISCOUNT, id=new.object_id, rule=copy)
        assignment, _ = assignments.created(project, new, stored.version, "given-0")
        _put(store, [*vouchers.created(project, voucher, "a" * 8, "given-0"), assignment])
    count_up(store, project, rule_id, count)
    return codes


def count_up(store: Store, project: str, rule_id: str, count: int) -> None:
    """The rule counts so many assignments more; its edition moves as with every assignment."""
    adds = {"n": count, "ver": 1}
    store.write(Action(keys.rule(project, rule_id), Guard.STATE, adds=adds))


def copies(store: Store, project: str, codes: Sequence[str]) -> list[AssignedRule | None]:
    """The copy that each of the vouchers has."""
    patient = Store(store.client, store.table, Patience(lambda: 9.0, lambda _: None))
    names = [ids.voucher_id(project, code) for code in codes]
    items = patient.get_all(vouchers.keys_of(project, names))
    found = (vouchers.stored(items, project, name) for name in names)
    return [None if each is None else each.voucher.rule for each in found]


def _put(store: Store, actions: Sequence[Action]) -> None:
    """New items, of which an engine in memory takes many more by batches than by transactions."""
    puts = [{**each.key._asdict(), **each.sets} for each in actions]
    requests = [{"PutRequest": {"Item": typed_item(each)}} for each in puts]
    store.client.batch_write_item(RequestItems={store.table: requests})  # type: ignore[attr-defined]  # the service itself never does
