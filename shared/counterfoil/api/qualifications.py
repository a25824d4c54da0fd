"""Qualifications on the wire (domain.md §2.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

from counterfoil.api.assignment_documents import assignments_document
from counterfoil.api.explaining import explained_offers
from counterfoil.api.orders import Document, cart_document, order_document
from counterfoil.api.outcomes import Telling
from counterfoil.api.product_lists import product_lists
from counterfoil.api.response import Response, json_response
from counterfoil.api.stacking_rules import rules_document
from counterfoil.api.validations import campaign_of, result_document
from counterfoil.domain.allocations import NOTHING
from counterfoil.domain.errors import InvalidPayload
from counterfoil.domain.filters import Condition, Filters, Operator
from counterfoil.domain.promotions import PromotionTier
from counterfoil.domain.qualification_payloads import QualificationPayload
from counterfoil.domain.records import kind_of
from counterfoil.domain.vouchers import Voucher
from counterfoil.operations.qualifications import Question

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import JsonValue

    from counterfoil.api.request import Request
    from counterfoil.domain.allocations import Allocation
    from counterfoil.domain.candidates import Candidate
    from counterfoil.domain.orders import Order
    from counterfoil.domain.qualifications import Qualified
    from counterfoil.operations.qualifications import Qualification

_FIELDS: Final = (
    "category_id",
    "campaign_id",
    "campaign_type",
    "resource_id",
    "resource_type",
    "voucher_type",
    "code",
    "holder_role",
)
_OPERATORS: Final = (Operator.IS, Operator.IS_NOT, Operator.IN, Operator.NOT_IN)
_FILTERS: Final = ".options.filters"


def qualification_request(request: Request) -> Question:
    """The body. Raises InvalidPayload for filters that are not of the contract's form."""
    payload = request.payload(QualificationPayload)
    sent = dict(payload.asked.filters or {})
    junction = sent.pop("junction", "and")
    if not isinstance(junction, str) or junction.lower() not in ("and", "or"):
        _refuse(".junction", "must be and or or")
    chosen = tuple(each for field in sent for each in _conditions(field, sent[field]))
    return Question(payload, Filters(chosen=chosen, either=junction.lower() == "or"))


def qualification_answer(found: Qualification) -> Response:
    """200 with one page of what the order qualifies for."""
    told = Telling(found.rules, "", tuple(found.payload.asked.expand or ()))
    data = [_entry(each, found, told) for each in found.found]
    redeemables: Document = {
        "object": "list",
        "data_ref": "data",
        "data": data,
        "total": len(data),
        "has_more": found.more_after is not None,
    }
    if found.more_after is not None:
        redeemables["more_starting_after"] = found.more_after
    document: Document = {
        "redeemables": redeemables,
        "order": _order(found.order, NOTHING, stored=found.stored),
        "stacking_rules": rules_document(found.rules),
    }
    if found.tracking_id is not None:
        document["tracking_id"] = found.tracking_id
    return json_response(200, document | explained_offers(found))


def _entry(one: Qualified, found: Qualification, told: Telling) -> Document:
    offered, evaluation = one.offered, one.evaluation
    candidate = offered.candidates[0]
    definition = candidate.definition
    document: Document = {
        "id": definition.code if isinstance(definition, Voucher) else offered.id,
        "object": offered.object,
        "created_at": offered.created_at,
        **_lists_and_result(one, found),
        "metadata": {},
    }
    if evaluation is not None:
        document["order"] = _order(evaluation.order, evaluation.applied, stored=found.stored)
    if "category" in told.spelt_out:
        document["categories"] = told.categories(candidate)
    if "redeemable" in told.spelt_out:
        document |= _redeemable(one)
    if "validation_rules" in told.spelt_out:
        document |= _rules(candidate)
    return document


def _lists_and_result(one: Qualified, found: Qualification) -> Document:
    """What it gives and covers; a stack's tiers tell for themselves, not for the whole."""
    applicable = () if one.evaluation is None else one.evaluation.applicable
    if one.offered.stack is not None or len(applicable) != 1:
        return {"result": {}, "applicable_to": _no_list(), "inapplicable_to": _no_list()}
    (outcome,) = applicable
    result = result_document(outcome)
    session, money = found.payload.session, outcome.counter.gift
    if money is not None and session is not None:
        held = {"locked_credits": money.balance - money.available}
        result = {"gift": {"balance": money.balance, "credits": outcome.credits, **held}}
    return {"result": result, **product_lists(outcome)}


def _redeemable(one: Qualified) -> Document:
    candidate, stack = one.offered.candidates[0], one.offered.stack
    document = campaign_of(candidate)
    if stack is not None:
        return document | {"name": stack.name}
    definition = candidate.definition
    if definition is not None:
        document["metadata"] = definition.metadata
    if isinstance(definition, PromotionTier):
        document |= {"name": definition.name, "banner": definition.banner}
    return document


def _rules(candidate: Candidate) -> Document:
    definition = candidate.definition
    if definition is None:
        return {}
    listed = assignments_document(kind_of(definition), definition.id, definition.rule)
    return {"validation_rules_assignments": listed}


def _order(order: Order, applied: Allocation, *, stored: bool) -> Document:
    if stored:
        return order_document(order, applied)
    return cart_document(order, applied, lines=bool(order.items))


def _no_list() -> Document:
    return {"data": [], "total": 0, "data_ref": "data", "object": "list"}


def _conditions(field: str, sent: JsonValue) -> Iterator[Condition]:
    if field not in _FIELDS:
        _refuse(f".{field}", f"is not a filter; filters are {', '.join(_FIELDS)}")
    conditions = sent.get("conditions") if isinstance(sent, dict) else None
    if not isinstance(conditions, dict):
        _refuse(f".{field}", "must have conditions")
    yield from _operators(field, conditions)


def _operators(field: str, conditions: Mapping[str, JsonValue]) -> Iterator[Condition]:
    for name, value in conditions.items():
        if name not in _OPERATORS:
            _refuse(f".{field}.conditions", f"must be of {', '.join(_OPERATORS)}")
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(each, str) for each in values):
            _refuse(f".{field}.conditions.{name}", "must be texts")
        yield Condition(field, Operator(name), tuple(str(each) for each in values))


def _refuse(path: str, words: str) -> NoReturn:
    raise InvalidPayload(f"Property {_FILTERS}{path} {words}")
