"""How an answer came about, where it was asked for with `?explain=true`."""

from typing import Literal, NotRequired

from pydantic import JsonValue
from typing_extensions import TypedDict

from local.reference.wire.common import Count, Minor
from local.reference.wire.settings import StackingRules


class ExplainedCondition(TypedDict):
    """One comparison: what it wanted; `passed` tells of each line."""

    operator: str
    wanted: list[JsonValue]
    result: bool
    passed: NotRequired[list[bool]]


class ExplainedRule(TypedDict):
    """One condition of a rule, with what it saw."""

    key: str
    name: str
    property: str | None
    result: bool
    ignored: NotRequired[bool]
    saw: NotRequired[JsonValue]
    conditions: NotRequired[list[ExplainedCondition]]
    lines: NotRequired[list["ExplainedLine"]]
    lines_left_out: NotRequired[Count]


class ExplainedLine(TypedDict):
    """A line of the order that a condition looked at."""

    line: Count
    result: bool
    logic: str
    rules: list[ExplainedRule]


class ExplainedRules(TypedDict):
    """One validation rule: which of its conditions held."""

    validation_rule_id: str | None
    result: bool
    logic: str
    rules: list[ExplainedRule]


class ExplainedAmounts(TypedDict):
    """The order before its turn and after it; the totals of one without an amount are null."""

    total_before: Minor | None
    added: Minor
    discount: Minor
    items_discount: Minor
    total_after: Minor | None


class ExplainedCap(TypedDict):
    """What cut an amount short."""

    cap: str
    line: NotRequired[Count]
    wanted: int
    limit: int
    taken: int


class ExplainedRemainder(TypedDict):
    """Who got the odd units of a split."""

    line: Count
    amount: Minor


class ExplainedReason(TypedDict):
    """Why it was refused or passed over."""

    key: str
    message: str
    details: NotRequired[str]


class ExplainedRedeemable(TypedDict):
    """One redeemable's turn."""

    id: str
    object: Literal["voucher", "promotion_tier", "promotion_stack"]
    position: Count
    category_id: str | None
    campaign_id: str | None
    rules: NotRequired[list[ExplainedRules]]
    status: Literal["APPLICABLE", "INAPPLICABLE", "SKIPPED"]
    order: NotRequired[ExplainedAmounts]
    refused: NotRequired[ExplainedReason]
    skipped: NotRequired[ExplainedReason]
    percentages_of: NotRequired[Literal["INITIAL_AMOUNT", "DISCOUNTED_AMOUNT"]]
    caps: NotRequired[list[ExplainedCap]]
    remainder: NotRequired[list[ExplainedRemainder]]
    qualifies: NotRequired[bool]
    promotion_stack_id: NotRequired[str]
    details_left_out: NotRequired[bool]


class Explanation(TypedDict):
    """Every redeemable in the order of application, and the stacking rules that counted."""

    redeemables: list[ExplainedRedeemable]
    stacking_rules: StackingRules
