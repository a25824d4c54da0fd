"""What must hold between validation rules, their assignments and the copies of them."""

from collections.abc import Iterator
from typing import Final

from counterfoil.domain.assignments import Assignment, assignment_of
from counterfoil.storage import assignments, keys, validation_rules
from tests.concurrency.ledger import Ledger


def _names(ledger: Ledger) -> Iterator[str]:
    """Every rule has its name, and no name has more than that rule."""
    held = {key.pk: str(item["rule"]) for key, item in ledger.items.items() if "#YN#" in key.pk}
    rules = rules_of(ledger)
    wanted = {keys.rule_name(ledger.project, it.rule.name).pk: it.rule.id for it in rules}
    if held != wanted:
        yield f"names of rules are held by {held}, and not {wanted}"


def _copies(ledger: Ledger) -> Iterator[str]:
    """A rule counts its assignments; each is a copy, and no copy lies elsewhere."""
    found = {each.id: each for each in _assignments(ledger)}
    for stored in rules_of(ledger):
        own = [each for each in found.values() if each.rule_id == stored.rule.id]
        if len(own) != stored.assignments:
            yield f"{stored.rule.id} counts {stored.assignments} assignments, but has {len(own)}"
    for voucher in (each.voucher for each in ledger.vouchers.values()):
        if voucher.rule is None:
            continue
        made = found.pop(voucher.rule.assignment_id, None)
        if made != assignment_of("voucher", voucher.id, voucher.rule):
            yield f"{voucher.id} has a copy of {voucher.rule.rule_id}, but {made} is no reason"
    for each in found.values():
        yield f"{each.id} assigns {each.rule_id} to {each.object_id}, which has no copy"


def _versions(ledger: Ledger) -> Iterator[str]:
    """No copy is older than its rule, unless the change is still on its way."""
    rules = {each.rule.id: each for each in rules_of(ledger)}
    for voucher in (each.voucher for each in ledger.vouchers.values()):
        rule = None if voucher.rule is None else rules.get(voucher.rule.rule_id)
        if voucher.rule is None or rule is None or rule.pending or rule.deleted:
            continue
        if (voucher.rule.version, voucher.rule.applicable_to) != (
            rule.version,
            rule.rule.applicable_to,
        ):
            yield f"{voucher.id} has version {voucher.rule.version} of {rule.version}"


def rules_of(ledger: Ledger) -> list[validation_rules.Stored]:
    """Every rule, those on their way out included."""
    found = (
        validation_rules.stored(partition.get("#"), name)
        for name, partition in ledger.collection("Y").items()
    )
    return [each for each in found if each is not None]


def _assignments(ledger: Ledger) -> list[Assignment]:
    found = (
        assignments.stored(item)
        for partition in ledger.collection("Y").values()
        for sort_key, item in partition.items()
        if sort_key != "#"
    )
    return [each for each in found if each is not None]


CHECKS: Final = (_names, _copies, _versions)
