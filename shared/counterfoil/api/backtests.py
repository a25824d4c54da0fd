"""Backtests of validation rules on the wire (domain.md §2.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api.response import Response, json_response
from counterfoil.domain.backtest_payloads import BacktestPayload
from counterfoil.domain.backtests import Sums, examples
from counterfoil.operations.backtests import Question

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from counterfoil.api.orders import Document
    from counterfoil.api.request import Request
    from counterfoil.domain.backtests import Backtest, Fault
    from counterfoil.operations.backtests import Backtested


def backtest_request(request: Request) -> Question:
    """Path and body of `POST /v1/validation-rules/{id}/backtest`."""
    return Question(request.parameter("validationRuleId"), request.payload(BacktestPayload))


def backtest_answer(found: Backtested) -> Response:
    """200 with one page, and the sums of all pages so far."""
    shown = examples(found.tried)
    document: Document = {
        "object": "backtest",
        "rule_id": found.rule_id,
        **_sums_document(Sums.of(found.tried), found.backtest, shown),
        "ignored_rules": [*found.backtest.ignored],
        "has_more": found.cursor is not None,
        "cursor": found.cursor,
        "totals": _sums_document(found.totals, found.backtest),
    }
    return json_response(200, document)


def _sums_document(
    sums: Sums, backtest: Backtest, shown: Mapping[Fault, Sequence[str]] | None = None
) -> Document:
    """`sums`, with failures in the order of the rules, and the examples that are `shown`."""
    faults = sums.faults
    failed = [
        {
            "rule": fault.rule,
            "name": backtest.rules.checks[fault.rule].rule.name.name,
            "key": fault.code,
            "count": faults[fault],
            **({} if shown is None else {"examples": shown[fault]}),
        }
        for fault in backtest.in_order(faults)
    ]
    return {
        "looked_at": sums.looked_at,
        "passed": sums.passed,
        "passed_amount": sums.passed_amount,
        "failed": failed,
    }
