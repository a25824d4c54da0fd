"""How a redeemable that does not meet its validation rules is refused: which rule, which fact.

Source: domain.md §8.7, §9.3. A browser is told it too, and may name anybody as its customer. So it
says what a rule saw only of the call's own order and metadata: nothing that is known of a customer
or counted of others, and nothing that the catalogue keeps of products beside their prices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain.candidate_refusals import RefusalCode
from counterfoil.domain.errors import Refusal
from counterfoil.domain.logic import keys_in
from counterfoil.domain.rule_checks import ValueCheck
from counterfoil.domain.vouchers import Voucher

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.domain.assigned_rules import AssignedRule
    from counterfoil.domain.line_checks import InnerCheck, LineCheck, Matched
    from counterfoil.domain.line_facts import LineFact
    from counterfoil.domain.line_filters import LineFilter
    from counterfoil.domain.promotions import PromotionTier
    from counterfoil.domain.rule_evaluation import Check, Failing
    from counterfoil.domain.rule_facts import Facts
    from counterfoil.domain.rule_sets import Rule
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
    "$from": "be of",
    "$more_than": "be more than",
    "$more_than_or_equal": "be at least",
    "$less_than": "be less than",
    "$less_than_or_equal": "be at most",
}
_APP_ID: Final = "redemption.api_key"
_EXTREMES: Final = frozenset({"order.items.cheapest", "order.items.most_expensive"})
_DENYING: Final = frozenset({"product.id", "sku.id"})
_NONE_MATCHES: Final = "no line matches"
_SHOWN: Final = 100
_LISTED: Final = 3


def refusal_by_rules(
    definition: Voucher | PromotionTier, rule: AssignedRule, failing: Failing, facts: Facts
) -> Refusal:
    """The refusal, with the shop's own words for the rule, or else for the set, if it has any."""
    check, code = failing.check, failing.code
    custom = check.rule.message or rule.error_message
    if code in _MISSING:
        why = f"rule {check.rule.key}, {_limit(check.rule)}"
        return Refusal(code, _MESSAGES[code], f"{_MISSING[code]}: {rule.rule_id} ({why})", custom)
    details = f"{_kind(definition)} cannot be redeemed because of violated validation rules"
    why = f"rule {check.rule.key}, {sentence(check, facts)}"
    return Refusal(code, _MESSAGES[code], f"{details}: {rule.rule_id} ({why})", custom)


def sentence(check: Check, facts: Facts) -> str:
    """Thing, fact and limit of a rule that is not met."""
    if not isinstance(check, ValueCheck):
        return _of_lines(check, facts)
    seen = check.seen(facts) if _is_of_the_call(check.rule) else None
    return _limit(check.rule) if seen is None else _fact(check.rule, seen)


def _is_of_the_call(rule: Rule) -> bool:
    return rule.name.name.startswith("order.") or rule.name.name == "redemption.metadata"


def _limit(rule: Rule) -> str:
    return f"{_named(rule)} must {_wanted(rule)}"


def _fact(rule: Rule, seen: object) -> str:
    return f"{_named(rule)} is {_told(seen)} and must {_wanted(rule)}"


def _named(rule: Rule) -> str:
    return f"{rule.name.name} {rule.attribute[:_SHOWN]}" if rule.attribute else rule.name.name


def _wanted(rule: Rule) -> str:
    """What its operators want; which apps may call is a server's affair."""
    if not rule.conditions or rule.name.name == _APP_ID:
        return "be met"
    return " and ".join(
        f"{_WORDS.get(each.operator, each.operator)} {_listed(each.values)}"
        for each in rule.conditions
    )


def _of_lines(check: LineCheck, facts: Facts) -> str:
    """With the lines that decided, by their places in the order, counted from 0."""
    return f"{_limit(check.rule)}; {_why(check, check.matched(facts), facts)}"


def _why(check: LineCheck, matched: Matched, facts: Facts) -> str:
    gone = check.filters.collections - facts.occasion.collections.keys()
    if gone:
        return f"there is no {_listed(sorted(gone))}"
    if check.rule.name.name == "order.items.none":
        chosen = (each for each in matched.lines if check.could_meet(each, matched, facts))
        return next((_met(check, each, matched, facts) for each in chosen), _NONE_MATCHES)
    if not check.suffices(matched, facts):
        return _unfit(check, matched, facts.lines)
    lacking = (each for each in matched.lines if not check.meets(each, matched, facts))
    return next((_unmet(check, each, matched, facts) for each in lacking), _NONE_MATCHES)


def _unfit(check: LineCheck, matched: Matched, lines: Sequence[LineFact]) -> str:
    """The lines that match are not those that must; one without price could be the extreme."""
    name, filters = check.rule.name.name, check.filters
    if name in _EXTREMES:
        among = [each for each in lines if filters.within.is_empty or _is_of(filters.within, each)]
        unknown = [each for each in among if each.price is None]
        if unknown:
            return f"no price is known of {_places(unknown)}"
        return f"it is {_places(matched.lines)}" if matched.lines else _NONE_MATCHES
    unfit: list[LineFact] = []
    if name == "order.items.every":
        fitting = {each.place for each in matched.lines}
        unfit = [each for each in lines if each.place not in fitting]
    elif name in _DENYING:
        unfit = [each for each in lines if _is_of(filters.excluded, each)]
    return f"not met by {_places(unfit)}" if unfit else _NONE_MATCHES


def _is_of(wanted: LineFilter, line: LineFact) -> bool:
    return wanted.matches(line.known.skus, line.known.products, line.collections)


def _met(check: LineCheck, line: LineFact, matched: Matched, facts: Facts) -> str:
    """That a line is what none may be, or could be by what is not known of it."""
    told = []
    for each in _within(check):
        seen, holds = each.seen(line, matched), each.holds(line, matched, facts)
        if holds or seen is None:
            fact = "not known" if seen is None else _told(seen)
            told.append(f"its {_named(each.rule)} is {fact} and none may {_wanted(each.rule)}")
    return ", ".join([f"{_places([line])} matches", *told[:_LISTED]])


def _unmet(check: LineCheck, line: LineFact, matched: Matched, facts: Facts) -> str:
    """The rules within that a line does not meet; a value that is not there is not told."""
    told = []
    for each in _within(check):
        if not each.holds(line, matched, facts):
            seen = each.seen(line, matched)
            told.append(_limit(each.rule) if seen is None else _fact(each.rule, seen))
    return f"of {_places([line])}, {', '.join(told[:_LISTED])}"


def _within(check: LineCheck) -> list[InnerCheck]:
    """The rules within that its logic names and that ask for something."""
    named = set(keys_in(check.rule.within.logic))
    return [each for key, each in check.within.items() if key in named and not each.asks_nothing]


def _places(lines: Sequence[LineFact]) -> str:
    return _listed([f"items[{each.place}]" for each in lines])


def _kind(definition: Voucher | PromotionTier) -> str:
    if not isinstance(definition, Voucher):
        return "Promotion Tier"
    return "Gift Card" if definition.gift else "Discount Coupon"


def _listed(values: Sequence[object]) -> str:
    told = [_told(each) for each in values[:_LISTED]]
    return ", ".join([*told, "…"] if len(values) > len(told) else told)


def _told(value: Value | object) -> str:
    """A thing by the name that it was given by."""
    if isinstance(value, dict):
        value = value.get("id") or value.get("source_id") or value
    return str(value)[:_SHOWN]
