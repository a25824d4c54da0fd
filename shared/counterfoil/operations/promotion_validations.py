"""Which promotion tiers an order qualifies for, each alone (domain.md §2.2, deprecated).

The cost grows with the tiers that can be used now, of which the newest hundred are tried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain.payloads import MAX_REDEEMABLES
from counterfoil.domain.redemption_payloads import RedeemablePayload, StackPayload
from counterfoil.operations.lists import Paging
from counterfoil.operations.promotion_lists import available_tiers
from counterfoil.operations.validations import validate_each

if TYPE_CHECKING:
    from counterfoil.domain.redemption_payloads import SingleRedemptionPayload
    from counterfoil.operations.call import Call
    from counterfoil.operations.validations import Validated

_TRIED: Final = 100
_NEWEST_FIRST: Final = Paging(limit=_TRIED, page=1, order="-created_at")


def validate_promotions(call: Call, payload: SingleRedemptionPayload) -> tuple[Validated, ...]:
    """What every tier would do, the newest first; nothing is reserved. Raises as `validate`."""
    tiers = available_tiers(call, _NEWEST_FIRST)[:_TRIED]
    chunks = (tiers[at : at + MAX_REDEEMABLES] for at in range(0, len(tiers), MAX_REDEEMABLES))
    return tuple(each for chunk in chunks for each in validate_each(call, _stack(payload, chunk)))


def _stack(payload: SingleRedemptionPayload, tiers: list[str]) -> StackPayload:
    return StackPayload(
        redeemables=[RedeemablePayload(object="promotion_tier", id=each) for each in tiers],
        order=payload.order,
        customer=payload.customer,
        tracking_id=payload.tracking_id,
        metadata=payload.metadata,
    )
