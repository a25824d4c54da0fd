"""Validations on the wire, and the outcomes that redemptions share with them (domain.md §2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from counterfoil.api.errors import refusal_document
from counterfoil.api.orders import Document, cart_document, order_document
from counterfoil.api.product_lists import product_lists
from counterfoil.api.response import Response, json_response
from counterfoil.api.stacking_rules import rules_document
from counterfoil.api.vouchers import discount_document
from counterfoil.domain.errors import RedemptionRefused
from counterfoil.domain.payloads import StackPayload
from counterfoil.domain.stacking import SKIP_MESSAGES, Applicable, Inapplicable, Outcome, Skipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.api.request import Request
    from counterfoil.domain.allocations import Allocation
    from counterfoil.domain.candidates import Candidate
    from counterfoil.domain.orders import Order
    from counterfoil.operations.validations import Validated

_SPELT_OUT_BY_DEFAULT: Final[tuple[str, ...]] = ("order",)


def stack_request(request: Request) -> StackPayload:
    """The body of a redemption or validation of 1 to 30 redeemables."""
    return request.payload(StackPayload)


def validation_answer(validated: Validated) -> Response:
    """200, valid or not."""
    return json_response(200, validation_document(validated))


def validation_document(validated: Validated) -> Document:
    """Every redeemable's outcome; the calculated order only when all is valid."""
    evaluation = validated.evaluation
    document: Document = {
        "id": validated.id,
        "valid": evaluation.valid,
        "redeemables": [outcome_document(each, validated) for each in evaluation.outcomes],
        "stacking_rules": rules_document(validated.rules),
    }
    refused = [_refused(each, validated.request_id) for each in evaluation.inapplicable]
    if refused:
        document["inapplicable_redeemables"] = refused
    if evaluation.skipped:
        document["skipped_redeemables"] = skipped_entries(evaluation.outcomes)
    if evaluation.valid:
        document["order"] = _order(evaluation.order, evaluation.applied, validated)
    if validated.tracking_id is not None:
        document["tracking_id"] = validated.tracking_id
    if validated.session is not None:
        document["session"] = validated.session.model_dump(mode="json")
    return document


def skipped_entries(outcomes: Sequence[Outcome]) -> list[Document]:
    """The redeemables that were not tried, as the contract lists them beside the others."""
    return [_skipped(outcome) for outcome in outcomes if isinstance(outcome, Skipped)]


def outcome_document(outcome: Outcome, validated: Validated) -> Document:
    """What became of one redeemable."""
    match outcome:
        case Applicable():
            return _applicable(outcome, validated)
        case Inapplicable():
            return _refused(outcome, validated.request_id)
        case Skipped():
            return _skipped(outcome)
        case _:
            assert_never(outcome)


def _applicable(outcome: Applicable, validated: Validated) -> Document:
    options = validated.payload.options
    spelt_out = _SPELT_OUT_BY_DEFAULT
    if options is not None and options.expand is not None:
        spelt_out = tuple(options.expand)
    definition = outcome.definition
    document: Document = {
        "status": "APPLICABLE",
        "id": outcome.candidate.id,
        "object": outcome.candidate.object,
        **product_lists(outcome),
        "result": _result(outcome),
        "metadata": definition.metadata if "redeemable" in spelt_out else {},
        "categories": [],
    }
    if "order" in spelt_out:
        document["order"] = _order(outcome.order, outcome.allocation, validated)
    if "redeemable" in spelt_out:
        document |= _campaign(outcome.candidate)
    return document


def _result(outcome: Applicable) -> Document:
    """What it gives: a discount, or credits of a gift card that still has all of its balance."""
    money = outcome.counter.gift
    if money is not None:
        return {"gift": {"balance": money.balance, "credits": outcome.credits}}
    discount, products = outcome.definition.discount, outcome.candidate.products
    return {"discount": discount_document(discount, products)}


def _campaign(candidate: Candidate) -> Document:
    campaign = candidate.campaign
    if campaign is None:
        return {"campaign_id": None, "campaign_name": None}
    return {"campaign_id": campaign.id, "campaign_name": campaign.name}


def _refused(outcome: Inapplicable, request_id: str) -> Document:
    candidate, refusal = outcome.candidate, outcome.refusal
    error = RedemptionRefused(refusal, candidate.object, candidate.id)
    return {
        "status": "INAPPLICABLE",
        "id": candidate.id,
        "object": candidate.object,
        "result": {
            "error": refusal_document(error, request_id),
            "details": {"key": refusal.code.value, "message": refusal.message},
        },
        "metadata": {},
        "categories": [],
    }


def _skipped(outcome: Skipped) -> Document:
    details = {"key": outcome.key.value, "message": SKIP_MESSAGES[outcome.key]}
    return {
        "status": "SKIPPED",
        "id": outcome.candidate.id,
        "object": outcome.candidate.object,
        "result": {"details": details},
        "metadata": {},
        "categories": [],
    }


def _order(order: Order, applied: Allocation, validated: Validated) -> Document:
    """The order as it would be; one that is not stored has no identity yet (§1.4)."""
    if not validated.stored:
        return cart_document(order, applied, lines=bool(order.items))
    return order_document(order, applied)
