"""The error contract, class by class (domain.md §9)."""

import json
from collections.abc import Iterator
from enum import StrEnum

import pytest

from counterfoil.api.errors import (
    RESPONSES,
    MethodNotAllowed,
    NotAcceptable,
    UnknownPath,
    UnsupportedContentType,
    error_response,
    unexpected_response,
)
from counterfoil.domain import errors
from counterfoil.domain.errors import CounterfoilError, RedemptionRefused, Refusal

REQUEST_ID = "v-0123456789abcdef01"
NAMES = ("resource_id", "resource_type", "redeemable_type", "redeemable_id")


class Code(StrEnum):
    """Some of the codes that a refusal may have."""

    NOT_FOUND = "not_found"
    QUANTITY_EXCEEDED = "quantity_exceeded"


def classes(root: type[CounterfoilError]) -> Iterator[type[CounterfoilError]]:
    for each in root.__subclasses__():
        yield each
        yield from classes(each)


def refused(code: Code) -> RedemptionRefused:
    refusal = Refusal(code, "quantity exceeded", "TEN")
    return RedemptionRefused(refusal, "voucher", "TEN", "rf_1")


def test_every_error_that_can_be_raised_has_its_answer() -> None:
    bases = {errors.Invalid}
    with_their_own = {errors.RedemptionRefused}

    assert set(classes(CounterfoilError)) - bases - with_their_own == set(RESPONSES)


@pytest.mark.parametrize(
    ("error", "code", "key"),
    [
        (errors.NotFound("order", "ord_1"), 404, "not_found"),
        (errors.AlreadyExists("voucher", "TEN"), 409, "duplicate_found"),
        (errors.Unauthorized("X-App-Id", "X-App-Token"), 401, "unauthorized"),
        (errors.ResourceInUse("category", "cat_1", "rules"), 400, "resource_in_use"),
        (errors.StackingRulesExist("stk_1"), 409, "stacking_rules_exist"),
        (errors.IdempotencyKeyReused("k"), 409, "idempotency_key_reused"),
        (errors.OrderBusy("ord_1"), 400, "multiple_requests"),
        (errors.Contended("voucher", "v_1"), 400, "multiple_requests"),
        (errors.Unavailable(unknown=True), 503, "service_unavailable"),
        (errors.InvalidPayload("x"), 400, "invalid_payload"),
        (errors.InvalidQuery("x"), 400, "invalid_query_params"),
        (errors.InvalidOrder("x"), 400, "invalid_order"),
        (errors.InvalidAmount("x"), 400, "invalid_amount"),
        (errors.InvalidCustomer("x"), 400, "invalid_customer"),
        (errors.InvalidVoucher("x"), 400, "invalid_voucher"),
        (errors.InvalidRedemption("x"), 400, "invalid_redemption"),
        (errors.InvalidRedemptionParent(), 400, "invalid_redemption_parent"),
        (errors.InvalidRedeemables("x"), 400, "invalid_redeemables"),
        (errors.DuplicatedRedeemables("TEN"), 400, "duplicated_redeemables"),
        (errors.AlreadyRolledBack("rrf_1"), 400, "already_rolled_back"),
        (refused(Code.QUANTITY_EXCEEDED), 400, "quantity_exceeded"),
        (refused(Code.NOT_FOUND), 404, "not_found"),
        (UnknownPath("/x"), 404, "not_found"),
        (MethodNotAllowed("PATCH", ("GET",)), 405, None),
        (NotAcceptable("text/html"), 406, None),
        (UnsupportedContentType("text/plain"), 415, None),
    ],
)
def test_an_error_tells_code_key_message_details_and_request(
    error: CounterfoilError, code: int, key: str | None
) -> None:
    response = error_response(error, REQUEST_ID)

    document = json.loads(response.body or b"")
    assert response.status == code
    assert (document["code"], document.get("key")) == (code, key)
    assert document["details"] == error.details
    assert document["request_id"] == REQUEST_ID
    assert document["message"]


def test_what_names_the_resource_follows_the_error() -> None:
    assert _resource(errors.NotFound("order", "o1")) == {
        "resource_id": "o1",
        "resource_type": "order",
    }
    assert _resource(errors.AlreadyExists("voucher", "TEN")) == {
        "resource_id": "TEN",
        "resource_type": "voucher",
    }
    assert _resource(errors.ResourceInUse("category", "cat_1", "rules")) == {
        "resource_id": "cat_1",
        "resource_type": "category",
    }
    assert _resource(errors.StackingRulesExist("stk_1")) == {
        "resource_id": "stk_1",
        "resource_type": "stacking_rules",
    }
    assert _resource(errors.OrderBusy("ord_1")) == {
        "resource_id": "ord_1",
        "resource_type": "order",
    }
    assert _resource(errors.AlreadyRolledBack("rrf_1")) == {
        "resource_id": "rrf_1",
        "resource_type": "redemption_rollback",
    }
    assert _resource(errors.InvalidOrder("x")) == {}


def test_a_refused_redemption_names_its_record_and_its_redeemable() -> None:
    assert _resource(refused(Code.QUANTITY_EXCEEDED)) == {
        "resource_id": "rf_1",
        "resource_type": "redemption",
        "redeemable_type": "voucher",
        "redeemable_id": "TEN",
    }


def test_an_unknown_redeemable_is_itself_the_resource() -> None:
    assert _resource(refused(Code.NOT_FOUND)) == {
        "resource_id": "TEN",
        "resource_type": "voucher",
        "redeemable_type": "voucher",
        "redeemable_id": "TEN",
    }


def test_a_body_too_large_is_answered_as_a_gateway_would() -> None:
    response = error_response(errors.TooLarge(2_000_000, 1_048_576), REQUEST_ID)

    assert response.status == 413
    assert json.loads(response.body or b"") == {
        "statusCode": 413,
        "error": "Request Entity Too Large",
        "message": "The request body is 2000000 bytes; the limit is 1048576",
    }


@pytest.mark.parametrize("error", [errors.OrderBusy("ord_1"), errors.Unavailable(unknown=False)])
def test_what_passes_soon_says_when_to_come_back(error: CounterfoilError) -> None:
    assert error_response(error, REQUEST_ID).headers == {"Retry-After": "1"}


def test_a_refused_method_names_the_allowed_ones() -> None:
    response = error_response(MethodNotAllowed("PATCH", ("GET", "PUT")), REQUEST_ID)

    assert response.headers == {"Allow": "GET, PUT"}


def test_an_unexpected_failure_tells_nothing_but_its_request() -> None:
    response = unexpected_response(REQUEST_ID)

    assert json.loads(response.body or b"") == {
        "code": 500,
        "key": "internal_error",
        "message": "Internal error",
        "details": f"The service failed; its log has more under {REQUEST_ID}",
        "request_id": REQUEST_ID,
    }


def _resource(error: CounterfoilError) -> dict[str, str]:
    document: dict[str, str] = json.loads(error_response(error, REQUEST_ID).body or b"")
    return {name: document[name] for name in NAMES if name in document}
