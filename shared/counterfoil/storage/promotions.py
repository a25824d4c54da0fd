"""Promotion tiers and stacks in the store: see `definitions` for definition and counter."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.promotions import PromotionStack, PromotionTier
from counterfoil.storage import definitions, keys
from counterfoil.storage.definitions import Life, Place
from counterfoil.storage.marshal import Attributes, inflate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.domain.counters import Counter

BUCKETS: Final = 16


@dataclass(frozen=True, slots=True)
class Stored:
    """A tier as it stands."""

    tier: PromotionTier
    life: Life


def place(project: str, tier_id: str) -> Place:
    """Where a tier lies; its counter has 16 buckets, for every cart of a shop may meet there."""
    return Place(keys.promotion_tier(project, tier_id).pk, BUCKETS)


def stored(items: Mapping[keys.Key, Attributes], project: str, tier_id: str) -> Stored | None:
    """The tier among `items`."""
    definition = items.get(place(project, tier_id).definition)
    if definition is None:
        return None
    tier = PromotionTier.model_validate(
        {
            **json.loads(inflate(definition["body"])),
            "id": tier_id,
            "created_at": definition["ca"],
            "updated_at": definition.get("ua"),
        }
    )
    return Stored(tier, definitions.life_of(definition))


def counter(
    items: Mapping[keys.Key, Attributes], project: str, tier_id: str, bucket: int
) -> Counter | None:
    """A bucket of the tier's counter among `items`."""
    return definitions.counter_of(items, place(project, tier_id), bucket)


def stored_stack(item: Attributes | None, stack_id: str) -> PromotionStack | None:
    """The stack of an item."""
    if item is None:
        return None
    return PromotionStack.model_validate(
        {
            **json.loads(inflate(item["body"])),
            "id": stack_id,
            "created_at": item["ca"],
            "updated_at": item.get("ua"),
        }
    )
