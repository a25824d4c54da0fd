"""Promotion tiers and stacks on the wire (domain.md §1.10, §2.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api.assignment_documents import assignments_document
from counterfoil.api.availability import availability_document, date_of
from counterfoil.api.categories import category_document
from counterfoil.api.response import Response, json_response
from counterfoil.api.vouchers import discount_document
from counterfoil.domain.campaigns import Campaign
from counterfoil.domain.timestamps import iso

if TYPE_CHECKING:
    from counterfoil.api.orders import Document
    from counterfoil.domain.categories import Category
    from counterfoil.domain.item_selection import ProductLists
    from counterfoil.domain.promotions import PromotionTier, Tally
    from counterfoil.domain.records import CampaignUse
    from counterfoil.operations.promotion_stacks import Known as KnownStack
    from counterfoil.operations.promotion_tiers import Known


def tier_answer(known: Known) -> Response:
    """200 with the tier."""
    return json_response(200, known_tier_document(known))


def stack_answer(known: KnownStack) -> Response:
    """200 with the stack."""
    return json_response(200, stack_document(known))


def known_tier_document(known: Known) -> Document:
    """The tier as it stands, with what its redemptions come to."""
    return {
        **tier_document(known.tier, known.campaign),
        "categories": _categories(known.category),
        "summary": _summary(known.tally),
    }


def tier_document(tier: PromotionTier, campaign: Campaign | CampaignUse | None) -> Document:
    """`tier` as it was when it was redeemed; what all redemptions come to is not of that moment."""
    return {
        "id": tier.id,
        "created_at": iso(tier.created_at),
        "updated_at": date_of(tier.updated_at),
        "name": tier.name,
        "banner": tier.banner,
        "action": {"discount": discount_document(tier.discount, _products(tier, campaign))},
        "metadata": tier.metadata,
        "hierarchy": tier.hierarchy,
        "promotion_id": tier.campaign_id,
        "campaign": None if campaign is None else _campaign(campaign),
        "campaign_id": tier.campaign_id,
        **availability_document(tier),
        "validation_rule_assignments": assignments_document("promotion_tier", tier.id, tier.rule),
        "category_id": tier.category_id,
        "categories": [],
        "object": "promotion_tier",
    }


def stack_document(known: KnownStack) -> Document:
    """The stack as it stands."""
    stack = known.stack
    return {
        "id": stack.id,
        "name": stack.name,
        "created_at": iso(stack.created_at),
        "updated_at": date_of(stack.updated_at),
        "campaign_id": stack.campaign_id,
        "tiers": {"ids": [*stack.tiers], "hierarchy_mode": "MANUAL"},
        "category_id": stack.category_id,
        "categories": _categories(known.category),
        "object": "promotion_stack",
    }


def _products(tier: PromotionTier, campaign: Campaign | CampaignUse | None) -> ProductLists | None:
    """The products that its own rule limits it to, else its campaign's.

    A record needs neither: its discount has the effect that it had.
    """
    rule = tier.rule
    if rule is None and isinstance(campaign, Campaign):
        rule = campaign.rule
    return None if rule is None else rule.applicable_to


def _campaign(campaign: Campaign | CampaignUse) -> Document:
    return {
        "id": campaign.id,
        **availability_document(campaign),
        "category_id": campaign.category_id,
        "object": "campaign",
    }


def _categories(category: Category | None) -> list[Document]:
    return [] if category is None else [category_document(category)]


def _summary(tally: Tally) -> Document:
    return {
        "redemptions": {"total_redeemed": tally.redeemed},
        "orders": {"total_amount": tally.amount, "total_discount_amount": tally.discount},
    }
