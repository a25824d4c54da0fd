"""Validations on the wire (domain.md §2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from counterfoil.api.explaining import explained
from counterfoil.api.orders import Document, cart_document, order_document
from counterfoil.api.outcomes import Telling
from counterfoil.api.product_lists import product_lists
from counterfoil.api.response import Response, json_response
from counterfoil.api.stacking_rules import rules_document
from counterfoil.api.vouchers import discount_document
from counterfoil.domain.outcomes import Applicable, Inapplicable, Outcome, Skipped
from counterfoil.domain.promotions import PromotionTier
from counterfoil.domain.redemption_payloads import StackPayload

if TYPE_CHECKING:
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
    document = validation_document(validated)
    return json_response(200, document | explained(validated.evaluation))


def validation_document(validated: Validated) -> Document:
    """Every redeemable's outcome; in mode ALL the calculated order only when all is valid."""
    evaluation = validated.evaluation
    partial = validated.rules.redeemables_application_mode == "PARTIAL"
    told = _telling(validated)
    shown = evaluation.applicable if partial else evaluation.outcomes
    outcomes = [_outcome(each, validated, told) for each in shown]
    # What one redeemable alone makes of the order is what all make of it.
    alone = outcomes[0].get("order") if len(shown) == len(evaluation.outcomes) == 1 else None
    document: Document = {
        "id": validated.id,
        "valid": evaluation.valid,
        "redeemables": outcomes,
        "stacking_rules": rules_document(validated.rules),
        **told.left_out(evaluation),
    }
    if evaluation.valid or partial:
        document["order"] = alone or _order(evaluation.order, evaluation.applied, validated)
    if validated.tracking_id is not None:
        document["tracking_id"] = validated.tracking_id
    if validated.session is not None:
        document["session"] = validated.session.model_dump(mode="json")
    return document


def outcome_document(outcome: Outcome, validated: Validated) -> Document:
    """What became of one redeemable."""
    return _outcome(outcome, validated, _telling(validated))


def _telling(validated: Validated) -> Telling:
    asked = validated.payload.expand
    spelt_out = _SPELT_OUT_BY_DEFAULT if asked is None else asked
    return Telling(validated.rules, validated.request_id, spelt_out)


def _outcome(outcome: Outcome, validated: Validated, told: Telling) -> Document:
    match outcome:
        case Applicable():
            return _applicable(outcome, validated, told)
        case Inapplicable():
            return told.refused(outcome)
        case Skipped():
            return told.passed_over(outcome)
        case _:
            assert_never(outcome)


def _applicable(outcome: Applicable, validated: Validated, told: Telling) -> Document:
    definition = outcome.definition
    document: Document = {
        "status": "APPLICABLE",
        "id": outcome.candidate.id,
        "object": outcome.candidate.object,
        **product_lists(outcome),
        "result": result_document(outcome),
        "metadata": definition.metadata if "redeemable" in told.spelt_out else {},
        "categories": told.categories(outcome.candidate),
    }
    if "order" in told.spelt_out:
        document["order"] = _order(outcome.order, outcome.allocation, validated)
    if "redeemable" in told.spelt_out:
        document |= campaign_of(outcome.candidate)
        if isinstance(definition, PromotionTier):
            document["name"] = definition.name
    return document


def result_document(outcome: Applicable) -> Document:
    """What it gives: a discount, or credits of a gift card that still has all of its balance."""
    money = outcome.counter.gift
    if money is not None:
        return {"gift": {"balance": money.balance, "credits": outcome.credits}}
    discount, products = outcome.definition.discount, outcome.candidate.products
    return {"discount": discount_document(discount, products)}


def campaign_of(candidate: Candidate) -> Document:
    """The campaign of a redeemable by id and name."""
    campaign = candidate.campaign
    if campaign is None:
        return {"campaign_id": None, "campaign_name": None}
    return {"campaign_id": campaign.id, "campaign_name": campaign.name}


def _order(order: Order, applied: Allocation, validated: Validated) -> Document:
    """The order as it would be; one that is not stored has no identity yet (§1.4)."""
    if not validated.stored:
        return cart_document(order, applied, lines=bool(order.items))
    return order_document(order, applied)
