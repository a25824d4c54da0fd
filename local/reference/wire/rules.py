"""Validation rules, their assignments and backtests."""

from typing import Literal, NotRequired

from pydantic import JsonValue
from typing_extensions import TypedDict

from local.reference.wire.common import Count, ListObject, Minor, Timestamp
from local.reference.wire.refusals import CustomMessage
from local.reference.wire.vouchers import CoveredEntry, RuleAssignment


class RuleLists(TypedDict):
    """The products that a discount applies to."""

    excluded: list[CoveredEntry]
    included: list[CoveredEntry]
    included_all: bool


class ValidationRule(TypedDict):
    """A rule: conditions by number, joined by `logic`, and the products that it names.

    `async_action_id` names the action that still brings a change to what it is assigned to.
    """

    id: str
    name: str
    rules: dict[str, JsonValue]
    error: NotRequired[CustomMessage]
    applicable_to: RuleLists
    type: Literal["expression", "basic", "advanced", "complex"]
    context_type: str
    assignments_count: Count
    created_at: Timestamp
    updated_at: Timestamp | None
    async_action_id: NotRequired[str]
    object: Literal["validation_rules"]


class ValidationRuleList(TypedDict):
    """A page of rules."""

    object: ListObject
    data_ref: Literal["data"]
    data: list[ValidationRule]
    total: Count


class RuleAssignmentList(TypedDict):
    """A page of assignments."""

    object: ListObject
    data_ref: Literal["data"]
    data: list[RuleAssignment]
    total: Count


class BacktestFailure(TypedDict):
    """The orders that failed one condition, with the ids of some on this page."""

    rule: str
    name: str
    key: str
    count: Count
    examples: NotRequired[list[str]]


class BacktestSums(TypedDict):
    """How many orders a rule would have let pass, and by which condition the others fail."""

    looked_at: Count
    passed: Count
    passed_amount: Minor
    failed: list[BacktestFailure]


class Backtest(BacktestSums):
    """One page of a backtest; `totals` are of all pages so far, `cursor` leads to the next."""

    object: Literal["backtest"]
    rule_id: str | None
    ignored_rules: list[str]
    has_more: bool
    cursor: str | None
    totals: BacktestSums
