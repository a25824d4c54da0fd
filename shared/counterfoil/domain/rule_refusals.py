"""How a redeemable that does not meet its validation rules is refused: which rule, which fact.

Source: domain.md §8.7, §9.3. What is known of a customer is not told here: a browser may name
anybody as its customer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain.candidate_refusals import RefusalCode
from counterfoil.domain.counts import Place
from counterfoil.domain.errors import Refusal
from counterfoil.domain.rule_checks import ValueCheck
from counterfoil.domain.vouchers import Voucher

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.domain.assigned_rules import AssignedRule
    from counterfoil.domain.promotions import PromotionTier
    from counterfoil.domain.rule_evaluation import Check, Failing
    from counterfoil.domain.rule_facts import Facts
    from counterfoil.domain.rule_values import Value

_MESSAGES: Final = {
    RefusalCode.CUSTOMER_RULES_VIOLATED: "customer does not match validation rules",
    RefusalCode.ORDER_RULES_VIOLATED: "order does not match validation rules",
    RefusalCode.REDEMPTION_RULES_VIOLATED: "redemption does not match validation rules",
    RefusalCode.MISSING_CUSTOMER: "Missing customer",
    RefusalCode.MISSING_ORDER: "Missing order",
    RefusalCode.MISSING_ORDER_ITEMS: "Missing order items",
    RefusalCode.MISSING_AMOUNT: "Missing amount",
}
_MISSING: Final = {
    RefusalCode.MISSING_CUSTOMER: "Customer is required to validate rules",
    RefusalCode.MISSING_ORDER: "Order is required to validate rules",
    RefusalCode.MISSING_ORDER_ITEMS: "Order items are required to validate rules",
    RefusalCode.MISSING_AMOUNT: "The amount of the order is required to validate rules",
}
_WORDS: Final = {
    "$is": "be",
    "$in": "be",
    "$is_not": "not be",
    "$not_in": "not be",
    "$more_than": "be more than",
    "$more_than_or_equal": "be at least",
    "$less_than": "be less than",
    "$less_than_or_equal": "be at most",
}
_PRIVATE: Final = frozenset({Place.CUSTOMER, Place.CUSTOMER_IN_CAMPAIGN})
_SHOWN: Final = 100


def refusal_by_rules(
    definition: Voucher | PromotionTier, rule: AssignedRule, failing: Failing, facts: Facts
) -> Refusal:
    """The refusal, with the shop's own words for the rule, or else for the set, if it has any."""
    check, code = failing.check, failing.code
    custom = check.rule.message or rule.error_message
    if code in _MISSING:
        return Refusal(code, _MESSAGES[code], _MISSING[code], custom)
    details = f"{_kind(definition)} cannot be redeemed because of violated validation rules"
    why = f"rule {check.rule.key}, {sentence(check, facts)}"
    return Refusal(code, _MESSAGES[code], f"{details}: {rule.rule_id} ({why})", custom)


def sentence(check: Check, facts: Facts) -> str:
    """Thing, fact and limit of a rule that is not met."""
    rule = check.rule
    named = f"{rule.name.name} {rule.attribute[:_SHOWN]}" if rule.attribute else rule.name.name
    wanted = " and ".join(
        f"{_WORDS.get(each.operator, each.operator)} {_listed(each.values)}"
        for each in rule.conditions
    )
    must = f"must {wanted}" if wanted else "must be met"
    if not isinstance(check, ValueCheck) or _is_private(check):
        return f"{named} {must}"
    seen = check.seen(facts)
    return f"{named} {must}" if seen is None else f"{named} is {_told(seen)} and {must}"


def _is_private(check: Check) -> bool:
    name = check.rule.name
    return name.name.startswith("customer.") or (
        name.counts is not None and name.counts[0] in _PRIVATE
    )


def _kind(definition: Voucher | PromotionTier) -> str:
    if not isinstance(definition, Voucher):
        return "Promotion Tier"
    return "Gift Card" if definition.gift else "Discount Coupon"


def _listed(values: Sequence[object]) -> str:
    told = [_told(each) for each in values[:3]]
    return ", ".join([*told, "…"] if len(values) > len(told) else told)


def _told(value: Value | object) -> str:
    text = value.get("id") if isinstance(value, dict) else value
    return str(text)[:_SHOWN]
