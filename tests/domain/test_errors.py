import pytest

from counterfoil.domain import errors


@pytest.mark.parametrize(
    ("kind", "facts", "details"),
    [
        (errors.NotFound, ("order", "web-1"), "Cannot find order with id web-1"),
        (errors.AlreadyExists, ("voucher", "TEN"), "Duplicated voucher exists with id TEN"),
        (errors.OrderBusy, ("ord_1",), "Order ord_1 is being processed by another request"),
        (
            errors.ResourceInUse,
            ("category", "cat_1", "stacking rules"),
            "The category cat_1 is used by stacking rules",
        ),
        (
            errors.StackingRulesExist,
            ("stk_1",),
            "The project has the stacking rules stk_1 already",
        ),
        (errors.TooLarge, (9, 8), "The request body is 9 bytes; the limit is 8"),
        (
            errors.IdempotencyKeyReused,
            ("k-1",),
            "Idempotency-Key k-1 was used before with another request body",
        ),
        (errors.AlreadyRolledBack, ("rrf_1",), "Redemption has been already rolled back."),
        (
            errors.Unauthorized,
            ("X-App-Id", "X-App-Token"),
            "X-App-Id and X-App-Token do not name an active key",
        ),
    ],
)
def test_an_error_names_the_thing_and_the_fact(
    kind: type[errors.CounterfoilError], facts: tuple[str, ...], details: str
) -> None:
    error = kind(*facts)

    assert error.details == str(error) == details


def test_an_error_carries_what_the_answer_has_to_name() -> None:
    unknown = errors.NotFound("order", "web-1")
    taken = errors.AlreadyExists("voucher", "TEN")

    assert (unknown.kind, unknown.identifier) == ("order", "web-1")
    assert (taken.kind, taken.identifier) == ("voucher", "TEN")
    assert errors.OrderBusy("ord_1").order_id == "ord_1"
    assert errors.AlreadyRolledBack("rrf_1").record_id == "rrf_1"


@pytest.mark.parametrize(
    ("unknown", "outcome"),
    [
        (True, "It is not known whether the request took effect"),
        (False, "Nothing was changed"),
    ],
)
def test_a_store_that_does_not_answer_says_whether_anything_may_have_happened(
    outcome: str, *, unknown: bool
) -> None:
    error = errors.Unavailable(unknown=unknown)

    assert error.unknown is unknown
    assert error.details == (
        f"The store did not answer in time. {outcome}; the same request can be sent again."
    )
