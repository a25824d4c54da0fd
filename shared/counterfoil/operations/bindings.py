"""What the rules of a call's redeemables need to be judged: which items to load, what these say.

A rule's needs are told by its copy, so they are asked for when the copies are known: one trip more
than for what has no rules. What this process has seen of a voucher or tier before is asked for at
once, and the trip saved, unless it has changed since. Source: domain.md §8; protocol.md §5, §6.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from counterfoil.domain.counts import Counts, Place
from counterfoil.domain.rule_evaluation import NO_NEEDS, Needs, compiled
from counterfoil.domain.segments import windows_of
from counterfoil.domain.timestamps import millis
from counterfoil.domain.vouchers import Voucher
from counterfoil.operations.snapshots import Again
from counterfoil.storage import (
    campaigns,
    counts,
    history,
    keys,
    promotions,
    segments,
    uses,
    vouchers,
)
from counterfoil.storage.uses import Counting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from counterfoil.domain.candidates import Candidate
    from counterfoil.domain.validation_sessions import Reservation, ValidationSession
    from counterfoil.operations.call import Call
    from counterfoil.storage.counts import HeldAt, Tab
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes

    Items = Mapping[Key, Attributes]

_REMEMBERED: Final = 10_000
_ALWAYS_COUNTED: Final = frozenset({Place.INCENTIVE, Place.CAMPAIGN})
_BY_CUSTOMER: Final = frozenset({Place.CUSTOMER, Place.CUSTOMER_IN_CAMPAIGN})


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the rules of a redeemable needed when it was last looked at, and what it counted as."""

    needs: Needs
    incentive: str
    campaign: str | None


class _Memory:
    """What this process has seen, the latest of it; wrong hints cost a read and change nothing."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str], _Seen] = OrderedDict()

    def of(self, project: str, definition_id: str) -> _Seen | None:
        return self._seen.get((project, definition_id))

    def note(self, project: str, definition_id: str, seen: _Seen | None) -> None:
        if seen is None:
            self._seen.pop((project, definition_id), None)
            return
        self._seen[project, definition_id] = seen
        self._seen.move_to_end((project, definition_id))
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)


_MEMORY: Final = _Memory()


def hinted_keys(call: Call, definition_ids: Iterable[str], customer_id: str | None) -> list[Key]:
    """What the rules of these needed when they were last seen."""
    found: list[Key] = []
    for each in definition_ids:
        seen = _MEMORY.of(call.project, each)
        if seen is not None:
            found += _keys_of(call, seen, customer_id)
    return found


def needed_keys(
    call: Call, candidate: Candidate, customer_id: str | None, items: Items
) -> list[Key]:
    """What the rules of `candidate` need beside it, segments' own needs included."""
    definition = candidate.definition
    if definition is None or candidate.counter is None:
        return []
    needs = _counted_too(needs_of(call, candidate), candidate)
    counting = _counting(call, candidate, customer_id)
    seen = _Seen(_of_segments_too(call, needs, items), counting.incentive, counting.campaign)
    _MEMORY.note(call.project, definition.id, seen if needs else None)
    return [
        *_keys_of(call, seen, customer_id),
        *_torn(call, seen, customer_id, items),
        *_gathered(call, candidate),
        *_frozen(call, candidate, needs),
    ]


def _torn(call: Call, seen: _Seen, customer_id: str | None, items: Items) -> Iterator[Key]:
    """Months that were read before a movement which their lifetime tells of."""
    if customer_id is None or not seen.needs.windows:
        return
    found = history.torn_keys(items, call.project, customer_id, seen.needs.windows, call.today)
    yield from (Again(*key) for key in found)


def _counted_too(needs: Needs, candidate: Candidate) -> Needs:
    """With the places where other rules of its campaign read what it adds."""
    campaign = candidate.campaign
    read = campaign.counted & _BY_CUSTOMER if campaign is not None else frozenset[Place]()
    return replace(needs, places=needs.places | read) if read else needs


def _of_segments_too(call: Call, needs: Needs, items: Items) -> Needs:
    """With what filters of the segments read of the history, once these are known."""
    known = segments.known(items, call.project, needs.segments).values()
    windows = frozenset(each for segment in known for each in windows_of(segment))
    return replace(needs, windows=needs.windows | windows) if windows else needs


def needs_of(call: Call, candidate: Candidate) -> Needs:
    """What all rules that bind `candidate` need."""
    if not candidate.rules:
        return NO_NEEDS
    found = NO_NEEDS
    for rule in candidate.rules:
        if rule.rules:
            found = found.plus(compiled(rule.rules, call.project).needs)
        listed = rule.applicable_to.collections
        if listed:
            found = found.plus(Needs(collections=listed, products=True))
    return found


def counted_places(call: Call, candidate: Candidate) -> frozenset[Place]:
    """Where its redemption is to be counted because some rule reads that: its own or another's."""
    read = needs_of(call, candidate).places
    if candidate.campaign is not None:
        read |= candidate.campaign.counted
    return frozenset(candidate.place_of(each) for each in read)


def gathers(call: Call, candidate: Candidate) -> tuple[bool, bool]:
    """Whether it, and its campaign, are counted in one bucket, as their sums are read."""
    places = counted_places(call, candidate)
    own = bool(places & {Place.INCENTIVE, Place.API_KEY})
    return own, Place.CAMPAIGN in places


def with_counts(
    call: Call,
    candidate: Candidate,
    customer_id: str | None,
    items: Items,
    session: ValidationSession | None = None,
) -> Candidate:
    """`candidate` with what stands at the places where it is counted, if some rule reads any.

    What the request's own `session` holds there is free to it.
    """
    definition, counter = candidate.definition, candidate.counter
    places = counted_places(call, candidate)
    if definition is None or counter is None or not places:
        return candidate
    counting = _counting(call, candidate, customer_id)
    own = () if session is None else session.reservations
    periods, now = call.periods, millis(call.now)
    known: dict[Place, Counts] = {}
    for place in places | _ALWAYS_COUNTED:
        tab = counting.tab(place)
        if tab is not None:
            others = _others(call, candidate, place) if place in places else ()
            read, item = counts.read(tab, items, periods, others), items.get(tab.key, {})
            known[place] = counts.with_holds(tab, read, item, now, _held_at(call, own, tab))
    of_counter, uses_held = known[Place.INCENTIVE], counter.taken - counter.used
    known[Place.INCENTIVE] = counts.with_uses(of_counter, uses_held)
    return replace(candidate, counts=known, counted=places)


def _held_at(call: Call, own: Iterable[Reservation], tab: Tab) -> list[HeldAt]:
    """What the request's own session holds at `tab`."""
    held = (one for each in own for one in uses.tabs_held(call.project, each))
    return [held_at for _, where, held_at in held if where == tab]


def _counting(call: Call, candidate: Candidate, customer_id: str | None) -> Counting:
    definition, counter, campaign = candidate.definition, candidate.counter, candidate.campaign
    if definition is None or counter is None:
        message = "what does not exist is counted nowhere"
        raise ValueError(message)
    lying = vouchers if isinstance(definition, Voucher) else promotions
    of_campaign = candidate.campaign_counter
    return Counting(
        call.project,
        lying.place(call.project, definition.id).counter(counter.bucket),
        f"{definition.id}/{counter.generation}",
        None
        if campaign is None or of_campaign is None
        else campaigns.place(call.project, campaign.id).counter(of_campaign.bucket),
        None
        if campaign is None or of_campaign is None
        else f"{campaign.id}/{of_campaign.generation}",
        customer_id,
        call.app_id,
    )


def _others(call: Call, candidate: Candidate, place: Place) -> list[Key]:
    """The buckets that count beside the one that is written: they can only fall."""
    definition, campaign = candidate.definition, candidate.campaign
    if place is Place.CAMPAIGN and campaign is not None:
        return campaigns.place(call.project, campaign.id).counters
    own = place in (Place.INCENTIVE, Place.API_KEY)
    if own and definition is not None and not isinstance(definition, Voucher):
        return promotions.place(call.project, definition.id).counters
    return []


def _gathered(call: Call, candidate: Candidate) -> Iterator[Key]:
    """The one bucket that counts what is counted in one."""
    own, of_campaign = gathers(call, candidate)
    definition, campaign = candidate.definition, candidate.campaign
    if own and definition is not None and not isinstance(definition, Voucher):
        yield promotions.place(call.project, definition.id).counter(0)
    if of_campaign and campaign is not None:
        yield campaigns.place(call.project, campaign.id).counter(0)


def _frozen(call: Call, candidate: Candidate, needs: Needs) -> Iterator[Key]:
    """All buckets of what is counted in one: read after the rule that made it so, to be exact."""
    for place in {candidate.place_of(each) for each in needs.places}:
        yield from (Again(*key) for key in _others(call, candidate, place))


def _keys_of(call: Call, seen: _Seen, customer_id: str | None) -> Iterator[Key]:
    project, needs = call.project, seen.needs
    yield from segments.keys_of(project, sorted(needs.segments))
    yield from (keys.product_collection(project, each) for each in sorted(needs.collections))
    if customer_id is None:
        return
    if needs.history:
        yield keys.customer(project, customer_id)
        yield keys.lifetime(project, customer_id)
        yield from history.window_keys(project, customer_id, needs.windows, call.today)
    for each in sorted(needs.segments):
        yield keys.membership(project, customer_id, each)
    if needs.places & _BY_CUSTOMER:
        named = filter(None, (seen.incentive, seen.campaign))
        yield from (counts.of_customer(project, customer_id, each).key for each in named)
