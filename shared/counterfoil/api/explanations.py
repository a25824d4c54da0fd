"""`explanation`: every rule with what it saw and wanted, every redeemable with its place and caps.

It tells a server how its answer came about. What it shows is of the call's own customer and order,
of the shop's definitions, and of sums over redemptions; never of another customer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from counterfoil.api.response import json_response
from counterfoil.api.stacking_rules import rules_document
from counterfoil.domain.effect_traces import effect_trace
from counterfoil.domain.limits import SKIP_MESSAGES
from counterfoil.domain.outcomes import Applicable, Inapplicable, Outcome, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from counterfoil.api.orders import Document
    from counterfoil.domain.caps import Cap
    from counterfoil.domain.errors import Refusal
    from counterfoil.domain.orders import Order
    from counterfoil.domain.qualifications import Attempted
    from counterfoil.domain.rule_traces import Compared, LineTrace, RuleTrace, SetTrace
    from counterfoil.domain.stacking import Evaluation
    from counterfoil.domain.stacking_rules import StackingRules
    from counterfoil.operations.qualifications import Qualification

# A function sends 6 MB at most. An Idempotency-Key keeps 380 KB, but deflated, usually to about a
# tenth of what is explained: it says the same names again and again (docs/decisions/0014).
MAX_BYTES: Final = 256 * 1024
_DETAILS: Final = ("rules", "caps", "remainder")


def explanation(evaluations: Sequence[Evaluation]) -> Document:
    """What was evaluated, in the order of application; several were each evaluated alone."""
    entries = (entry for each in evaluations for entry in _entries(each.outcomes))
    return _tree(entries, evaluations[0].rules)


def explanation_of_offers(found: Qualification, attempts: Iterable[Attempted]) -> Document:
    """Every offer that was tried, the tiers of a stack in its stead, be it on the page or not."""
    on_order = found.payload.scenario != "AUDIENCE_ONLY"
    entries = (
        {**entry, **_offer(each)}
        for each in attempts
        for entry in _entries(each.outcomes, on_order=on_order)
    )
    return _tree(entries, found.rules)


def _tree(entries: Iterable[Document], rules: StackingRules) -> Document:
    """Every entry; those that would make it too large without their details."""
    told, size = [], 0
    for each in entries:
        bytes_ = len(json_response(200, each).body or b"")
        fits = size + bytes_ <= MAX_BYTES
        size += bytes_ if fits else 0
        told.append(each if fits else _without_details(each))
    return {"redeemables": told, "stacking_rules": rules_document(rules)}


def _without_details(entry: Document) -> Document:
    kept = {name: value for name, value in entry.items() if name not in _DETAILS}
    return {**kept, "details_left_out": True}


def _offer(attempt: Attempted) -> Document:
    document: Document = {"qualifies": attempt.qualified is not None}
    if attempt.offered.stack is not None:
        document["promotion_stack_id"] = attempt.offered.id
    return document


def _entries(outcomes: Iterable[Outcome], *, on_order: bool = True) -> Iterator[Document]:
    for position, outcome in enumerate(outcomes, start=1):
        candidate = outcome.candidate
        yield {
            "id": candidate.id,
            "object": candidate.object,
            "position": position,
            "category_id": candidate.category and candidate.category.id,
            "campaign_id": candidate.campaign and candidate.campaign.id,
            **_rules(outcome),
            **_result(outcome, on_order=on_order),
        }


def _rules(outcome: Outcome) -> Document:
    """Left out where it was decided before they were looked at."""
    if outcome.trace is not None:
        return {"rules": [_set(each) for each in outcome.trace]}
    return {} if any(each.rules for each in outcome.candidate.rules) else {"rules": []}


def _result(outcome: Outcome, *, on_order: bool) -> Document:
    """The status, what that did to the order, and why it is no more."""
    order = _order(outcome) if on_order else {}
    match outcome:
        case Applicable():
            return {"status": "APPLICABLE", **order, **(_effect(outcome) if on_order else {})}
        case Inapplicable():
            return {"status": "INAPPLICABLE", **order, "refused": _refused(outcome.refusal)}
        case Skipped():
            details = {"key": outcome.key.value, "message": SKIP_MESSAGES[outcome.key]}
            return {"status": "SKIPPED", **order, "skipped": details}
        case _:
            assert_never(outcome)


def _order(outcome: Outcome) -> Document:
    """Before its turn and after, which add up: before + added - discount - items_discount."""
    if isinstance(outcome, Applicable):
        taken = outcome.allocation
        parts = (taken.added, taken.order, taken.lines_total)
        return {"order": _amounts(outcome.before, outcome.order, parts)}
    before = outcome.before
    return {} if before is None else {"order": _amounts(before, before, (0, 0, 0))}


def _amounts(before: Order, after: Order, parts: tuple[int, int, int]) -> Document:
    added, discount, items_discount = parts
    return {
        "total_before": before.total_amount,
        "added": added,
        "discount": discount,
        "items_discount": items_discount,
        "total_after": after.total_amount,
    }


def _effect(outcome: Applicable) -> Document:
    trace = effect_trace(outcome)
    return {
        "percentages_of": "INITIAL_AMOUNT" if outcome.basis.initial else "DISCOUNTED_AMOUNT",
        "caps": [_cap(each) for each in trace.caps],
        "remainder": [{"line": each.line, "amount": each.amount} for each in trace.remainder],
    }


def _cap(cap: Cap) -> Document:
    return {
        "cap": cap.kind.value,
        **({} if cap.line is None else {"line": cap.line}),
        "wanted": cap.wanted,
        "limit": cap.limit,
        "taken": cap.taken,
    }


def _refused(refusal: Refusal) -> Document:
    return {"key": refusal.code.value, "message": refusal.message, "details": refusal.details}


def _set(trace: SetTrace) -> Document:
    return {
        "validation_rule_id": trace.rule_id,
        "result": trace.result,
        "logic": trace.logic,
        "rules": [_rule(each) for each in trace.rules],
    }


def _rule(trace: RuleTrace) -> Document:
    document: Document = {
        "key": trace.key,
        "name": trace.name,
        "property": trace.attribute,
        "result": trace.result,
    }
    if trace.ignored:
        return document | {"ignored": True}
    document["saw"] = trace.seen
    document["conditions"] = [_condition(each) for each in trace.compared]
    if trace.lines:
        document["lines"] = [_line(each) for each in trace.lines]
    if trace.lines_left_out:
        document["lines_left_out"] = trace.lines_left_out
    return document


def _condition(compared: Compared) -> Document:
    document: Document = {
        "operator": compared.operator,
        "wanted": compared.wanted,
        "result": compared.result,
    }
    return document if compared.passed is None else document | {"passed": compared.passed}


def _line(trace: LineTrace) -> Document:
    return {
        "line": trace.place,
        "result": trace.result,
        "logic": trace.logic,
        "rules": [_rule(each) for each in trace.rules],
    }
