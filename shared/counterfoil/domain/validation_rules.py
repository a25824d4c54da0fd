"""Validation rules: named sets of what has to hold, and the products that a discount applies to.

What a rule may ask for is the language of `rule_sets`; what nobody would keep is refused
(docs/decisions/0011). Source: domain.md §1.13, §4.4, §8.1.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict

from counterfoil.domain.errors import InvalidValidationRules
from counterfoil.domain.item_selection import EVERYTHING, ProductEntry, ProductLists
from counterfoil.domain.rule_evaluation import collections_in
from counterfoil.domain.rule_sets import rules_sent

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

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
    """A rule; `rules` is the text of a set, empty without any (`rule_sets.read`).

    `type` and `context_type` are told and have no say in anything.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    error_message: str | None = None
    applicable_to: ProductLists = EVERYTHING
    rules: str = ""
    type: str = "expression"
    context_type: str = "global"
    created_at: datetime
    updated_at: datetime | None = None

    @property
    def collections(self) -> frozenset[str]:
        """The collections of products that it names, in its lists and in its rules."""
        return self.applicable_to.collections | collections_in(self.rules)


def lists_sent(payload: RuleUpdate) -> ProductLists | None:
    """The lists that `payload` has. Raises InvalidValidationRules for anything nobody keeps."""
    rules_of(payload)
    return None if payload.applicable_to is None else _lists(payload.applicable_to)


def rules_of(payload: RuleUpdate) -> str | None:
    """The text of the rules that `payload` has; None without any. Raises InvalidValidationRules."""
    for key in payload.bundle_rules or {}:
        message = f"Property .bundle_rules['{key[:100]}'] is not supported yet"
        raise InvalidValidationRules(message)
    return None if payload.rules is None else rules_sent(payload.rules).text


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
        changes["rules"] = rules_of(payload)
    return changes


def require_collections(rule: ValidationRule, known: Collection[str]) -> None:
    """Raises InvalidValidationRules unless every collection that `rule` names is `known`."""
    for each in sorted(rule.collections):
        if each not in known:
            message = f"Validation rule {rule.name} names the collection {each[:100]}"
            raise InvalidValidationRules(f"{message}, which does not exist")


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
        if payload.id is None and payload.source_id is None:
            message = f"Property {path} should have required property 'id' or 'source_id'"
            raise InvalidValidationRules(message)
        if payload.id is None and payload.object == "products_collection":
            # It has no other name: by this one it would be in the list and match nothing.
            raise InvalidValidationRules(f"Property {path} should have required property 'id'")
        _require_no_budgets(path, payload.model_extra or {})
        fields = payload.model_dump(include=set(ProductEntry.model_fields), exclude_none=True)
        yield ProductEntry.model_validate(fields)


def _require_no_budgets(path: str, others: Mapping[str, object]) -> None:
    """Units per campaign or customer: limits that nobody counts yet."""
    for field, value in others.items():
        if field.startswith("product_") and _UNIT_BUDGET in field and value is not None:
            raise InvalidValidationRules(f"Property {path}.{field[:100]} is not supported yet")
