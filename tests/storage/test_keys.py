"""Keys stay within what DynamoDB takes, whatever a client calls a thing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from counterfoil.domain import ids
from counterfoil.storage import keys

MAX_KEY_BYTES: Final = 2048
MAX_INDEX_SORT_KEY_BYTES: Final = 1024
NOW: Final = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PROJECT: Final = "p" * 64


@pytest.mark.parametrize(
    "partition",
    [
        lambda name: keys.order(PROJECT, name).pk,
        lambda name: keys.customer(PROJECT, name).pk,
        lambda name: keys.lifetime(PROJECT, name).pk,
        lambda name: keys.customer_redemptions(PROJECT, name),
    ],
)
def test_a_name_of_any_length_makes_a_key_of_its_own(partition: Callable[[str], str]) -> None:
    names = ["ord_" + "\U0001f600" * 508, "ord_" + "\U0001f600" * 507 + "x", "x" * 4000, "é" * 65]

    made = [partition(name) for name in names]

    assert len(set(made)) == len(names)
    assert all(len(each.encode()) < MAX_KEY_BYTES for each in made)


def test_an_id_of_ours_stands_in_its_key() -> None:
    order_id, customer_id = ids.order_id("shop", "s"), ids.customer_id("shop", "c")

    assert keys.order("shop", order_id).pk == f"shop#O#{order_id}"
    assert keys.customer("shop", customer_id).pk == f"shop#C#{customer_id}"


@pytest.mark.parametrize("name", ["O#ord_1", "#", "ord_1#"])
def test_a_name_cannot_open_another_part_of_a_key(name: str) -> None:
    for made in (
        keys.order("shop", name).pk,
        keys.customer("shop", name).pk,
        keys.lifetime("shop", name).pk,
        keys.customer_redemptions("shop", name),
    ):
        assert made.count("#") == 2


@pytest.mark.parametrize("sign", ["x", "é", "€", "\U0001f600"])
def test_a_name_is_listed_by_as_many_whole_characters_as_a_sort_key_holds(sign: str) -> None:
    places = keys.listed("shop", "A", "camp_1", NOW, None, sign * 4000)

    assert set(places["g3s"]) == {sign}
    size = len(places["g3s"].encode())
    assert MAX_INDEX_SORT_KEY_BYTES - len(sign.encode()) < size <= MAX_INDEX_SORT_KEY_BYTES


def test_a_thing_is_listed_by_its_creation_until_it_changes() -> None:
    new = keys.listed("shop", "P", "promo_1", NOW, None)
    changed = keys.listed("shop", "P", "promo_1", NOW, NOW + timedelta(seconds=1))

    assert new["g1s"] == new["g2s"] == changed["g1s"] == "2026-01-02T03:04:05.000Z#promo_1"
    assert changed["g2s"] == "2026-01-02T03:04:06.000Z#promo_1"
    assert set(new) < set(keys.LISTED)
    assert set(keys.listed("shop", "P", "promo_1", NOW, None, "name")) == set(keys.LISTED)
