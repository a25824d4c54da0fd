"""Event items as the stream hands them over: what webhooks tell of them, and nothing of others."""

from typing import Any

import pytest

from counterfoil.domain.occurrences import Happening
from counterfoil.storage.happenings import happening

AT = "2026-03-14T09:26:53.589Z"
KIND = {"L": [{"S": "customer.order.updated"}, {"S": "customer.redemption.succeeded"}]}


def image(pk: str = "shop#O#ord_1", sk: str = "E#00000002", **more: object) -> dict[str, Any]:
    # A body comes as base64 text in a stream, which nothing here reads.
    return {
        "pk": {"S": pk},
        "sk": {"S": sk},
        "kind": KIND,
        "at": {"S": AT},
        "ch": {"B": "eJwDAAAAAAE="},
        **more,
    }


def test_the_event_of_an_order_is_of_that_order_and_has_its_place_there() -> None:
    found = happening(image(red={"S": "r_1"}))

    assert found == Happening(
        project="shop",
        subject="O#ord_1",
        version=2,
        at=AT,
        kinds=("customer.order.updated", "customer.redemption.succeeded"),
        record_id="r_1",
    )
    assert found.names == (
        "customer.order.updated",
        "customer.redemption.succeeded",
        "redemption.succeeded",
    )


def test_the_event_of_a_call_that_changed_no_order_is_of_that_call() -> None:
    found = happening(image("shop#R#0123456789abcdef", "E"))

    assert found is not None
    assert (found.subject, found.version) == ("R#0123456789abcdef", 0)


@pytest.mark.parametrize(
    ("pk", "sk"),
    [
        ("shop#O#ord_1", "#"),
        ("shop#O#ord_1", "E#2"),
        ("shop#O#ord_1", "E#0000000x"),
        ("shop#O#ord_1", "EX"),
        ("shop#C#cust_1", "E#00000001"),
        ("shop#O", "E"),
        ("shop#O#", "E"),
        ("KEY#O", "E"),
        ("", ""),
    ],
)
def test_an_item_that_is_no_event_tells_nothing(pk: str, sk: str) -> None:
    assert happening(image(pk, sk)) is None


def test_an_item_without_what_an_event_has_tells_nothing() -> None:
    assert happening({}) is None
    assert happening({name: it for name, it in image().items() if name != "at"}) is None
    bare = happening({name: it for name, it in image().items() if name != "kind"})
    assert bare is not None
    assert bare.names == ()


def test_what_an_import_did_tells_nothing() -> None:
    assert happening(image(imp={"BOOL": True})) is None
