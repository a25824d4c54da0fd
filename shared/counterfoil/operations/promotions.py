"""What operations on promotion tiers and stacks have in common: their campaign, their category."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.domain import ids
from counterfoil.domain.promotion_definitions import require_promotion
from counterfoil.operations import named_campaigns
from counterfoil.storage import keys, settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.domain.campaigns import Campaign
    from counterfoil.domain.categories import Category
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes


def campaign_keys(call: Call, name: str) -> list[Key]:
    """What `require_campaign` needs, and what else is known of the campaigns' tiers."""
    meant = ids.campaign_ids(call.project, name)
    rosters = [keys.roster(call.project, each) for each in meant]
    return [*named_campaigns.keys_of(call, name), *rosters]


def require_campaign(call: Call, name: str, items: Mapping[Key, Attributes]) -> Campaign:
    """The campaign with the id or name `name`. Raises NotFound, and InvalidCampaign."""
    campaign = named_campaigns.require(call, name, items).campaign
    require_promotion(campaign)
    return campaign


def category_keys(call: Call, category_id: str | None) -> list[Key]:
    """What `require_category` needs."""
    return [] if category_id is None else [keys.settings(call.project)]


def require_category(
    call: Call, category_id: str | None, items: Mapping[Key, Attributes]
) -> Category | None:
    """The category that a thing is to be of. Raises NotFound."""
    if category_id is None:
        return None
    return settings.stored(items, call.project).settings.require_category(category_id)


def category_among(
    call: Call, category_id: str | None, items: Mapping[Key, Attributes]
) -> Category | None:
    """The category that a thing is of; None also once that is gone."""
    return settings.stored(items, call.project).settings.category(category_id)
