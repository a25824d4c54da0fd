import pytest

from counterfoil.domain.errors import (
    AlreadyExists,
    AlreadyRolledBack,
    CounterfoilError,
    IdempotencyKeyReused,
    NotFound,
    OrderBusy,
    TooLarge,
    Unauthorized,
    Unavailable,
)


@pytest.mark.parametrize(
    ("error", "details"),
    [
        (NotFound("order", "web-1"), "Cannot find order with id web-1"),
        (AlreadyExists("voucher", "TEN"), "Duplicated voucher exists with id TEN"),
        (OrderBusy("ord_1"), "Order ord_1 is being processed by another request"),
        (TooLarge(2_000_000, 1_048_576), "The request body is 2000000 bytes; the limit is 1048576"),
        (
            IdempotencyKeyReused("k-1"),
            "Idempotency-Key k-1 was used before with another request body",
        ),
        (AlreadyRolledBack("rrf_1"), "Redemption has been already rolled back."),
        (Unauthorized(), "X-App-Id and X-App-Token do not name an active key"),
    ],
)
def test_an_error_names_the_thing_and_the_fact(error: CounterfoilError, details: str) -> None:
    assert error.details == str(error) == details


def test_an_error_carries_what_the_answer_has_to_name() -> None:
    assert (NotFound("order", "web-1").kind, NotFound("order", "web-1").identifier) == (
        "order",
        "web-1",
    )
    assert (AlreadyExists("order", "w").kind, AlreadyExists("order", "w").identifier) == (
        "order",
        "w",
    )
    assert OrderBusy("ord_1").order_id == "ord_1"
    assert AlreadyRolledBack("rrf_1").record_id == "rrf_1"


def test_a_store_that_does_not_answer_says_whether_anything_may_have_happened() -> None:
    assert "Nothing was changed" in Unavailable(unknown=False).details
    assert "not known whether the request took effect" in Unavailable(unknown=True).details
    assert Unavailable(unknown=True).unknown
