"""What must hold between promotion tiers, their buckets, their campaigns' rosters and stacks."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from counterfoil.domain.promotions import PromotionStack
from counterfoil.domain.records import Record, Result
from counterfoil.domain.timestamps import iso
from counterfoil.storage import promotion_stacks, promotions, rosters
from counterfoil.storage.marshal import Attributes
from tests.concurrency.ledger import Ledger


def _buckets(ledger: Ledger) -> Iterator[str]:
    """Every bucket goes by its definition, and adds up what the records of its uses say."""
    due = _by_bucket(ledger)
    for name, partition in ledger.collection("P").items():
        definition = partition.get("#")
        if definition is None or len(partition) != promotions.BUCKETS + 1:
            yield f"tier {name} has only {sorted(partition)}"
            continue
        for place in range(promotions.BUCKETS):
            bucket = partition[f"N#{place}"]
            if (definition["dv"], definition["gen"]) != (bucket["dv"], bucket["gen"]):
                yield f"tier {name}: bucket {place} goes by another definition"
            if _sums(bucket) != due[name, place]:
                yield f"tier {name}: bucket {place} has {_sums(bucket)}, not {due[name, place]}"


def _rosters(ledger: Ledger) -> Iterator[str]:
    """A campaign's entries are its tiers at their places, and its roster knows the last one."""
    tiers = ledger.tiers.values()
    for campaign, partition in ledger.collection("A").items():
        entries = [rosters.entry(item) for sk, item in partition.items() if sk.startswith("T#")]
        own = {each.id: each.hierarchy for each in tiers if each.campaign_id == campaign}
        if {each.tier_id: each.hierarchy for each in entries} != own:
            yield f"campaign {campaign} has the entries {entries}, and the tiers {own}"
        roster = partition.get("T", {})
        known = (roster.get("last", 0), roster.get("tiers", 0), roster.get("stacks", 0))
        stacks = [each for each in _stacks(ledger) if each.campaign_id == campaign]
        if known != (max(own.values(), default=0), len(own), len(stacks)):
            yield f"campaign {campaign} counts {known} of {own} and {len(stacks)} stacks"
        listed = {sk.removeprefix("S#") for sk in partition if sk.startswith("S#")}
        if listed != {each.id for each in stacks}:
            yield f"campaign {campaign} lists {listed}"
        used = Counter(tier for each in stacks for tier in each.tiers)
        if {each.tier_id: each.stacks for each in entries if each.stacks} != dict(used):
            yield f"campaign {campaign}: {entries} are in {used}"


def _by_bucket(ledger: Ledger) -> dict[tuple[str, int], list[int]]:
    found: dict[tuple[str, int], list[int]] = _Zeros()
    for record in ledger.records:
        use = record.use
        if use is not None and use.tier is not None and _stands(record):
            amount = 0 if record.order is None else record.order.total_amount
            before = found[use.tier.id, use.bucket]
            added = (1, 1, amount, record.allocation.total)
            found[use.tier.id, use.bucket] = [a + b for a, b in zip(before, added, strict=True)]
    return found


class _Zeros(dict[tuple[str, int], list[int]]):
    def __missing__(self, key: tuple[str, int]) -> list[int]:
        return [0, 0, 0, 0]


def _sums(bucket: Attributes) -> list[object]:
    return [bucket.get(name, 0) for name in ("used", "taken", "amt", "disc")]


def _stands(record: Record) -> bool:
    succeeded = record.result is Result.SUCCESS and record.rollback_id is None
    return succeeded and not record.is_rollback


def _stacks(ledger: Ledger) -> list[PromotionStack]:
    names = ledger.collection("PS")
    found = (promotion_stacks.stored(ledger.items, ledger.project, name) for name in names)
    return [each.stack for each in found if each is not None]


def _offers(ledger: Ledger) -> Iterator[str]:
    """What is offered are the vouchers without campaign, the tiers and the stacks there are."""
    stand_alone = [
        each.voucher
        for each in ledger.vouchers.values()
        if each.voucher.campaign_id is None and not each.deleted
    ]
    due = {f"{iso(each.created_at)}#{each.id}" for each in stand_alone}
    due |= {f"{iso(each.created_at)}#{each.id}" for each in ledger.tiers.values()}
    due |= {f"{iso(each.created_at)}#{each.id}" for each in _stacks(ledger)}
    offered = {sk for partition in ledger.collection("Q").values() for sk in partition}
    if offered != due:
        yield f"offered without being there {offered - due}, there without being so {due - offered}"


CHECKS: Final = (_buckets, _rosters, _offers)
