"""What redemptions add up to, in the store: a few attributes of items that are written anyway.

A counter has them bare; a usage item of a customer has them once for each thing that counts by
customer, behind a prefix. Calendar periods are attributes of their own, named after their first
day: a redemption raises those of its day, week and month, and removes those that are over, so none
has to be set back (docs/decisions/0026). Source: domain.md §8.5; protocol.md §5.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from counterfoil.domain.counts import NO_SHARE, PERIODS, Counts, Guard, Measure, Periods, Share
from counterfoil.storage import holds, keys
from counterfoil.storage.marshal import Attributes, number
from counterfoil.storage.plans import Action
from counterfoil.storage.plans import Guard as Meaning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

USAGE_ITEMS: Final = 4
# An expression is 4 KB at most, and an item of a customer has tabs of a whole stack: one write
# removes the oldest of what is over, so many names of each tab, and later ones the rest.
_LAPSED_AT_ONCE: Final = 80
_OVER_AT_ONCE: Final = 20
_BEHIND_A_PREFIX: Final = 10
_DIGEST: Final = 10
_MONEY: Final = {Measure.AMOUNT: "oa", Measure.DISCOUNT: "od", Measure.CREDITS: "oc"}
_HELD: Final = {
    Measure.REDEMPTIONS: "h_",
    Measure.AMOUNT: "ha_",
    Measure.DISCOUNT: "hd_",
    Measure.CREDITS: "hc_",
}
_UNREAD: Final = Counts()
_PARTS: Final = {
    Measure.REDEMPTIONS: "redemptions",
    Measure.AMOUNT: "amount",
    Measure.DISCOUNT: "discount",
    Measure.CREDITS: "credits",
}


@dataclass(frozen=True, slots=True)
class Tab:
    """Where one thing is counted: an item, and what its attributes begin with.

    Only what `has_money` adds up amounts beside redemptions.
    """

    key: keys.Key
    prefix: str = ""
    has_money: bool = False

    def names(self, periods: Periods) -> Mapping[Measure, str]:
        """The attribute that counts each measure, those of the present periods among them."""
        return _names(self.prefix, periods)


@lru_cache(maxsize=256)
def _names(prefix: str, periods: Periods) -> Mapping[Measure, str]:
    return {
        Measure.REDEMPTIONS: f"{prefix}n" if prefix else "used",
        **{each: f"{prefix}{name}" for each, name in _MONEY.items()},
        **{each: f"{prefix}{each.value}_{label}" for each, label in periods.labels.items()},
    }


@lru_cache(maxsize=256)
def _present(prefix: str, periods: Periods) -> Mapping[str, str]:
    """What each present period is called, by what the attributes of its kind have before that."""
    return {f"{prefix}{each.value}": label for each, label in periods.labels.items()}


@lru_cache(maxsize=256)
def _held_as(prefix: str) -> Mapping[str, Measure]:
    """What is held, by what the attributes that hold it have before its end."""
    return {f"{prefix}{infix[:-1]}": measure for measure, infix in _HELD.items()}


def of_customer(project: str, customer_id: str, named: str) -> Tab:
    """Where a customer's redemptions of what is `named` are counted: one of four items."""
    digest = _digest(named)
    part = int(digest[:2], 16) % USAGE_ITEMS
    return Tab(keys.usage(project, customer_id, part), f"u{digest}")


def of_api_key(counter: keys.Key, app_id: str) -> Tab:
    """Where the redemptions with an API key are counted: beside all of the thing's."""
    return Tab(counter, f"k{_digest(app_id)}")


def read(
    tab: Tab,
    items: Mapping[keys.Key, Attributes],
    periods: Periods,
    others: Sequence[keys.Key] = (),
) -> Counts:
    """What stands at `tab`; `others` are items that count beside it and can only fall."""
    item = items.get(tab.key, {})
    beside = [items.get(key, {}) for key in others if key != tab.key]
    names = tab.names(periods)
    return Counts(
        stored={each: number(item[name]) for each, name in names.items() if name in item},
        elsewhere={
            measure: sum(number(each.get(name, 0)) for each in beside)
            for measure, name in names.items()
        }
        if beside
        else {},
        holds_version=number(item.get(f"{tab.prefix}hv", 0)),
        over=_over(item, tab.prefix, periods),
    )


def unread(tab: Tab, items: Mapping[keys.Key, Attributes], periods: Periods) -> Counts:
    """What must be known of a tab that no rule reads: what it has of periods that are over."""
    over = _over(items.get(tab.key, {}), tab.prefix, periods)
    return Counts(over=over) if over else _UNREAD


def counted_up(
    tab: Tab, share: Share, periods: Periods, known: Counts, guards: Iterable[Guard] = ()
) -> Action:
    """`share` added, refused when a guard does not hold any more; periods that are over go.

    Without a guard there is no condition: sums commute, and what happens once is the record whose
    transaction this is of.
    """
    names = tab.names(periods)
    adds = {names[each]: amount for each in _counted(tab) if (amount := share.of(each))}
    conditions: list[str] = []
    values: Attributes = {}
    for guard in _strictest(guards):
        name = names[guard.measure]
        seen = known.stored.get(guard.measure, 0)
        bound = seen if guard.most is None else guard.most
        conditions.append(_still(name, bound, exactly=guard.most is None))
        values[f"g_{name}"] = bound
    if conditions:
        conditions.append(_holds_unmoved(tab, known, values))
    return Action(
        tab.key,
        Meaning.STATE,
        adds=adds,
        # What lapsed goes only where it is known that nobody has joined it meanwhile.
        removes=(*known.over, *(known.lapsed if conditions else ())),
        conditions=tuple(conditions),
        values=values,
    )


def with_holds(
    tab: Tab, known: Counts, item: Attributes, now: int, own: Sequence[HeldAt] = ()
) -> Counts:
    """`known` with what live sessions hold there at `now`, in milliseconds, but for the `own`.

    None of what lapsed is held any more, whether or not one write can take all of it off.
    """
    found = sorted(_holds(tab, item))
    if not found:
        return known
    share = NO_SHARE
    for until, name, measure in found:
        if until > now:
            ours = sum(each.share.of(measure) for each in own if each.until == until)
            share = share.plus(Share(**{_PARTS[measure]: number(item[name]) - ours}))
    lapsed = [name for until, name, _ in found if until <= now]
    most = _BEHIND_A_PREFIX if tab.prefix else _LAPSED_AT_ONCE
    instants = len({until for until, _, _ in found})
    return replace(known, held=share, holds=instants, lapsed=tuple(lapsed[:most]))


def with_uses(known: Counts, uses: int) -> Counts:
    """`known` of a counter that itself tells what `uses` are held of it, and sheds what lapsed."""
    lapsed = (name for name in known.lapsed if not name.startswith(_HELD[Measure.REDEMPTIONS]))
    return replace(known, held=replace(known.held, redemptions=uses), lapsed=tuple(lapsed))


@dataclass(frozen=True, slots=True)
class HeldAt:
    """What a session holds at one tab until one instant, in milliseconds since 1970."""

    share: Share
    until: int

    def adds(self, tab: Tab, sign: int) -> dict[str, int]:
        """What raises the holds by it, or lowers them, and the version that tells of that."""
        measures = (Measure.REDEMPTIONS, *(_MONEY if tab.has_money else ()))
        amounts = {measure: self.share.of(measure) for measure in measures}
        ends = holds.base36(self.until)
        return {
            **{
                f"{tab.prefix}{_HELD[measure]}{ends}": sign * amount
                for measure, amount in amounts.items()
                if amount
            },
            f"{tab.prefix}hv": 1,
        }


def held_up(
    tab: Tab, held: HeldAt, periods: Periods, known: Counts, guards: Iterable[Guard] = ()
) -> Action:
    """A hold taken at `tab`, by the guards that a redemption would go by."""
    guarded = counted_up(tab, NO_SHARE, periods, known, guards)
    return replace(guarded, adds=held.adds(tab, 1))


def held_down(tab: Tab, held: HeldAt) -> Action:
    """A hold given back, while it is there."""
    adds = held.adds(tab, -1)
    lowered = {name: -amount for name, amount in adds.items() if amount < 0}
    return Action(
        tab.key,
        Meaning.STATE,
        adds=adds,
        conditions=tuple(f"#{name} >= :f_{amount}" for name, amount in lowered.items()),
        values={f"f_{amount}": amount for amount in lowered.values()},
    )


def is_held(tab: Tab, held: HeldAt, item: Attributes) -> bool:
    """Whether the hold is still there: nobody whose clock is ahead has taken it off as lapsed."""
    adds = held.adds(tab, -1)
    return all(number(item.get(name, 0)) >= -amount for name, amount in adds.items())


def _holds(tab: Tab, item: Attributes) -> Iterator[tuple[int, str, Measure]]:
    """Until when something is held at `tab`, by which attribute of `item`, of which measure."""
    held_as = _held_as(tab.prefix)
    for name in item:
        kind, _, ends = name.partition("_")
        if ends and kind in held_as:
            yield int(ends, 36), name, held_as[kind]


def counted_down(
    tab: Tab, share: Share, counted_on: Periods, now: Periods, item: Attributes | None = None
) -> Action:
    """`share` taken off again, of those periods only that are not over yet.

    With the `item` as it stands, only of what is still there: others may have removed a period
    that is over by their clocks.
    """
    given = _lasting(tab, share, counted_on, now)
    left = {
        name: amount
        for name, amount in given.items()
        if item is None or number(item.get(name, 0)) >= amount
    }
    return Action(
        tab.key,
        Meaning.STATE,
        adds={name: -amount for name, amount in left.items()},
        conditions=tuple(f"#{name} >= :f_{amount}" for name, amount in left.items()),
        values={f"f_{amount}": amount for amount in left.values()},
    )


def counted_after(tab: Tab, share: Share, counted_on: Periods, now: Periods) -> Action:
    """`share` added after all, as it would stand by now: to those periods that are not over yet.

    Without a condition: what happens once is the mark that tells of it.
    """
    return Action(tab.key, Meaning.STATE, adds=_lasting(tab, share, counted_on, now))


def _lasting(tab: Tab, share: Share, counted_on: Periods, now: Periods) -> dict[str, int]:
    """What is left of `share` by `now`, by the attributes that count it."""
    names = tab.names(counted_on)
    return {
        names[measure]: share.of(measure)
        for measure in _counted(tab)
        if share.of(measure)
        and (measure not in PERIODS or counted_on.labels[measure] >= now.labels[measure])
    }


def _counted(tab: Tab) -> Iterator[Measure]:
    """What a redemption adds to; the uses of a counter are the counter's own to raise."""
    if tab.prefix:
        yield Measure.REDEMPTIONS
    yield from PERIODS
    if tab.has_money:
        yield from _MONEY


def _strictest(guards: Iterable[Guard]) -> Iterator[Guard]:
    """One guard for each measure; what must not move at all leaves no bound to keep."""
    by_measure: dict[Measure, Guard] = {}
    for guard in guards:
        known = by_measure.get(guard.measure)
        if known is None or guard.most is None:
            stricter = True
        else:
            stricter = known.most is not None and guard.most < known.most
        if stricter:
            by_measure[guard.measure] = guard
    yield from by_measure.values()


def _still(name: str, bound: int, *, exactly: bool) -> str:
    """The stored number is within `bound`, or the very same; what was never counted is 0."""
    compared = f"#{name} {'=' if exactly else '<='} :g_{name}"
    missing_fits = bound == 0 if exactly else bound >= 0
    return f"attribute_not_exists(#{name}) OR {compared}" if missing_fits else compared


def _holds_unmoved(tab: Tab, known: Counts, values: Attributes) -> str:
    """What sessions hold must be what was seen of it."""
    name = f"{tab.prefix}hv"
    if not known.holds_version:
        return f"attribute_not_exists(#{name})"
    values[f"g_{name}"] = known.holds_version
    return f"#{name} = :g_{name}"


def _over(item: Attributes, prefix: str, periods: Periods) -> tuple[str, ...]:
    """The oldest attributes of periods that are over; those ahead are of a faster clock."""
    present = _present(prefix, periods)
    found: list[tuple[str, str]] = []
    for name in item:
        kind, _, label = name.partition("_")
        if label and label < present.get(kind, ""):
            found.append((label, name))
    most = _BEHIND_A_PREFIX if prefix else _OVER_AT_ONCE
    return tuple(name for _, name in sorted(found)[:most])


def _digest(named: str) -> str:
    return hashlib.sha256(named.encode()).hexdigest()[:_DIGEST]
