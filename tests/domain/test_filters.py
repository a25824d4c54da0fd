"""Filters of lists: every operator with and without a value, and how conditions join."""

import pytest

from counterfoil.domain.filters import Condition, Filters, Operator


def condition(operator: Operator, *values: str, field: str = "f") -> Condition:
    """A condition on the field `f`."""
    return Condition(field, operator, values)


@pytest.mark.parametrize(
    ("operator", "values", "ten", "two", "none"),
    [
        ("$is", ["TEN"], True, False, False),
        ("$in", ["TEN", "TWO"], True, True, False),
        ("$is_not", ["TEN"], False, True, True),
        ("$not_in", ["TEN", "TWO"], False, False, True),
        ("$has_value", [""], True, True, False),
        ("$is_unknown", [""], False, False, True),
        ("$starts_with", ["TE"], True, False, False),
        ("$starts_with", ["T"], True, True, False),
        ("$ends_with", ["O", "X"], False, True, False),
        ("$contains", ["EN"], True, False, False),
        ("$not_contain", ["EN"], False, True, True),
    ],
)
def test_an_operator_holds_for_these_and_not_for_those(
    operator: str, values: list[str], *, ten: bool, two: bool, none: bool
) -> None:
    found = condition(Operator(operator), *values)

    assert [found.holds(text) for text in ("TEN", "TWO", None)] == [ten, two, none]


def test_every_operator_has_a_row_above() -> None:
    assert len(Operator) == 10


A = condition(Operator.IS, "1", field="a")
B = condition(Operator.IS, "1", field="b")


def test_all_fields_must_hold_unless_either_is_enough() -> None:
    one = {"a": "1", "b": "2"}

    assert not Filters(chosen=(A, B)).hold(one)
    assert Filters(chosen=(A, B), either=True).hold(one)
    assert not Filters(chosen=(A, B), either=True).hold({"a": "2", "b": "2"})


def test_conditions_of_one_field_must_all_hold_even_when_either_field_is_enough() -> None:
    starts = condition(Operator.STARTS_WITH, "x", field="a")
    ends = condition(Operator.ENDS_WITH, "y", field="a")

    filters = Filters(chosen=(starts, ends), either=True)

    assert filters.hold({"a": "xy"})
    assert not filters.hold({"a": "xx"})


def test_what_must_always_hold_is_not_up_to_the_junction() -> None:
    filters = Filters(always=(A,), chosen=(B,), either=True)

    assert not filters.hold({"a": "2", "b": "1"})
    assert filters.hold({"a": "1", "b": "1"})


def test_no_filters_let_everything_through() -> None:
    assert Filters().hold({})
    assert not Filters()


def test_the_only_values_of_a_field_are_known_when_it_must_have_them() -> None:
    assert Filters(chosen=(A, B)).exactly("b") == ("1",)
    assert Filters(chosen=(A, B), either=True).exactly("b") is None
    assert Filters(always=(A,), either=True).exactly("a") == ("1",)
    assert Filters(chosen=(condition(Operator.IS_NOT, "1", field="a"),)).exactly("a") is None
