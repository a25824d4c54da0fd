"""What must hold between validation rules, their assignments and the copies of them."""

from collections.abc import Iterator
from typing import Final

from counterfoil.domain.assigned_rules import AssignedRule
from counterfoil.domain.assignments import Assignment, HolderKind, assignment_of
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
    for kind, name, copy in _holders(ledger):
        made = found.pop(copy.assignment_id, None)
        # Only the assignment itself knows whether anything is still being counted for it.
        told = made and made.model_copy(update={"counting": None})
        if told != assignment_of(kind, name, copy):
            yield f"{name} has a copy of {copy.rule_id}, but {made} is no reason"
    for each in found.values():
        yield f"{each.id} assigns {each.rule_id} to {each.object_id}, which has no copy"


def _versions(ledger: Ledger) -> Iterator[str]:
    """No copy is older than its rule, unless the change is still on its way."""
    rules = {each.rule.id: each for each in rules_of(ledger)}
    for _, name, copy in _holders(ledger):
        rule = rules.get(copy.rule_id)
        if rule is None or rule.pending or rule.deleted:
            continue
        own = rule.rule
        due = (rule.version, own.applicable_to, own.rules, own.error_message)
        if (copy.version, copy.applicable_to, copy.rules, copy.error_message) != due:
            yield f"{name} has version {copy.version} of {rule.version}"


def _holders(ledger: Ledger) -> Iterator[tuple[HolderKind, str, AssignedRule]]:
    """Every copy, with the kind and id of what has it."""
    for stored in ledger.vouchers.values():
        if stored.voucher.rule is not None:
            yield "voucher", stored.voucher.id, stored.voucher.rule
    for tier in ledger.tiers.values():
        if tier.rule is not None:
            yield "promotion_tier", tier.id, tier.rule
    for owner in ledger.campaigns.values():
        if owner.campaign.rule is not None:
            yield "campaign", owner.campaign.id, owner.campaign.rule


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
