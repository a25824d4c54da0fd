"""Walks along lists, over shards larger than what is read of them at a time."""

import random
from itertools import chain

import pytest

from counterfoil.storage import lists
from counterfoil.storage.client import connect
from counterfoil.storage.keys import Key
from counterfoil.storage.lists import Stretch, Walk
from counterfoil.storage.plans import Guard, put
from counterfoil.storage.store import Patience, Store

DAYS = [f"2026-01-{day:02}T00:00:00.000Z" for day in range(1, 29)]
PARTITIONS = ("demo#LX#0", "demo#LX#1", "demo#LX#2")


@pytest.fixture
def store(table: str) -> Store:
    """The table with three things of every day, in partitions of unequal size."""
    opened = Store(connect(None), table, Patience(left=lambda: 9.0, pause=lambda _: None))
    draw = random.Random(5)  # noqa: S311  # any spread over the partitions will do
    for day in DAYS:
        for number in range(3):
            (partition,) = draw.choices(PARTITIONS, weights=(8, 1, 0))
            place = f"{day}#x{number}"
            item = Key(f"demo#X#{day}{number}", "#")
            opened.write(put(item, Guard.SLOT, {"g1p": partition, "g1s": place, "noise": "n"}))
    return opened


EVERYTHING = [f"{day}#x{number}" for day in DAYS for number in range(3)]


def places(store: Store, stretch: Stretch, start: int = 0, stop: int = 1000) -> list[object]:
    """The sort keys of part of a stretch, of which little was expected to be needed."""
    return [entry["g1s"] for entry in Walk(store, stretch, 1).entries(start, stop)]


def test_a_walk_meets_everything_once_in_order_whatever_is_read_at_a_time(store: Store) -> None:
    newest = places(store, Stretch("g1", PARTITIONS))

    assert newest == EVERYTHING[::-1]
    assert places(store, Stretch("g1", PARTITIONS, newest_first=False)) == EVERYTHING


def test_parts_of_a_walk_make_the_whole(store: Store) -> None:
    stretch = Stretch("g1", PARTITIONS, newest_first=False)

    parts = [places(store, stretch, start, start + 10) for start in range(0, 100, 10)]

    assert list(chain.from_iterable(parts)) == EVERYTHING


@pytest.mark.parametrize(
    ("after", "before", "expected"),
    [
        (DAYS[3], None, EVERYTHING[12:]),
        (None, DAYS[3], EVERYTHING[:9]),
        (DAYS[3], DAYS[6], EVERYTHING[12:18]),
        (DAYS[3], DAYS[4], []),
        (DAYS[4], DAYS[3], []),
        (DAYS[3], DAYS[3], []),
    ],
)
def test_times_that_bound_a_stretch_are_excluded(
    store: Store, after: str | None, before: str | None, expected: list[str]
) -> None:
    stretch = Stretch("g1", PARTITIONS, newest_first=False, after=after, before=before)

    assert places(store, stretch) == expected
    assert Walk(store, stretch, 10).total() == len(expected)


@pytest.mark.parametrize("size", [1, 7, 84])
def test_a_walk_goes_on_beyond_the_last_place_of_the_one_before(store: Store, size: int) -> None:
    met: list[object] = []
    beyond = None
    while found := places(
        store, Stretch("g1", PARTITIONS, newest_first=False, beyond=beyond), stop=size
    ):
        met += found
        beyond = str(found[-1])

    assert met == EVERYTHING


@pytest.mark.parametrize(
    ("beyond", "expected"),
    [
        (f"{DAYS[4]}#x1", EVERYTHING[14:18]),
        (f"{DAYS[5]}#x2", []),
        # Outside of the times, it has no say.
        (f"{DAYS[1]}#x1", EVERYTHING[12:18]),
        (f"{DAYS[9]}#x1", []),
    ],
)
def test_a_walk_that_goes_on_stays_between_its_times(
    store: Store, beyond: str, expected: list[str]
) -> None:
    stretch = Stretch(
        "g1", PARTITIONS, newest_first=False, after=DAYS[3], before=DAYS[6], beyond=beyond
    )

    assert places(store, stretch) == expected


@pytest.mark.parametrize("walked", [0, 1, 10, 83, 84, 1000])
def test_the_total_does_not_depend_on_how_far_was_walked(store: Store, walked: int) -> None:
    walk = Walk(store, Stretch("g1", PARTITIONS), 10)
    walk.entries(0, walked)

    assert walk.total() == len(EVERYTHING)


def test_what_was_walked_to_its_end_is_not_counted_again(store: Store) -> None:
    walk = Walk(store, Stretch("g1", PARTITIONS), 1000)
    walk.entries(0, 1000)
    before = store.meter.calls

    assert walk.total() == len(EVERYTHING)
    assert store.meter.calls == before


def test_a_total_is_counted_to_its_bound(store: Store) -> None:
    assert Walk(store, Stretch("g1", PARTITIONS), 1).total(50) == 50


def test_entries_hold_keys_only(store: Store) -> None:
    (entry,) = Walk(store, Stretch("g1", PARTITIONS), 1).entries(0, 1)

    assert set(entry) == {"pk", "sk", "g1p", "g1s"}
    assert lists.key_of(entry) == Key(f"demo#X#{DAYS[-1]}2", "#")
