from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from itertools import product

import pytest

from counterfoil.domain.orders import OrderStatus
from counterfoil.domain.purchase_history import Contribution, Movement, contribution, movements
from tests.builders import NOW, ORDER_ID, an_entry, an_order

ANN, BOB = "cust_ann", "cust_bob"
COUNTED = {OrderStatus.PAID, OrderStatus.FULFILLED}


def counted(customer: str | None, status: OrderStatus, amount: int | None) -> Contribution | None:
    return contribution(an_order(customer_id=customer, status=status, amount=amount), UTC)


def a_contribution(customer: str = ANN, day: str = "2026-03-14", amount: int = 100) -> Contribution:
    return Contribution(customer, day, "2026-03-14T09:26:53.589Z", ORDER_ID, amount)


def test_a_counted_order_is_its_customers_on_its_day_by_what_is_to_be_paid() -> None:
    order = an_order(customer_id=ANN, status="PAID", redemptions=[an_entry(1, 2_500)])

    assert contribution(order, UTC) == Contribution(
        customer_id=ANN,
        day="2026-03-14",
        created_at="2026-03-14T09:26:53.589Z",
        order_id=ORDER_ID,
        amount=7_500,
    )


@pytest.mark.parametrize("status", OrderStatus)
def test_only_paid_and_fulfilled_orders_count(status: OrderStatus) -> None:
    assert (counted(ANN, status, 100) is not None) is (status in COUNTED)


def test_an_order_without_customer_counts_for_nobody() -> None:
    assert counted(None, OrderStatus.PAID, 100) is None


def test_an_unknown_amount_counts_as_an_order_of_nothing() -> None:
    found = counted(ANN, OrderStatus.PAID, None)

    assert found is not None
    assert found.amount == 0


@pytest.mark.parametrize(
    ("at", "hours", "day"),
    [
        (datetime(2026, 3, 14, 23, 30, tzinfo=UTC), 0, "2026-03-14"),
        (datetime(2026, 3, 14, 23, 30, tzinfo=UTC), 1, "2026-03-15"),
        (datetime(2026, 3, 1, 0, 30, tzinfo=UTC), -1, "2026-02-28"),
        (datetime(850, 3, 1, tzinfo=UTC), 0, "0850-03-01"),
        (datetime(1, 1, 2, tzinfo=UTC), -5, "0001-01-01"),
        (datetime(1, 1, 1, tzinfo=UTC), -5, "0001-01-01"),
    ],
)
def test_the_day_is_the_one_of_the_projects_zone(at: datetime, hours: int, day: str) -> None:
    order = an_order(customer_id=ANN, status="PAID", created_at=at)

    found = contribution(order, timezone(timedelta(hours=hours)))

    assert found is not None
    assert found.day == day


def test_an_order_that_starts_to_count_adds_itself() -> None:
    assert list(movements(None, a_contribution(amount=100))) == [
        Movement(ANN, "2026-03-14", count=1, amount=100)
    ]


def test_an_order_that_no_longer_counts_takes_itself_off() -> None:
    assert list(movements(a_contribution(amount=100), None)) == [
        Movement(ANN, "2026-03-14", count=-1, amount=-100)
    ]


def test_another_amount_moves_the_difference_and_no_count() -> None:
    moved = movements(a_contribution(amount=100), a_contribution(amount=70))

    assert list(moved) == [Movement(ANN, "2026-03-14", count=0, amount=-30)]


def test_another_customer_moves_the_whole_order() -> None:
    moved = movements(a_contribution(ANN, amount=100), a_contribution(BOB, amount=70))

    assert list(moved) == [
        Movement(ANN, "2026-03-14", count=-1, amount=-100),
        Movement(BOB, "2026-03-14", count=1, amount=70),
    ]


def test_another_day_moves_the_whole_order() -> None:
    moved = movements(a_contribution(day="2026-03-14"), a_contribution(day="2026-03-15"))

    assert [(each.day, each.count, each.amount) for each in moved] == [
        ("2026-03-14", -1, -100),
        ("2026-03-15", 1, 100),
    ]


def test_nothing_moves_when_nothing_has_changed() -> None:
    assert list(movements(a_contribution(), a_contribution())) == []
    assert list(movements(None, None)) == []


STATES = [
    (customer, status, amount)
    for customer, status, amount in product((None, ANN, BOB), OrderStatus, (None, 0, 70, 100))
]


def sums(moved: Iterable[Movement]) -> dict[tuple[str, str], tuple[int, int]]:
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for each in moved:
        count, amount = found.get((each.customer_id, each.day), (0, 0))
        found[each.customer_id, each.day] = (count + each.count, amount + each.amount)
    return {place: held for place, held in found.items() if held != (0, 0)}


@pytest.mark.parametrize("before", STATES)
def test_from_any_state_to_any_other_the_history_ends_as_if_it_had_always_been_so(
    before: tuple[str | None, OrderStatus, int | None],
) -> None:
    first = counted(*before)
    for after in STATES:
        last = counted(*after)

        history = [*movements(None, first), *movements(first, last)]

        assert sums(history) == sums(movements(None, last))


def test_a_backdated_order_counts_on_its_own_day() -> None:
    order = an_order(customer_id=ANN, status="PAID", created_at=NOW - timedelta(days=400))

    found = contribution(order, UTC)

    assert found is not None
    assert (found.day, found.created_at) == ("2025-02-07", "2025-02-07T09:26:53.589Z")


def test_a_counted_order_keeps_its_day_whatever_the_zone_has_become() -> None:
    order = an_order(customer_id=ANN, status="PAID")
    before = contribution(order, timezone(timedelta(hours=-12)))
    assert before is not None

    after = contribution(order, UTC, before)

    assert before.day == "2026-03-13"
    assert after == before
