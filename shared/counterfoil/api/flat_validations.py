"""The validation of one redeemable as the contract's older endpoints answer it (domain.md §2.2).

One level holds what `POST /v1/validations` says of the redeemable and of the order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api.explaining import explained
from counterfoil.api.response import json_response
from counterfoil.api.validations import outcome_document, validation_document
from counterfoil.domain.limits import SKIP_MESSAGES
from counterfoil.domain.outcomes import Applicable, Inapplicable, Outcome
from counterfoil.domain.promotions import PromotionTier
from counterfoil.domain.timestamps import iso

if TYPE_CHECKING:
    from datetime import datetime

    from counterfoil.api.orders import Document
    from counterfoil.api.response import Response
    from counterfoil.operations.validations import Validated

_OF_THE_CALL = ("order", "tracking_id", "session")
_OF_THE_REDEEMABLE = ("applicable_to", "inapplicable_to")


def flat_answer(validated: Validated) -> Response:
    """200, valid or not."""
    (outcome,) = validated.evaluation.outcomes
    document = flat_document(outcome, validated)
    return json_response(200, document | explained(validated.evaluation))


def flat_document(outcome: Outcome, validated: Validated) -> Document:
    """What became of one redeemable, with the order after it and the session."""
    if isinstance(outcome, Applicable):
        return _valid(outcome, validated)
    candidate = outcome.candidate
    document: Document = {"valid": False, **_named(candidate.object, candidate.id), "metadata": {}}
    whole = outcome_document(outcome, validated)
    if isinstance(outcome, Inapplicable):
        result = whole["result"]
        error = result.get("error") if isinstance(result, dict) else None
        document |= {"reason": outcome.refusal.message, "error": error}
    else:
        document["reason"] = SKIP_MESSAGES[outcome.key]
    if validated.tracking_id is not None:
        document["tracking_id"] = validated.tracking_id
    return document


def _valid(outcome: Applicable, validated: Validated) -> Document:
    candidate, definition = outcome.candidate, outcome.definition
    call, whole = validation_document(validated), outcome_document(outcome, validated)
    result = whole["result"]
    document: Document = {
        "valid": True,
        **_named(candidate.object, candidate.id),
        **(result if isinstance(result, dict) else {}),
        **{name: whole[name] for name in _OF_THE_REDEEMABLE},
        **{name: call[name] for name in _OF_THE_CALL if name in call},
        "metadata": definition.metadata,
        **_date("start_date", definition.start_date),
        **_date("expiration_date", definition.expiration_date),
    }
    if isinstance(definition, PromotionTier):
        document |= {"name": definition.name, "banner": definition.banner}
        document["discount_amount"] = outcome.allocation.total
    if candidate.campaign is not None:
        document |= {"campaign": candidate.campaign.name, "campaign_id": candidate.campaign.id}
    return document


def _named(object_type: str, identifier: str) -> Document:
    """A voucher goes by its code here."""
    if object_type == "voucher":
        return {"code": identifier}
    return {"id": identifier, "object": object_type}


def _date(name: str, at: datetime | None) -> Document:
    """Left out when not set: the JavaScript client cannot read a null."""
    return {} if at is None else {name: iso(at)}
