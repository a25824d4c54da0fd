"""Validation rules on the wire (domain.md §1.13, §2.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api.entries import entry_document
from counterfoil.api.lists import PAGES, list_answer
from counterfoil.api.queries import paging, time_of
from counterfoil.api.response import Response, json_response
from counterfoil.domain.rule_payloads import RulePayload, RuleUpdate
from counterfoil.domain.rule_sets import read
from counterfoil.domain.timestamps import iso
from counterfoil.operations.lists import Between, Times
from counterfoil.operations.rule_lists import RulesWanted
from counterfoil.operations.validation_rules import Update

if TYPE_CHECKING:
    from counterfoil.api.orders import Document
    from counterfoil.api.request import Request
    from counterfoil.operations.lists import Page
    from counterfoil.storage.validation_rules import Stored


def rule_request(request: Request) -> RulePayload:
    """The body of `POST /v1/validation-rules`."""
    return request.payload(RulePayload)


def named_rule_request(request: Request) -> str:
    """The id in the path."""
    return request.parameter("validationRuleId")


def rule_update_request(request: Request) -> Update:
    """Path and body of `PUT /v1/validation-rules/{id}`."""
    return Update(named_rule_request(request), request.payload(RuleUpdate))


def rules_request(request: Request) -> RulesWanted:
    """The page and the dates of `GET /v1/validation-rules`."""
    created = Between(time_of(request, "start_date"), time_of(request, "end_date"))
    return RulesWanted(paging(request, ("created_at", "updated_at", "name"), PAGES), Times(created))


def rules_answer(page: Page[Stored]) -> Response:
    """200 with a page of rules."""
    return list_answer("data", map(rule_document, page.entries), page.total)


def rule_answer(stored: Stored) -> Response:
    """200 with the rule."""
    return json_response(200, rule_document(stored))


def rule_document(stored: Stored) -> Document:
    """The rule as it stands. Without conditions its `logic` is the empty text, which is true."""
    rule = stored.rule
    lists = rule.applicable_to
    error: Document = {} if rule.error_message is None else {"message": rule.error_message}
    return {
        "id": rule.id,
        "name": rule.name,
        "rules": read(rule.rules).document,
        **({"error": error} if error else {}),
        "applicable_to": {
            "excluded": [entry_document(each) for each in lists.excluded],
            "included": [entry_document(each) for each in lists.included],
            "included_all": lists.included_all,
        },
        "type": rule.type,
        "context_type": rule.context_type,
        "assignments_count": stored.assignments,
        "created_at": iso(rule.created_at),
        "updated_at": None if rule.updated_at is None else iso(rule.updated_at),
        **({"async_action_id": stored.action_id} if stored.action_id else {}),
        "object": "validation_rules",
    }
