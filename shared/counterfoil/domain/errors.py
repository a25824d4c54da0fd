"""Everything this service refuses to do.

CounterfoilError
├── NotFound                    the thing named does not exist in this project
├── HistoryUnknown              what the order was then is not kept
├── AlreadyExists               the identifier belongs to another thing
├── Unauthorized                the credentials name no active key
├── InactiveToken               the bearer token is none that is in force
├── InvalidDownload             the token of an address does not open its file
├── UnknownToken                the token to be ended is none of the project's
├── OriginNotAllowed            the client's key is not for pages of this origin
├── MissingPermission           the key or the token is not for this route
├── ResourceInUse               something else names the thing that is to go
├── StackingRulesExist          the project's rules were set already
├── IdempotencyKeyReused        the key came before with another request
├── OrderBusy                   another request holds the order's session
├── Contended                   others kept changing the thing while this request was about to
├── TooLarge                    the body is over the limit
├── Unavailable                 the store did not answer; nothing is known to have happened
├── Invalid                     the request cannot be understood or cannot be true
│   ├── InvalidPayload, InvalidQuery, InvalidCursor, InvalidExportFields
│   ├── InvalidScope, InvalidGrantType, MissingParameters, AmbiguousTrackingId
│   ├── InvalidOrder, InvalidAmount, InvalidCustomer, InvalidVoucher, InvalidValidationRules
│   ├── InvalidCampaign, InvalidCodeConfig, InvalidGift, InvalidAddBalance
│   ├── InvalidRedemption, InvalidRedemptionParent
│   └── InvalidRedeemables, DuplicatedRedeemables
├── AlreadyRolledBack           carries the failed rollback that was recorded
└── RedemptionRefused           carries the Refusal and the failed redemption that was recorded

The HTTP status and the contract's key of each live in one table, `api/errors.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from enum import StrEnum

    from counterfoil.domain.stacking import Evaluation


class CounterfoilError(Exception):
    """The root: `details` is the sentence that a client reads."""

    def __init__(self, details: str) -> None:
        super().__init__(details)
        self.details = details


class NotFound(CounterfoilError):
    """`kind` is the contract's resource type, such as `order` or `voucher`."""

    def __init__(self, kind: str, identifier: str) -> None:
        super().__init__(f"Cannot find {kind} with id {identifier}")
        self.kind = kind
        self.identifier = identifier


class HistoryUnknown(CounterfoilError):
    """Raised for a version of an order that was left before changes were kept in events."""

    def __init__(self, order_id: str, version: int) -> None:
        super().__init__(
            f"Order {order_id} was at version {version} before its changes were kept; what it was"
            " then is not known"
        )
        self.order_id = order_id


class AlreadyExists(CounterfoilError):
    """`identifier` is taken by another thing of the same kind."""

    def __init__(self, kind: str, identifier: str) -> None:
        super().__init__(f"Duplicated {kind} exists with id {identifier}")
        self.kind = kind
        self.identifier = identifier


class ResourceInUse(CounterfoilError):
    """`user` is what still names the thing, in the client's words."""

    def __init__(self, kind: str, identifier: str, user: str) -> None:
        super().__init__(f"The {kind} {identifier} is used by {user}")
        self.kind = kind
        self.identifier = identifier


class StackingRulesExist(CounterfoilError):
    """Raised for a second creation: a project has one set of rules, which can be changed."""

    def __init__(self, identifier: str) -> None:
        super().__init__(f"The project has the stacking rules {identifier} already")
        self.identifier = identifier


class Unauthorized(CounterfoilError):
    """Raised alike for a missing, unknown, wrong or retired key: the answer must not tell which.

    `identifier` and `token` are the headers that the route reads a key from.
    """

    def __init__(self, identifier: str, token: str) -> None:
        super().__init__(f"{identifier} and {token} do not name an active key")


class InactiveToken(CounterfoilError):
    """Raised alike for a bearer token that is unknown, expired or revoked, or whose key is gone."""

    def __init__(self) -> None:
        super().__init__("The bearer token is not in force")


class InvalidDownload(CounterfoilError):
    """Raised alike for every token that does not open the file: the answer must not tell why."""

    def __init__(self) -> None:
        super().__init__("The token does not open this file, or does not any more")


class UnknownToken(CounterfoilError):
    """Never says the token: it may be another project's."""

    def __init__(self) -> None:
        super().__init__("Cannot find a token in force")


class OriginNotAllowed(CounterfoilError):
    """`origin` is that of the page, None when the request names none."""

    def __init__(self, origin: str | None) -> None:
        named = "A request without Origin" if origin is None else f"The origin {origin}"
        super().__init__(f"{named} is not on the whitelist of this key")


class MissingPermission(CounterfoilError):
    """`wanted` are the scopes of which one would do; none would where only a key may."""

    def __init__(self, route: str, wanted: Collection[str]) -> None:
        needed = f"one of the scopes {', '.join(sorted(wanted))}" if wanted else "a key"
        super().__init__(f"{route} needs {needed}")


class IdempotencyKeyReused(CounterfoilError):
    """Raised when a key comes again with another body within its 24 hours."""

    def __init__(self, key: str) -> None:
        super().__init__(f"Idempotency-Key {key} was used before with another request body")


class OrderBusy(CounterfoilError):
    """Raised at once, without waiting, while another request holds the order's session."""

    def __init__(self, order_id: str) -> None:
        super().__init__(f"Order {order_id} is being processed by another request")
        self.order_id = order_id


class Contended(CounterfoilError):
    """Raised when every plan was overtaken by another request's change of the same thing."""

    def __init__(self, kind: str, identifier: str) -> None:
        super().__init__(f"{kind.capitalize()} {identifier} is being changed by other requests")
        self.kind = kind
        self.identifier = identifier


class TooLarge(CounterfoilError):
    """Raised before the body is parsed."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"The request body is {size} bytes; the limit is {limit}")


class Unavailable(CounterfoilError):
    """Raised when the store did not answer within the time that the request has."""

    def __init__(self, *, unknown: bool) -> None:
        outcome = (
            "It is not known whether the request took effect" if unknown else "Nothing was changed"
        )
        super().__init__(
            f"The store did not answer in time. {outcome}; the same request can be sent again."
        )
        self.unknown = unknown


class Invalid(CounterfoilError):
    """The base of what a client can mend in its request."""


class InvalidPayload(Invalid):
    """A body that is not of the contract's form."""


class InvalidExportFields(Invalid):
    """Fields that are none of what is exported."""


class InvalidQuery(Invalid):
    """A query parameter that is not of the contract's form."""


class InvalidCursor(Invalid):
    """A cursor that was not given out for this list, in this order and with these filters."""

    def __init__(self) -> None:
        super().__init__("Property .cursor is no cursor of this list, its order and its filters")


class AmbiguousTrackingId(Invalid):
    """A browser names one customer and brings the tracking id of another."""

    def __init__(self) -> None:
        super().__init__("tracking_id and customer are not the same customer's")


class InvalidScope(Invalid):
    """A token is asked for with scopes that the contract does not have."""

    def __init__(self, names: str) -> None:
        super().__init__(f"Invalid scope: {names}")


class InvalidGrantType(Invalid):
    """A token is asked for in another way than with client credentials."""

    def __init__(self, sent: str | None) -> None:
        super().__init__(f"grant_type must be client_credentials, not {sent or 'left out'}")


class MissingParameters(Invalid):
    """A form lacks what it is about."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is required")


class InvalidOrder(Invalid):
    """An order whose numbers cannot be true, or that is not the one a redemption belongs to."""


class InvalidAmount(Invalid):
    """An order amount outside 0 to `money.MAX_AMOUNT`."""


class InvalidCustomer(Invalid):
    """A customer who is not the one that a redemption belongs to."""


class InvalidVoucher(Invalid):
    """A voucher definition that cannot be stored."""


class InvalidCampaign(Invalid):
    """A campaign that cannot be kept, or that is not of the type that an operation needs."""


class InvalidGift(Invalid):
    """A change of a gift card's money that is not its balance endpoint's."""


class InvalidAddBalance(Invalid):
    """Credits that cannot be added to a card, or taken off it."""


class InvalidValidationRules(Invalid):
    """A validation rule that cannot be kept, or cannot be changed as asked."""


class InvalidCodeConfig(Invalid):
    """A `code_config` that allows fewer codes than are asked for."""


class InvalidRedemption(Invalid):
    """A redemption of which the operation asked for is not possible."""


class InvalidRedemptionParent(Invalid):
    """Raised for a child: only the whole stack can be rolled back, through its parent."""

    def __init__(self) -> None:
        super().__init__("You can rollback only a redemption that does not have parent redemption.")


class InvalidRedeemables(Invalid):
    """A set of redeemables that can never be redeemed in one call."""


class DuplicatedRedeemables(Invalid):
    """The same redeemable is named twice in one call."""

    def __init__(self, identifier: str) -> None:
        super().__init__(f"Redeemable {identifier} is named more than once")


class AlreadyRolledBack(CounterfoilError):
    """`record_id` is the failed rollback (`rrf_`) that was stored."""

    def __init__(self, record_id: str) -> None:
        super().__init__("Redemption has been already rolled back.")
        self.record_id = record_id


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one redeemable cannot be used.

    `code` is the contract's key, and becomes the failed redemption's `failure_code`, as `message`
    becomes its `failure_message`. `custom` is what the shop wants its customer to be told.
    """

    code: StrEnum
    message: str
    details: str
    custom: str | None = None


class RedemptionRefused(CounterfoilError):
    """`record_id` is the failed redemption (`rf_`) that was stored before this was answered.

    It is None in a validation, which refuses in the same words and stores nothing. `evaluation` is
    there when it is to be told how the refusal came about.
    """

    def __init__(
        self,
        refusal: Refusal,
        object_type: str,
        identifier: str,
        record_id: str | None = None,
        evaluation: Evaluation | None = None,
    ) -> None:
        super().__init__(refusal.details)
        self.refusal = refusal
        self.object_type = object_type
        self.identifier = identifier
        self.record_id = record_id
        self.evaluation = evaluation
