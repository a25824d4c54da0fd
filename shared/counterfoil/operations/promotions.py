"""What operations on promotion tiers and stacks have in common: their campaign, their category."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.domain import ids
from counterfoil.domain.errors import NotFound
from counterfoil.domain.promotion_definitions import require_promotion
from counterfoil.storage import campaigns, keys, settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.domain.campaigns import Campaign
    from counterfoil.domain.categories import Category
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes


def campaign_keys(call: Call, name: str) -> list[Key]:
    """What `require_campaign` needs, and what else is known of the campaigns' tiers."""
    names = ids.campaign_ids(call.project, name)
    places = (campaigns.place(call.project, each) for each in names)
    return [
        *(place.definition for place in places),
        *(keys.roster(call.project, each) for each in names),
    ]


def require_campaign(call: Call, name: str, items: Mapping[Key, Attributes]) -> Campaign:
    """The campaign with the id or name `name`. Raises NotFound, and InvalidCampaign."""
    for campaign_id in ids.campaign_ids(call.project, name):
        found = campaigns.stored(items, call.project, campaign_id)
        if found is not None and not found.deleted:
            call.trace.ids["campaign_id"] = campaign_id
            require_promotion(found.campaign)
            return found.campaign
    raise NotFound("campaign", name)


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
