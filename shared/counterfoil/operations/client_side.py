"""What browsers may do for themselves: as the server's calls, by one identity (domain.md §3.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.domain import ids
from counterfoil.domain.errors import AmbiguousTrackingId
from counterfoil.operations import people
from counterfoil.operations.promotion_validations import validate_promotions
from counterfoil.operations.qualifications import qualify
from counterfoil.operations.redemptions import redeem_stack
from counterfoil.operations.validations import validate

if TYPE_CHECKING:
    from counterfoil.domain.qualification_payloads import QualificationPayload
    from counterfoil.domain.redemption_payloads import SingleRedemptionPayload, StackPayload
    from counterfoil.domain.redemptions import Redeemed
    from counterfoil.operations.call import Call
    from counterfoil.operations.qualifications import Qualification, Question
    from counterfoil.operations.validations import Validated


def validate_for_client(call: Call, payload: StackPayload) -> Validated:
    """As `validate`. Raises AmbiguousTrackingId too."""
    require_one_identity(call, payload)
    return validate(call, payload)


def redeem_for_client(call: Call, payload: StackPayload) -> Redeemed:
    """As `redeem_stack`. Raises AmbiguousTrackingId too."""
    require_one_identity(call, payload)
    return redeem_stack(call, payload)


def validate_promotions_for_client(
    call: Call, payload: SingleRedemptionPayload
) -> tuple[Validated, ...]:
    """As `validate_promotions`. Raises AmbiguousTrackingId too."""
    require_one_identity(call, payload)
    return validate_promotions(call, payload)


def qualify_for_client(call: Call, question: Question) -> Qualification:
    """As `qualify`. Raises AmbiguousTrackingId too."""
    require_one_identity(call, question.payload)
    return qualify(call, question)


def require_one_identity(
    call: Call, payload: StackPayload | SingleRedemptionPayload | QualificationPayload
) -> None:
    """Raises AmbiguousTrackingId when the tracking id leads to another than the customer named.

    A tracking id of the client's own leads to nobody, and contradicts nobody.
    """
    tracked = ids.tracked_customer(payload.tracking_id or "")
    within_order = None if payload.order is None else payload.order.customer
    named = payload.customer or within_order
    if tracked is None or named is None:
        return
    customer_id = people.id_of(call, named)
    if customer_id is not None and customer_id != tracked:
        raise AmbiguousTrackingId
