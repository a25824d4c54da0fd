from decimal import Decimal

import pytest
from pydantic import TypeAdapter, ValidationError

from counterfoil.domain.allocations import NOTHING, Allocation
from counterfoil.domain.discounts import AmountOff, AnyDiscount, Discount, PercentOff, allocate
from counterfoil.domain.money import MAX_AMOUNT
from tests.builders import an_entry, an_order

DISCOUNTS: TypeAdapter[AnyDiscount] = TypeAdapter(Discount)


def amount(off: object, **fields: object) -> AnyDiscount:
    return DISCOUNTS.validate_python({"type": "AMOUNT", "amount_off": off, **fields})


def percent(off: object, **fields: object) -> AnyDiscount:
    return DISCOUNTS.validate_python({"type": "PERCENT", "percent_off": off, **fields})


def test_an_amount_is_taken_off_the_order() -> None:
    assert allocate(amount(1_000), an_order(amount=13_000)) == Allocation(order=1_000)


def test_an_amount_takes_no_more_than_is_left_to_pay() -> None:
    order = an_order(amount=1_000, redemptions=[an_entry(1, 200)])

    assert allocate(amount(1_000), order) == Allocation(order=800)


def test_a_percentage_is_of_what_is_left_to_pay() -> None:
    order = an_order(amount=10_000, redemptions=[an_entry(1, 1_000)])

    assert allocate(percent(20), order) == Allocation(order=1_800)


def test_a_percentage_is_rounded_half_up() -> None:
    assert allocate(percent(10), an_order(amount=5)) == Allocation(order=1)
    assert allocate(percent(12.35), an_order(amount=10_000)) == Allocation(order=1_235)


@pytest.mark.parametrize(
    ("limit", "taken"), [(None, 5_000), (5_001, 5_000), (5_000, 5_000), (700, 700), (0, 0)]
)
def test_a_percentage_takes_at_most_its_limit(limit: int | None, taken: int) -> None:
    discount = percent(50, amount_limit=limit)

    assert allocate(discount, an_order(amount=10_000)) == Allocation(order=taken)


def test_everything_may_be_taken_but_no_more() -> None:
    order = an_order(amount=10_000)

    assert allocate(percent(100), order) == Allocation(order=10_000)
    assert allocate(percent(100, amount_limit=20_000), order) == Allocation(order=10_000)
    assert allocate(amount(10_001), order) == Allocation(order=10_000)


@pytest.mark.parametrize("discount", [amount(1_000), percent(10), percent(10, amount_limit=1)])
@pytest.mark.parametrize("known", [None, 0])
def test_nothing_is_taken_off_an_order_of_nothing(discount: AnyDiscount, known: int | None) -> None:
    assert allocate(discount, an_order(amount=known)) == NOTHING


def test_a_discount_of_nothing_takes_nothing() -> None:
    assert allocate(amount(0), an_order()) == NOTHING
    assert allocate(percent(0), an_order()) == NOTHING


@pytest.mark.parametrize(("sent", "held"), [(0, 0), (1000.0, 1_000), (MAX_AMOUNT, MAX_AMOUNT)])
def test_an_amount_off_is_whole_even_when_written_with_a_point(sent: object, held: int) -> None:
    discount = amount(sent)

    assert isinstance(discount, AmountOff)
    assert (discount.amount_off, type(discount.amount_off)) == (held, int)


@pytest.mark.parametrize(
    "sent", [-1, 10.5, MAX_AMOUNT + 1, 1e300, float("inf"), float("nan"), "10", True, False, None]
)
def test_nothing_else_is_an_amount_off(sent: object) -> None:
    with pytest.raises(ValidationError):
        amount(sent)


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        (10, "10"),
        (0, "0"),
        (100, "100"),
        (12.35, "12.35"),
        (99.999999, "99.999999"),
        (100.0, "100"),
    ],
)
def test_a_percentage_is_held_as_it_was_written(sent: float, held: str) -> None:
    discount = percent(sent)

    assert isinstance(discount, PercentOff)
    assert discount.percent_off == Decimal(held)


@pytest.mark.parametrize(
    "sent",
    [-1, -0.1, 100.000001, 1e300, 1e-7, float("inf"), float("nan"), "10", True, False, None, []],
)
def test_nothing_else_is_a_percentage(sent: object) -> None:
    with pytest.raises(ValidationError):
        percent(sent)


@pytest.mark.parametrize(("sent", "written"), [(10, "10"), (10.0, "10"), (12.35, "12.35")])
def test_a_percentage_is_written_as_a_plain_number(sent: float, written: str) -> None:
    assert f'"percent_off":{written},' in percent(sent).model_dump_json()


def test_a_discount_is_applied_to_the_order_and_its_limits_are_kept() -> None:
    sent = {
        "type": "PERCENT",
        "effect": "APPLY_TO_ORDER",
        "percent_off": 10,
        "amount_limit": 500,
        "aggregated_amount_limit": 900,
    }

    assert DISCOUNTS.validate_python(sent).model_dump(mode="json", exclude_none=True) == sent


@pytest.mark.parametrize(
    "sent",
    [
        {"type": "FREE", "amount_off": 1},
        {"amount_off": 1},
        {"type": "AMOUNT"},
        {"type": "PERCENT", "amount_off": 1},
        {"type": "AMOUNT", "amount_off": 1, "effect": "ADD_NEW_ITEMS"},
        {"type": "FIXED", "fixed_amount": 1, "effect": "APPLY_TO_ITEMS_BY_QUANTITY"},
    ],
)
def test_a_discount_of_another_type_or_effect_is_refused(sent: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        DISCOUNTS.validate_python(sent)
