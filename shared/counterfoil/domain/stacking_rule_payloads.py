"""What a client may send of stacking rules."""

from __future__ import annotations

from counterfoil.domain.payloads import Payload
from counterfoil.domain.stacking_rules import (
    ApplicationMode,
    CalculationMode,
    Categories,
    CategoryLimits,
    ExclusiveLimit,
    GroupedSortingRule,
    Limit,
    NoEffectRule,
    ProductsMode,
    RollbackMode,
    SortingRule,
)


class StackingRulesPayload(Payload):
    """Rules as sent, whole or in part; null goes back to the default."""

    redeemables_limit: Limit | None = None
    applicable_redeemables_limit: Limit | None = None
    applicable_redeemables_per_category_limit: Limit | None = None
    applicable_redeemables_category_limits: CategoryLimits | None = None
    applicable_exclusive_redeemables_limit: ExclusiveLimit | None = None
    applicable_exclusive_redeemables_per_category_limit: ExclusiveLimit | None = None
    exclusive_categories: Categories | None = None
    joint_categories: Categories | None = None
    redeemables_application_mode: ApplicationMode | None = None
    redeemables_sorting_rule: SortingRule | None = None
    redeemables_products_application_mode: ProductsMode | None = None
    redeemables_no_effect_rule: NoEffectRule | None = None
    no_effect_skip_categories: Categories | None = None
    no_effect_redeem_anyway_categories: Categories | None = None
    redeemables_rollback_order_mode: RollbackMode | None = None
    grouped_redeemables_sorting_rule: GroupedSortingRule | None = None
    discount_calculation_mode: CalculationMode | None = None
    initial_amount_mode_categories: Categories | None = None
    discounted_amount_mode_categories: Categories | None = None
