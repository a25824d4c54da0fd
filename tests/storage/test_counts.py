"""What one write takes off of sums and holds that are over (protocol.md §5)."""

from datetime import date, timedelta

import pytest

from counterfoil.domain.counters import Counter
from counterfoil.domain.counts import NO_SHARE, Counts, Guard, Measure, Periods, Place, Share
from counterfoil.domain.holds import Hold, seen_at
from counterfoil.storage import counts, holds
from counterfoil.storage.counts import HeldAt, Tab
from counterfoil.storage.keys import Key
from counterfoil.storage.marshal import Attributes
from counterfoil.storage.plans import Action, Plan, request_of

NOW = 1_800_000_000_000
TODAY = date(2026, 3, 14)
PERIODS = Periods.of(TODAY, 0)
KEY = Key("demo#A#camp_1", "N#0")
CAMPAIGN = Tab(KEY, has_money=True)
BY_CUSTOMER = Tab(Key("demo#C#cust_1", "U#0"), "u0123456789")
SHARE = Share(1, 500, 50, 5)
EXPRESSION_BYTES = 4096


def held_until(tab: Tab, *ends: int) -> Attributes:
    """An item on which a session holds something until each of `ends`."""
    item: Attributes = {}
    for end in ends:
        item |= HeldAt(SHARE, end).adds(tab, 1)
    return {**item, f"{tab.prefix}hv": len(ends)}


def lapsed(tab: Tab, number: int) -> Attributes:
    return held_until(tab, *range(NOW - number + 1, NOW + 1))


def known(tab: Tab, item: Attributes) -> Counts:
    read = counts.read(tab, {tab.key: item}, PERIODS)
    return counts.with_holds(tab, read, item, NOW)


def guarded(tab: Tab, seen: Counts) -> Action:
    """The write of a redemption that every measure limits."""
    guards = [Guard(Place.CAMPAIGN, each, 1_000_000) for each in Measure]
    return counts.counted_up(tab, SHARE, PERIODS, seen, guards)


def sizes(action: Action) -> list[int]:
    wire = request_of(action)
    return [len(str(wire[name])) for name in ("UpdateExpression", "ConditionExpression")]


def days_over(tab: Tab, number: int) -> Attributes:
    days = (TODAY - timedelta(days=each + 1) for each in range(number))
    return {f"{tab.prefix}d_{day:%Y%m%d}": 1 for day in days}


@pytest.mark.parametrize("tab", [CAMPAIGN, BY_CUSTOMER])
def test_500_lapsed_holds_and_500_days_fit_into_an_expression(tab: Tab) -> None:
    action = guarded(tab, known(tab, {**lapsed(tab, 500), **days_over(tab, 500)}))

    assert max(sizes(action)) < EXPRESSION_BYTES / 2


def test_the_oldest_20_sessions_are_shed_and_none_of_500_is_held() -> None:
    seen = known(CAMPAIGN, lapsed(CAMPAIGN, 500))

    ends = [*dict.fromkeys(name.partition("_")[2] for name in seen.lapsed)]
    assert ends == [holds.base36(NOW - 499 + each) for each in range(20)]
    assert seen.held == NO_SHARE
    assert seen.holds == 500


def test_writes_that_shed_what_lapsed_come_to_an_end() -> None:
    item, writes = lapsed(CAMPAIGN, 500), 0

    while removed := guarded(CAMPAIGN, known(CAMPAIGN, item)).removes:
        item = {name: value for name, value in item.items() if name not in removed}
        writes += 1

    assert (item, writes) == ({"hv": 500}, 25)


def test_what_lasts_is_held_beside_any_number_that_lapsed() -> None:
    item = {**lapsed(CAMPAIGN, 500), **held_until(CAMPAIGN, NOW + 1, NOW + 2), "hv": 502}

    seen = known(CAMPAIGN, item)

    assert seen.held == Share(2, 1_000, 100, 10)
    assert "(#hv = :g_hv)" in str(request_of(guarded(CAMPAIGN, seen))["ConditionExpression"])
    assert guarded(CAMPAIGN, seen).values["g_hv"] == 502


def test_the_oldest_periods_that_are_over_go_first() -> None:
    seen = counts.read(CAMPAIGN, {KEY: days_over(CAMPAIGN, 30)}, PERIODS)

    assert seen.over == tuple(
        f"d_{TODAY - timedelta(days=each):%Y%m%d}" for each in range(30, 10, -1)
    )


def test_a_counter_sheds_the_money_of_sessions_and_leaves_their_uses_to_its_holds() -> None:
    seen = counts.with_uses(known(CAMPAIGN, lapsed(CAMPAIGN, 1)), 3)

    assert seen.held == Share(redemptions=3)
    assert {name.partition("_")[0] for name in seen.lapsed} == {"ha", "hd", "hc"}


def test_a_counter_with_500_lapsed_holds_and_their_money_is_written_within_an_expression() -> None:
    ends = range(NOW - 499, NOW + 1)
    counter = Counter(500, 500, 1, "0badcafe", holds=tuple(Hold(end, 1, 5) for end in ends))
    plan = Plan()
    plan.add(*holds.freed(KEY, seen_at(counter, NOW)))
    plan.add(guarded(CAMPAIGN, counts.with_uses(known(CAMPAIGN, lapsed(CAMPAIGN, 500)), 0)))

    (action,) = plan

    assert len(action.removes) == len({*action.removes})
    assert max(sizes(action)) < EXPRESSION_BYTES
