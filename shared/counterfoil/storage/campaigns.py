"""Campaigns in the store (protocol.md §1.6, §5): see `definitions` for definition and counter."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.campaigns import Campaign
from counterfoil.storage import definitions, keys
from counterfoil.storage.definitions import Life, Place
from counterfoil.storage.marshal import Attributes, inflate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.domain.counters import Counter

BUCKETS: Final = 16


@dataclass(frozen=True, slots=True)
class Stored:
    """A campaign as it stands. `deleted` ones keep their name reserved and are unknown."""

    campaign: Campaign
    life: Life
    deleted: bool


def place(project: str, campaign_id: str) -> Place:
    """Where a campaign lies; its counter has 16 buckets, for all its vouchers meet there."""
    return Place(keys.campaign(project, campaign_id).pk, BUCKETS)


def stored(items: Mapping[keys.Key, Attributes], project: str, campaign_id: str) -> Stored | None:
    """The campaign among `items`."""
    definition = items.get(place(project, campaign_id).definition)
    if definition is None:
        return None
    campaign = Campaign.model_validate(
        {
            **json.loads(inflate(definition["body"])),
            "id": campaign_id,
            "created_at": definition["ca"],
            "updated_at": definition.get("ua"),
        }
    )
    return Stored(campaign, definitions.life_of(definition), bool(definition.get("deleted", False)))


def counter(
    items: Mapping[keys.Key, Attributes], project: str, campaign_id: str, bucket: int
) -> Counter | None:
    """A bucket of the campaign's counter among `items`."""
    return definitions.counter_of(items, place(project, campaign_id), bucket)
