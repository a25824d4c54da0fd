"""What every answer is, by the function that renders it: its status, and its type.

A renderer that is not here fails the generator, so that no route comes without its answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.api import (
    assignments,
    async_actions,
    backtests,
    campaign_changes,
    campaign_lists,
    campaigns,
    category_changes,
    customer_activity,
    customer_lists,
    customers,
    deliveries,
    exports,
    flat_validations,
    gift_cards,
    oauth,
    order_history,
    order_imports,
    order_lists,
    orders,
    product_collections,
    products,
    promotion_lists,
    promotion_validations,
    promotions,
    qualifications,
    records,
    redemption_lists,
    redemptions,
    reports,
    response,
    rollbacks,
    segments,
    skus,
    stacking_rule_changes,
    validation_rules,
    validations,
    voucher_lists,
    vouchers,
    webhooks,
)
from local.reference.wire import campaigns as campaign
from local.reference.wire import catalogue, common, settings
from local.reference.wire import customers as customer
from local.reference.wire import exports as export
from local.reference.wire import happenings as happening
from local.reference.wire import orders as order
from local.reference.wire import records as record
from local.reference.wire import reports as report
from local.reference.wire import rules as rule
from local.reference.wire import validations as validation
from local.reference.wire import vouchers as voucher
from local.reference.wire import webhooks as hook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Shapes = dict[int, type[object] | None]

_CATALOGUE: Final[Mapping[Callable[..., object], Shapes]] = {
    product_collections.collection_answer: {200: catalogue.ProductCollection},
    product_collections.collections_answer: {200: catalogue.ProductCollectionList},
    product_collections.products_answer: {200: catalogue.CollectedProducts},
    products.known_answer: {200: catalogue.ProductWithSkus},
    products.product_answer: {200: catalogue.Product},
    products.products_answer: {200: catalogue.ProductList},
    skus.sku_answer: {200: catalogue.Sku},
    skus.skus_answer: {200: catalogue.SkuList},
}
_ORDERS: Final[Mapping[Callable[..., object], Shapes]] = {
    customer_lists.customers_answer: {200: customer.CustomerList},
    customers.customer_answer: {200: customer.Customer},
    customer_activity.activity_answer: {200: happening.ActivityList},
    order_history.events_answer: {200: happening.OrderEventList},
    order_imports.started_answer: {200: campaign.ActionStarted},
    order_lists.orders_answer: {200: order.OrderList},
    orders.order_answer: {200: order.Order},
    records.record_answer: {200: record.Record},
    redemption_lists.redemptions_answer: {200: record.RecordList},
    redemption_lists.voucher_redemptions_answer: {200: record.VoucherRedemptions},
    redemptions.single_answer: {200: record.SingleRedemption},
    redemptions.stack_answer: {200: record.Redemptions},
    rollbacks.rollback_answer: {200: record.SingleRollback},
    rollbacks.rollbacks_answer: {200: record.Rollbacks},
    segments.customer_segments_answer: {200: customer.CustomerSegments},
    segments.segment_answer: {200: customer.Segment},
    segments.segments_answer: {200: customer.SegmentList},
}
_INCENTIVES: Final[Mapping[Callable[..., object], Shapes]] = {
    campaign_changes.action_id_answer: {202: campaign.ActionStarted},
    campaign_changes.additions_answer: {200: voucher.Voucher, 202: campaign.ActionStarted},
    campaign_lists.campaigns_answer: {200: campaign.CampaignList},
    campaigns.campaign_answer: {200: campaign.Campaign},
    campaigns.switched_answer: {200: common.Nothing},
    gift_cards.balance_answer: {200: voucher.Balance},
    gift_cards.transactions_answer: {200: voucher.TransactionList},
    promotion_lists.stacks_answer: {200: campaign.StackList},
    promotion_lists.tiers_answer: {200: campaign.TierList},
    promotions.stack_answer: {200: campaign.PromotionStack},
    promotions.tier_answer: {200: campaign.KnownTier},
    voucher_lists.vouchers_answer: {200: voucher.VoucherList},
    vouchers.voucher_answer: {200: voucher.Voucher},
}
_DECISIONS: Final[Mapping[Callable[..., object], Shapes]] = {
    assignments.assignment_answer: {200: voucher.RuleAssignment},
    assignments.assignments_answer: {200: rule.RuleAssignmentList},
    backtests.backtest_answer: {200: rule.Backtest},
    flat_validations.flat_answer: {200: validation.SingleValidation},
    promotion_validations.promotions_answer: {200: validation.PromotionsValidation},
    qualifications.qualification_answer: {200: validation.Qualification},
    validation_rules.rule_answer: {200: rule.ValidationRule},
    validation_rules.rules_answer: {200: rule.ValidationRuleList},
    validations.validation_answer: {200: validation.Validation},
}
_PROJECT: Final[Mapping[Callable[..., object], Shapes]] = {
    async_actions.action_answer: {200: campaign.AsyncActionWithResult},
    async_actions.actions_answer: {200: campaign.AsyncActionList},
    category_changes.categories_answer: {200: settings.CategoryList},
    category_changes.category_answer: {200: settings.Category},
    oauth.introspection_answer: {200: settings.Introspection},
    oauth.token_answer: {200: settings.AccessToken},
    response.no_content: {204: None},
    stacking_rule_changes.list_answer_of: {200: settings.StackingRulesList},
    stacking_rule_changes.project_rules_answer: {200: settings.ProjectStackingRules},
    exports.export_answer: {200: export.Export},
    exports.exports_answer: {200: export.ExportList},
    reports.report_answer: {200: report.Report},
    reports.reports_answer: {200: report.ReportList},
    exports.scheduled_answer: {200: export.Export},
    deliveries.deliveries_answer: {200: hook.DeliveryList},
    deliveries.delivery_answer: {202: hook.Delivery},
    webhooks.creation_answer: {200: hook.NewWebhook},
    webhooks.webhook_answer: {200: hook.Webhook},
    webhooks.webhooks_answer: {200: hook.WebhookList},
}
ANSWERS: Final[Mapping[Callable[..., object], Shapes]] = {
    **_CATALOGUE,
    **_ORDERS,
    **_INCENTIVES,
    **_DECISIONS,
    **_PROJECT,
}
# Of the routes that ask for no key, by their function.
OPEN_ANSWERS: Final[Mapping[str, Shapes]] = {
    "DownloadExport": {200: common.Csv, 302: None},
    "GetHealth": {200: settings.Health},
}
