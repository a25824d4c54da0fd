"""What a project is set up with: categories, stacking rules, tokens; and whether it runs."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from local.reference.wire.common import Count, ListObject, Timestamp


class Category(TypedDict):
    """A category of redeemables; the lowest hierarchy applies first."""

    id: str
    name: str
    hierarchy: Count
    object: Literal["category"]
    created_at: Timestamp
    updated_at: Timestamp | None
    stacking_rules_type: NotRequired[Literal["JOINT", "EXCLUSIVE"]]


class CategoryList(TypedDict):
    """All categories of the project."""

    object: ListObject
    data_ref: Literal["data"]
    data: list[Category]
    total: Count


class StackingRules(TypedDict):
    """What may be used together, how much of it, and in which order."""

    redeemables_limit: Count
    applicable_redeemables_limit: Count
    applicable_redeemables_per_category_limit: Count
    applicable_redeemables_category_limits: dict[str, int]
    applicable_exclusive_redeemables_limit: Count
    applicable_exclusive_redeemables_per_category_limit: Count
    exclusive_categories: list[str]
    joint_categories: list[str]
    redeemables_application_mode: Literal["ALL", "PARTIAL"]
    redeemables_sorting_rule: Literal["REQUESTED_ORDER", "CATEGORY_HIERARCHY"]
    redeemables_products_application_mode: Literal["STACK", "ONCE"]
    redeemables_no_effect_rule: Literal["REDEEM_ANYWAY", "SKIP"]
    no_effect_skip_categories: list[str]
    no_effect_redeem_anyway_categories: list[str]
    redeemables_rollback_order_mode: Literal["WITH_ORDER", "WITHOUT_ORDER"]
    grouped_redeemables_sorting_rule: Literal["JOINT_ALWAYS_LAST"]


class ProjectStackingRules(StackingRules):
    """The project's stacking rules, as whoever manages it sees them."""

    id: str
    discount_calculation_mode: Literal["DISCOUNTED_AMOUNT", "INITIAL_AMOUNT"]
    initial_amount_mode_categories: list[str]
    discounted_amount_mode_categories: list[str]
    created_at: Timestamp
    updated_at: Timestamp | None
    object: Literal["stacking_rules"]


class StackingRulesList(TypedDict):
    """The one set of stacking rules that a project may have, or none."""

    object: ListObject
    data_ref: Literal["data"]
    data: list[ProjectStackingRules]
    total: Count


class AccessToken(TypedDict):
    """A bearer token; only the answer that makes it tells it."""

    access_token: str
    client_id: str
    expires_at: Count
    expires_in: int
    scope: str
    token_type: Literal["Bearer"]


class Introspection(TypedDict):
    """What a token is for; of one that is not in force, only that."""

    active: bool
    access_token: NotRequired[str]
    client_id: NotRequired[str]
    expires_at: NotRequired[Count]
    expires_in: NotRequired[int]
    scope: NotRequired[str]
    token_type: NotRequired[Literal["Bearer"]]


class Health(TypedDict):
    """The service runs."""

    status: Literal["ok"]
