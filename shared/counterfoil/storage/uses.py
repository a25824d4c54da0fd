"""What redemptions and rollbacks do to the counters of what they use.

A record lists exactly which counters its redemption moved; a rollback gives back by that list and
never looks anything up in today's definitions (protocol.md §8).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.counts import NO_SHARE, Counts, Place, Share
from counterfoil.domain.vouchers import Voucher
from counterfoil.storage import campaigns, counts, definitions, holds, promotions, vouchers
from counterfoil.storage.counts import HeldAt
from counterfoil.storage.definitions import Life, Taking

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from counterfoil.domain.candidates import Redeemable
    from counterfoil.domain.counts import Guard, Periods
    from counterfoil.domain.outcomes import Applicable
    from counterfoil.domain.records import CampaignUse, Record, Use
    from counterfoil.domain.redemptions import Redeemed
    from counterfoil.domain.validation_sessions import Reservation, ValidationSession
    from counterfoil.storage.counts import Tab
    from counterfoil.storage.definitions import Place as Lying
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.plans import Action

_NO_COUNTS: Final = Counts()


@dataclass(frozen=True, slots=True)
class Counting:
    """Where one use is counted: of what, in which buckets, by whom.

    `incentive` and `campaign` name a life of each; the campaign is None of what has none.
    """

    project: str
    counter: Key
    incentive: str
    campaign_counter: Key | None
    campaign: str | None
    customer_id: str | None
    api_key: str

    def tab(self, place: Place) -> Tab | None:
        """The tab of a place; None where there is none, as without a customer."""
        match place:
            case Place.INCENTIVE:
                return counts.Tab(self.counter, has_money=self.campaign is None)
            case Place.CAMPAIGN:
                known = self.campaign_counter
                return None if known is None else counts.Tab(known, has_money=True)
            case Place.API_KEY:
                return counts.of_api_key(self.counter, self.api_key)
            case _:
                named = self.incentive if place is Place.CUSTOMER else self.campaign
                if named is None or self.customer_id is None:
                    return None
                return counts.of_customer(self.project, self.customer_id, named)


def counting_of(project: str, record: Record) -> Counting | None:
    """Where `record` was counted, by what it says itself."""
    use = record.use
    if use is None:
        return None
    campaign = use.campaign
    return Counting(
        project,
        _place(project, use.definition).counter(use.bucket),
        f"{use.definition.id}/{use.generation}",
        None
        if campaign is None
        else campaigns.place(project, campaign.id).counter(campaign.bucket),
        None if campaign is None else f"{campaign.id}/{campaign.generation}",
        record.customer_id,
        record.channel_id,
    )


def counting_held(project: str, reservation: Reservation) -> Counting | None:
    """Where a session counts, by what it says itself; None when it has no more than its units."""
    held = reservation.counts
    if held is None:
        return None
    of_campaign = None
    if held.campaign is not None:
        named = held.campaign.partition("/")[0]
        of_campaign = campaigns.place(project, named).counter(held.campaign_bucket)
    return Counting(
        project,
        counter_held(project, reservation),
        f"{reservation.id}/{reservation.generation}",
        of_campaign,
        held.campaign,
        held.customer_id,
        held.api_key,
    )


def tabs_held(project: str, reservation: Reservation) -> Iterator[tuple[Place, Tab, HeldAt]]:
    """Each place where a session holds more than the units of its counter, and what it holds."""
    counting, held = counting_held(project, reservation), reservation.counts
    if counting is None or held is None:
        return
    for place in map(Place, held.places):
        tab, units = counting.tab(place), 0 if place is Place.INCENTIVE else 1
        share = Share(units, held.amount, held.discount, held.credits)
        if tab is not None and share != NO_SHARE:
            yield place, tab, HeldAt(share, held.until)


def places_of(use: Use) -> Iterator[Place]:
    """Where a use is counted."""
    yield Place.INCENTIVE
    if use.campaign is not None:
        yield Place.CAMPAIGN
    yield from (Place(each) for each in use.places)


def counted_up(
    project: str, redeemed: Redeemed, items: Mapping[Key, Attributes]
) -> Iterator[Action]:
    """One more use of what each used, refused at a limit and when a definition has changed.

    A counter sheds what lapsed with it, what the request's own session held, and the periods that
    are over by `items`, as these were read. Several uses that are counted at one place are counted
    there at once, with their sum.
    """
    taken = list(_used(redeemed.redemptions))
    for (use, sums), outcome in zip(taken, redeemed.evaluation.applicable, strict=True):
        life, place = Life(use.version, use.generation), _place(project, use.definition)
        limit, counter = _limit(outcome), outcome.counter
        taking = Taking(1, limit, use.credits, holds.freed_credits(counter), sums)
        yield definitions.counted_up(place, use.bucket, life, taking)
        yield from holds.freed(place.counter(use.bucket), counter)
    for campaign, count in _campaigns(use for use, _ in taken):
        life, place = (
            Life(campaign.version, campaign.generation),
            campaigns.place(project, campaign.id),
        )
        yield definitions.counted_up(place, campaign.bucket, life, Taking(count))
    yield from _summed_up(project, redeemed, items)


def held(
    project: str, applied: Sequence[Applicable], session: ValidationSession, periods: Periods
) -> Iterator[Action]:
    """What `session` holds of each of `applied`, refused when there is not as much left."""
    for outcome in applied:
        reservation = session.of(outcome.definition.id)
        if reservation is not None:
            place = _place(project, outcome.definition)
            yield from holds.taken(place, outcome.counter, reservation, _quantity(outcome))
            yield from _guarded(project, outcome, reservation, periods)
    yield from _held_elsewhere(project, applied, session, periods)


def _guarded(
    project: str, outcome: Applicable, reservation: Reservation, periods: Periods
) -> Iterator[Action]:
    """The limits at its own counter, where it holds units and no money: as of a redemption."""
    guards = [each for each in outcome.guards if each.place is Place.INCENTIVE]
    has_money = any(place is Place.INCENTIVE for place, _, _ in tabs_held(project, reservation))
    if guards and not has_money:
        tab = counts.Tab(counter_held(project, reservation))
        known = outcome.candidate.counts.get(Place.INCENTIVE, _NO_COUNTS)
        yield counts.counted_up(tab, NO_SHARE, periods, known, guards)


def _held_elsewhere(
    project: str, applied: Sequence[Applicable], session: ValidationSession, periods: Periods
) -> Iterator[Action]:
    """What the session holds of campaigns, customers, API keys and money, each place at once.

    All of it ends at one instant.
    """
    sums: dict[Tab, _Sum] = {}
    ends = 0
    for outcome in applied:
        reservation = session.of(outcome.definition.id)
        for place, tab, held_at in () if reservation is None else tabs_held(project, reservation):
            known = outcome.candidate.counts.get(place, _NO_COUNTS)
            added = sums.setdefault(tab, _Sum(NO_SHARE, known, []))
            added.share = added.share.plus(held_at.share)
            added.guards += [each for each in outcome.guards if each.place is place]
            ends = held_at.until
    for tab, added in sums.items():
        taken = HeldAt(added.share, ends)
        yield counts.held_up(tab, taken, periods, added.known, added.guards)


def counter_held(project: str, reservation: Reservation) -> Key:
    """The counter that a session holds something of."""
    if reservation.object == "voucher":
        return vouchers.place(project, reservation.id).counter(reservation.bucket)
    return promotions.place(project, reservation.id).counter(reservation.bucket)


def let_go(project: str, reservation: Reservation) -> Action:
    """What a session held of a counter, given back."""
    return holds.let_go(counter_held(project, reservation), reservation)


def let_go_elsewhere(
    project: str, reservation: Reservation, items: Mapping[Key, Attributes], now: int
) -> Iterator[Action]:
    """What it held beside its units, where that is still there and lasts at `now`.

    What lapsed is removed by whoever writes there next, which this very write may be.
    """
    for _, tab, held_at in tabs_held(project, reservation):
        if held_at.until > now and counts.is_held(tab, held_at, items.get(tab.key, {})):
            yield counts.held_down(tab, held_at)


def counted_down(
    project: str,
    redemptions: Iterable[Record],
    now: Periods,
    items: Mapping[Key, Attributes] | None = None,
) -> Iterator[Action]:
    """Each use given back, to the bucket and the life that it was taken from.

    Of calendar periods only what is not over `now`; with `items`, only of what still stands there.
    """
    known = list(redemptions)
    given = list(_used(known))
    for use, sums in given:
        place, taken = _place(project, use.definition), Taking(credits=use.credits, sums=sums)
        yield definitions.counted_down(place, use.bucket, use.generation, taken)
    for campaign, count in _campaigns(use for use, _ in given):
        place = campaigns.place(project, campaign.id)
        yield definitions.counted_down(place, campaign.bucket, campaign.generation, Taking(count))
    shares: dict[tuple[Tab, Periods], Share] = {}
    for record in known:
        for tab in _tabs(project, record):
            if record.periods is not None:
                at = tab, record.periods
                shares[at] = shares.get(at, NO_SHARE).plus(record.share)
    for (tab, periods), share in shares.items():
        item = None if items is None else items.get(tab.key, {})
        yield counts.counted_down(tab, share, periods, now, item)


@dataclass(slots=True)
class _Sum:
    """What several uses add to one tab, as that was read, and what must still hold of it."""

    share: Share
    known: Counts
    guards: list[Guard]


def _summed_up(
    project: str, redeemed: Redeemed, items: Mapping[Key, Attributes]
) -> Iterator[Action]:
    sums: dict[Tab, _Sum] = {}
    periods = redeemed.redemptions[0].periods
    if periods is None:
        return
    for record, outcome in zip(redeemed.redemptions, redeemed.evaluation.applicable, strict=True):
        counting, share = counting_of(project, record), record.share
        for place in places_of(record.use) if record.use else ():
            tab = None if counting is None else counting.tab(place)
            if tab is None:
                continue
            guards = [each for each in outcome.guards if each.place is place]
            added = sums.get(tab)
            if added is None:
                known = outcome.candidate.counts.get(place) or counts.unread(tab, items, periods)
                sums[tab] = _Sum(share, known, guards)
            else:
                added.share = added.share.plus(share)
                added.guards += guards
    for tab, added in sums.items():
        yield counts.counted_up(tab, added.share, periods, added.known, added.guards)


def _tabs(project: str, record: Record) -> Iterator[Tab]:
    counting = counting_of(project, record)
    if counting is None or record.use is None:
        return
    for place in places_of(record.use):
        tab = counting.tab(place)
        if tab is not None:
            yield tab


def _used(redemptions: Iterable[Record]) -> Iterator[tuple[Use, Mapping[str, int]]]:
    """What each used, and what its bucket adds up: of a tier, what its orders came to.

    By the record alone, so that a rollback takes off exactly what the redemption added.
    """
    for record in redemptions:
        if record.use is not None:
            yield record.use, promotions.sums_of(record) if record.use.tier else {}


def _place(project: str, definition: Redeemable) -> Lying:
    if isinstance(definition, Voucher):
        return vouchers.place(project, definition.id)
    return promotions.place(project, definition.id)


def _quantity(outcome: Applicable) -> int | None:
    definition = outcome.definition
    return definition.quantity if isinstance(definition, Voucher) else None


def _limit(outcome: Applicable) -> int | None:
    """The quantity, raised by what the same write takes off the counter."""
    quantity = _quantity(outcome)
    return None if quantity is None else quantity + holds.freed_units(outcome.counter)


def _campaigns(uses: Iterable[Use]) -> Iterator[tuple[CampaignUse, int]]:
    """Each campaign's bucket used, and how often; records of one call know one life of it."""
    numbers: dict[CampaignUse, int] = {}
    for use in uses:
        if use.campaign is not None:
            numbers[use.campaign] = numbers.get(use.campaign, 0) + 1
    yield from numbers.items()
