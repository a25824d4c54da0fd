"""Validation rules: named sets of what has to hold, and the products that a discount applies to.

Decided by are the products, and how many redemptions a campaign may have. What else a rule may ask
for would be a restriction that nobody keeps, so it is refused (docs/decisions/0011). Source:
domain.md §1.13, §4.4, §8.1.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict

from counterfoil.domain.campaign_limits import CampaignLimit, limit_sent
from counterfoil.domain.errors import InvalidValidationRules
from counterfoil.domain.item_selection import EVERYTHING, ProductEntry, ProductLists

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from counterfoil.domain.rule_payloads import (
        EntryPayload,
        ListsPayload,
        RulePayload,
        RuleUpdate,
    )

# Every redemption reads the copies of up to 30 redeemables.
MAX_LISTS_BYTES: Final = 64 * 1024
_UNIT_BUDGET: Final = "_quantity_limit"


class ValidationRule(BaseModel):
    """A rule. `type` and `context_type` are told and have no say in anything."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    error_message: str | None = None
    applicable_to: ProductLists = EVERYTHING
    campaign_limit: CampaignLimit | None = None
    type: str = "expression"
    context_type: str = "global"
    created_at: datetime
    updated_at: datetime | None = None


def lists_sent(payload: RuleUpdate) -> ProductLists | None:
    """The lists that `payload` has. Raises InvalidValidationRules for anything nobody keeps."""
    limit_sent(payload)
    return None if payload.applicable_to is None else _lists(payload.applicable_to)


def draft(
    payload: RulePayload, lists: ProductLists | None, rule_id: str, now: datetime
) -> ValidationRule:
    """A new rule as `payload` describes it; `lists` are what the catalogue made of its own."""
    rule = ValidationRule(id=rule_id, name=payload.name, created_at=now)
    return rule.model_copy(update=_named(payload, lists))


def updated(
    rule: ValidationRule, payload: RuleUpdate, lists: ProductLists | None, now: datetime
) -> ValidationRule:
    """`rule` with what `payload` names replaced; only `error` can be cleared by null.

    `lists` as in `draft`. The same object when nothing changes.
    """
    after = rule.model_copy(update=_named(payload, lists))
    if after == rule:
        return rule
    return after.model_copy(update={"updated_at": max(now, rule.updated_at or rule.created_at)})


def _named(payload: RuleUpdate, lists: ProductLists | None) -> dict[str, object]:
    """The fields that `payload` gives a value to."""
    changes: dict[str, object] = {
        field: getattr(payload, field)
        for field in ("name", "type", "context_type")
        if getattr(payload, field) is not None
    }
    if payload.sent("error"):
        changes["error_message"] = None if payload.error is None else payload.error.message
    if lists is not None:
        changes["applicable_to"] = lists
    if payload.rules is not None:
        changes["campaign_limit"] = limit_sent(payload)
    return changes


def _lists(payload: ListsPayload) -> ProductLists:
    lists = ProductLists(
        included=tuple(_entries("included", payload.included or ())),
        excluded=tuple(_entries("excluded", payload.excluded or ())),
        included_all=payload.included_all is True,
    )
    size = len(lists.model_dump_json(exclude_defaults=True))
    if size > MAX_LISTS_BYTES:
        message = f"Property .applicable_to must have at most {MAX_LISTS_BYTES} bytes of JSON"
        raise InvalidValidationRules(f"{message}; it has {size}")
    return lists


def _entries(name: str, payloads: Sequence[EntryPayload]) -> Iterator[ProductEntry]:
    for place, payload in enumerate(payloads):
        path = f".applicable_to.{name}[{place}]"
        if payload.object == "products_collection":
            message = f"Property {path}.object cannot be products_collection yet"
            raise InvalidValidationRules(f"{message}; supported are product and sku")
        if payload.id is None and payload.source_id is None:
            message = f"Property {path} should have required property 'id' or 'source_id'"
            raise InvalidValidationRules(message)
        _require_no_budgets(path, payload.model_extra or {})
        fields = payload.model_dump(include=set(ProductEntry.model_fields), exclude_none=True)
        yield ProductEntry.model_validate(fields)


def _require_no_budgets(path: str, others: Mapping[str, object]) -> None:
    """Units per campaign or customer: limits that nobody counts yet."""
    for field, value in others.items():
        if field.startswith("product_") and _UNIT_BUDGET in field and value is not None:
            raise InvalidValidationRules(f"Property {path}.{field[:100]} is not supported yet")
