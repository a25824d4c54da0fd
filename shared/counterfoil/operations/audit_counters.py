"""Auditing vouchers, tiers and campaigns: their counters against the records of their uses.

A counter that is the same before and after its records were read has not moved meanwhile. The
records of a voucher have a list of their own; those of tiers and campaigns are summed up in one way
along the list of all, and what was added since is read when they are compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain.audits import Checks
from counterfoil.operations.audit_sums import beside, records_in, sums_of
from counterfoil.storage import campaigns, gift_transactions, keys, promotions, rosters, vouchers
from counterfoil.storage.gift_transactions import Card, Way
from counterfoil.storage.marshal import number
from counterfoil.storage.store import Question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from counterfoil.domain.audits import Difference
    from counterfoil.operations.audit_sums import Sums
    from counterfoil.operations.call import Call
    from counterfoil.storage.definitions import Place
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes

    Items = Mapping[Key, Attributes]
    Found = Mapping[str, tuple[Difference, ...] | None]

VOUCHER: Final = "voucher"
TIER: Final = "promotion_tier"
CAMPAIGN: Final = "campaign"
_CHUNK: Final = 100
_HOLDS: Final = ("h_", "c_")


def examine_vouchers(call: Call, voucher_ids: Sequence[str]) -> Found:
    """Where each of the vouchers differs; None for one that moved meanwhile."""
    return {each: _voucher(call, each) for each in voucher_ids}


def _voucher(call: Call, voucher_id: str) -> tuple[Difference, ...] | None:
    own = vouchers.place(call.project, voucher_id)
    counter = own.counter()
    before = call.store.get_all([own.definition, counter])
    if own.definition not in before:
        return ()
    partition = keys.voucher_redemptions(call.project, voucher_id)
    life = before.get(counter, {}).get("gen")
    found = [
        each
        for each in records_in(call, (partition,), "g2")
        if each.use is not None and each.use.generation == life
    ]
    due = sums_of(call, found).get((counter, str(life)), {})
    by_hand = _by_hand(call, voucher_id, life)
    if call.store.get_all([own.definition, counter]) != before:
        return None
    checks = Checks(VOUCHER, voucher_id)
    _definition(checks, own, before)
    item = before.get(counter, {})
    _bucket(call, checks, counter, item, due)
    _quantity(checks, vouchers.stored(before, call.project, voucher_id))
    if "loaded" in item:
        _money(checks, item, due, by_hand)
    return checks.differences


def _quantity(checks: Checks, stored: vouchers.Stored | None) -> None:
    if stored is not None and stored.voucher.quantity is not None:
        within = stored.counter.used <= stored.voucher.quantity
        checks.holds("used is within the quantity", within)


def _definition(checks: Checks, own: Place, items: Items) -> None:
    """Every bucket goes by the definition."""
    definition = items.get(own.definition, {})
    for key in own.counters:
        item = items.get(key, {})
        for name in ("dv", "gen"):
            due, found = (str(each.get(name)) for each in (definition, item))
            checks.same(f"{key.sk} {name}", due, found)


def _bucket(call: Call, checks: Checks, key: Key, item: Attributes, due: Mapping[str, int]) -> None:
    """Uses, what is taken with what sessions hold, and all that is counted beside."""
    used, is_campaign = due.get("used", 0), key.pk.startswith(f"{call.project}#A#")
    # What sessions hold of a campaign is beside what is taken of it.
    held = 0 if is_campaign else sum(_held(item, _HOLDS[0]))
    checks.same(f"{key.sk} used", used, number(item.get("used", 0)))
    checks.same(f"{key.sk} taken", used + held, number(item.get("taken", 0)))
    checks.each(key.sk, beside(call, due), beside(call, item))


def _held(item: Attributes, prefix: str) -> Iterable[int]:
    return (number(value) for name, value in item.items() if name.startswith(prefix))


def _money(
    checks: Checks, item: Attributes, due: Mapping[str, int], by_hand: Sequence[int]
) -> None:
    """What is on a card is what was put on it, less what was taken off, spent and held."""
    loaded, subtracted, spent, left = (
        number(item.get(name, 0)) for name in ("loaded", "subtracted", "spent", "avail")
    )
    checks.same("spent", due.get("spent", 0), spent)
    checks.same("subtracted", -sum(each for each in by_hand if each < 0), subtracted)
    checks.same("avail", loaded - subtracted - spent - sum(_held(item, _HOLDS[1])), left)
    checks.holds("loaded has what was added", loaded >= sum(n for n in by_hand if n > 0))


def _by_hand(call: Call, voucher_id: str, life: object) -> list[int]:
    """What was put on a card in this life, and taken off it below 0, by hand."""
    card = Card(call.project, voucher_id, str(life))
    way = Way(newest_first=False, start=None, chunk=_CHUNK)
    return [each.amount for each in gift_transactions.by_hand(call.store, card, way)]


def examine_tiers(call: Call, tier_ids: Sequence[str], sum_up: Callable[[], Sums]) -> Found:
    """Where each of the tiers differs from what records sum up to; None for one that moved."""
    places = {each: promotions.place(call.project, each) for each in tier_ids}
    wanted = [key for own in places.values() for key in (own.definition, *own.counters)]
    before = call.store.get_all(wanted)
    sums = sum_up()
    after = call.store.get_all(wanted)
    found: dict[str, tuple[Difference, ...] | None] = {}
    for each, own in places.items():
        checks = Checks(TIER, each)
        if own.definition in before:
            _definition(checks, own, before)
            _buckets(call, checks, own, before, sums)
        found[each] = None if _moved(own, before, after) else checks.differences
    return found


def examine_campaigns(call: Call, campaign_ids: Sequence[str], sum_up: Callable[[], Sums]) -> Found:
    """Where each of the campaigns differs: buckets, the tally of vouchers, the roster of tiers."""
    places = {each: campaigns.place(call.project, each) for each in campaign_ids}
    wanted = [key for each, own in places.items() for key in _keys_of(call, each, own)]
    before = call.store.get_all(wanted)
    sums = sum_up()
    rosters_found = {each: _listed(call, own.pk) for each, own in places.items()}
    after = call.store.get_all(wanted)
    found: dict[str, tuple[Difference, ...] | None] = {}
    for each, own in places.items():
        checks = Checks(CAMPAIGN, each)
        if not before.get(own.definition, {"deleted": True}).get("deleted"):
            _definition(checks, own, before)
            _buckets(call, checks, own, before, sums)
            _roster(call, checks, each, before, rosters_found[each])
        same = all(before.get(key) == after.get(key) for key in _keys_of(call, each, own))
        found[each] = checks.differences if same else None
    return found


def _keys_of(call: Call, campaign_id: str, own: Place) -> list[Key]:
    beside_it = keys.tally(call.project, campaign_id), keys.roster(call.project, campaign_id)
    return [own.definition, *own.counters, *beside_it]


def _moved(own: Place, before: Items, after: Items) -> bool:
    return any(before.get(key) != after.get(key) for key in (own.definition, *own.counters))


def _buckets(call: Call, checks: Checks, own: Place, items: Items, sums: Sums) -> None:
    """Each bucket has what records sum up to; one of a tier, what its orders came to as well."""
    for key in own.counters:
        item = items.get(key, {})
        due = sums.get((key, str(item.get("gen"))), {})
        _bucket(call, checks, key, item, due)
        for name in ("amt", "disc"):
            checks.same(f"{key.sk} {name}", due.get(name, 0), number(item.get(name, 0)))


def _listed(call: Call, partition: str) -> Mapping[str, int]:
    """How many vouchers, tiers and stacks a campaign lists, and the place of the last tier."""
    entries = map(rosters.entry, call.store.query(Question(partition, starts=keys.TIERS)))
    places = [each.hierarchy for each in entries]
    return {
        "members": call.store.count(Question(partition, starts=keys.MEMBERS)),
        "tiers": len(places),
        "stacks": call.store.count(Question(partition, starts=keys.STACKS)),
        "last": max(places, default=0),
    }


def _roster(
    call: Call, checks: Checks, campaign_id: str, items: Items, listed: Mapping[str, int]
) -> None:
    """Tally and roster count what is listed."""
    tally = items.get(keys.tally(call.project, campaign_id), {})
    checks.same("tally", listed["members"], number(tally.get("n", 0)))
    roster = items.get(keys.roster(call.project, campaign_id), {})
    for name in ("tiers", "stacks", "last"):
        checks.same(f"roster {name}", listed[name], number(roster.get(name, 0)))
