"""Every refusal as the contract answers it: status, key, message, and what names the resource.

Source: domain.md §9. The keys and messages of refused redemptions are the domain's (the reasons in
`validity.py`, `stacking.py` and `rollbacks.py`); every other key, and every status code that comes
from a class of error, is written here. `validations.py` has the codes of its inapplicable entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.api.explaining import explained
from counterfoil.api.response import Response, json_response
from counterfoil.domain import access_errors, errors
from counterfoil.domain.errors import CounterfoilError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

_SOON: Final = {"Retry-After": "1"}
_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


class UnknownPath(CounterfoilError):
    """No route has this path."""

    def __init__(self, path: str) -> None:
        super().__init__(f"Cannot find path {path}")


class MethodNotAllowed(CounterfoilError):
    """The path has routes, but none with this method."""

    def __init__(self, method: str, allowed: tuple[str, ...]) -> None:
        self.allowed = ", ".join(allowed)
        super().__init__(f"Method {method} is not allowed here; allowed: {self.allowed}")


class UnsupportedContentType(CounterfoilError):
    """The body is declared to be something other than JSON."""

    def __init__(self, content_type: str) -> None:
        super().__init__(f"Content-Type {content_type} is not supported; send application/json")


class NotAcceptable(CounterfoilError):
    """The sender reads no JSON, and there is nothing else to answer with."""

    def __init__(self, accept: str) -> None:
        super().__init__(f"Accept {accept} has no application/json; there is nothing else")


@dataclass(frozen=True, slots=True)
class Kind:
    """What all errors of one class have in common; `key` None is a bare transport error."""

    status: int
    key: str | None
    message: str


RESPONSES: Final[Mapping[type[CounterfoilError], Kind]] = {
    errors.NotFound: Kind(404, "not_found", "Resource not found"),
    errors.HistoryUnknown: Kind(400, "order_history_unknown", "Order history unknown"),
    errors.AlreadyExists: Kind(409, "duplicate_found", "Duplicated resource found"),
    errors.ResourceInUse: Kind(400, "resource_in_use", "Resource in use"),
    errors.StackingRulesExist: Kind(409, "stacking_rules_exist", "Stacking rules exist"),
    errors.Unauthorized: Kind(401, "unauthorized", "Unauthorized"),
    errors.InactiveToken: Kind(401, "unauthorized", "Unauthorized"),
    errors.InvalidDownload: Kind(401, "unauthorized", "Unauthorized"),
    access_errors.SignInRefused: Kind(401, "unauthorized", "Not signed in"),
    access_errors.TooManyTries: Kind(429, "too_many_tries", "Too many tries"),
    access_errors.SignedOut: Kind(401, "signed_out", "Signed out"),
    access_errors.NotAllowed: Kind(403, "not_allowed", "Not allowed"),
    access_errors.ForeignForm: Kind(403, "foreign_form", "This form cannot be taken"),
    errors.UnknownToken: Kind(404, "not_found", "Resource not found"),
    errors.OriginNotAllowed: Kind(403, "forbidden", "Forbidden"),
    errors.MissingPermission: Kind(403, "missing_required_permission", "Missing permission"),
    errors.IdempotencyKeyReused: Kind(409, "idempotency_key_reused", "Idempotency key reused"),
    errors.OrderBusy: Kind(400, "multiple_requests", "Multiple requests"),
    errors.Contended: Kind(400, "multiple_requests", "Multiple requests"),
    errors.TooLarge: Kind(413, None, "Request Entity Too Large"),
    errors.Unavailable: Kind(503, "service_unavailable", "Service unavailable"),
    errors.InvalidPayload: Kind(400, "invalid_payload", "Invalid payload"),
    errors.InvalidExportFields: Kind(400, "invalid_export_fields", "Invalid export fields"),
    errors.InvalidQuery: Kind(400, "invalid_query_params", "Invalid query params"),
    errors.InvalidCursor: Kind(400, "invalid_or_expired_cursor", "Invalid or expired cursor"),
    errors.AmbiguousTrackingId: Kind(400, "ambiguous_tracking_id", "Ambiguous trackingId"),
    errors.InvalidScope: Kind(400, "invalid_scope", "Invalid scope"),
    errors.InvalidGrantType: Kind(400, "invalid_grant_type", "Invalid grant_type"),
    errors.MissingParameters: Kind(400, "missing_parameters", "Missing parameters"),
    errors.InvalidOrder: Kind(400, "invalid_order", "Invalid order"),
    errors.InvalidAmount: Kind(400, "invalid_amount", "Invalid amount"),
    errors.InvalidCustomer: Kind(400, "invalid_customer", "Invalid customer"),
    errors.InvalidVoucher: Kind(400, "invalid_voucher", "Invalid voucher"),
    errors.InvalidCampaign: Kind(400, "invalid_campaign", "Invalid campaign"),
    errors.InvalidGift: Kind(400, "invalid_gift", "Invalid gift"),
    errors.InvalidAddBalance: Kind(400, "invalid_add_balance_params", "Invalid add balance params"),
    errors.InvalidValidationRules: Kind(
        400, "invalid_validation_rules", "Invalid Validation Rule Definition"
    ),
    errors.InvalidCodeConfig: Kind(400, "invalid_code_config", "Invalid code config"),
    errors.InvalidRedemption: Kind(400, "invalid_redemption", "Invalid redemption"),
    errors.InvalidRedemptionParent: Kind(
        400, "invalid_redemption_parent", "Invalid redemption parent"
    ),
    errors.InvalidRedeemables: Kind(400, "invalid_redeemables", "Invalid redeemables"),
    errors.DuplicatedRedeemables: Kind(
        400, "duplicated_redeemables", "Duplicated redeemables detected"
    ),
    errors.AlreadyRolledBack: Kind(400, "already_rolled_back", "Already rolled back"),
    UnknownPath: Kind(404, "not_found", "Resource not found"),
    MethodNotAllowed: Kind(405, None, "HTTP Method Not Allowed"),
    NotAcceptable: Kind(406, None, "Not Acceptable"),
    UnsupportedContentType: Kind(415, None, "Unsupported Media Type"),
}
UNEXPECTED: Final = Kind(500, "internal_error", "Internal error")
_REFUSED: Final = 400
_UNKNOWN: Final = "not_found"


def kind_of(error: CounterfoilError) -> Kind:
    """The status, key and message of `error`; a refused redemption brings key and message."""
    if isinstance(error, errors.RedemptionRefused):
        code = error.refusal.code.value
        status = RESPONSES[errors.NotFound].status if code == _UNKNOWN else _REFUSED
        return Kind(status, code, error.refusal.message)
    return RESPONSES[type(error)]


def error_response(error: CounterfoilError, request_id: str) -> Response:
    """The answer to a request that was refused."""
    kind = kind_of(error)
    if isinstance(error, errors.TooLarge):
        return json_response(
            kind.status,
            {"statusCode": kind.status, "error": kind.message, "message": error.details},
        )
    document = _document(kind, error.details, request_id) | _resource(error)
    evaluation = error.evaluation if isinstance(error, errors.RedemptionRefused) else None
    return json_response(kind.status, document | explained(evaluation), _headers(error))


def refusal_document(error: errors.RedemptionRefused, request_id: str) -> dict[str, JsonValue]:
    """A refusal as a validation reports it inside its answer."""
    return _document(kind_of(error), error.details, request_id) | _resource(error)


def unexpected_response(request_id: str) -> Response:
    """The answer when the service itself failed: the log has the reason, the client its id."""
    details = f"The service failed; its log has more under {request_id}"
    return json_response(UNEXPECTED.status, _document(UNEXPECTED, details, request_id))


def _document(kind: Kind, details: str, request_id: str) -> dict[str, JsonValue]:
    key: dict[str, JsonValue] = {} if kind.key is None else {"key": kind.key}
    return {
        "code": kind.status,
        **key,
        "message": kind.message,
        "details": details,
        "request_id": request_id,
    }


def _resource(error: CounterfoilError) -> dict[str, JsonValue]:
    """What the error is about, as far as it is about one thing."""
    match error:
        case (
            errors.NotFound() | errors.AlreadyExists() | errors.Contended() | errors.ResourceInUse()
        ):
            return {"resource_id": error.identifier, "resource_type": error.kind}
        case errors.StackingRulesExist():
            return {"resource_id": error.identifier, "resource_type": "stacking_rules"}
        case errors.OrderBusy() | errors.HistoryUnknown():
            return {"resource_id": error.order_id, "resource_type": "order"}
        case errors.AlreadyRolledBack():
            return {"resource_id": error.record_id, "resource_type": "redemption_rollback"}
        case errors.RedemptionRefused():
            return {
                **_refused_resource(error),
                "redeemable_type": error.object_type,
                "redeemable_id": error.identifier,
                **_custom(error.refusal),
            }
        case _:
            return {}


def _custom(refusal: errors.Refusal) -> dict[str, JsonValue]:
    """What the shop wants its customer to be told, where its rule says something."""
    return {} if refusal.custom is None else {"error": {"message": refusal.custom}}


def _refused_resource(error: errors.RedemptionRefused) -> dict[str, JsonValue]:
    if error.refusal.code.value == _UNKNOWN:
        return {"resource_id": error.identifier, "resource_type": error.object_type}
    if error.record_id is None:
        return {}
    return {"resource_id": error.record_id, "resource_type": "redemption"}


def _headers(error: CounterfoilError) -> Mapping[str, str]:
    match error:
        case errors.OrderBusy() | errors.Contended() | errors.Unavailable():
            return _SOON
        case MethodNotAllowed():
            return {"Allow": error.allowed}
        case errors.InactiveToken():
            return _CHALLENGE
        case _:
            return {}
