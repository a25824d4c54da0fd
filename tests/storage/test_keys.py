"""Keys stay within what DynamoDB takes, whatever a client calls a thing."""

from collections.abc import Callable
from typing import Final

import pytest

from counterfoil.domain import ids
from counterfoil.storage import keys

MAX_KEY_BYTES: Final = 2048
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
