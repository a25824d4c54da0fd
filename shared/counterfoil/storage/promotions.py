"""Promotion tiers in the store: see `definitions` for definition and counter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.promotions import PromotionTier, Tally
from counterfoil.domain.timestamps import iso
from counterfoil.storage import definitions, keys, offers
from counterfoil.storage.definitions import Changes, Life, Place
from counterfoil.storage.marshal import Attributes, deflate, number, text, unpacked
from counterfoil.storage.plans import Guard
from counterfoil.storage.store import Question

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterfoil.domain.counters import Counter
    from counterfoil.domain.records import Record
    from counterfoil.storage.plans import Action
    from counterfoil.storage.store import Store

BUCKETS: Final = 16
_ATTRIBUTES: Final = {"id", "created_at", "updated_at"}
_AMOUNT: Final = "amt"
_DISCOUNT: Final = "disc"


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
    tier = PromotionTier.model_validate(unpacked(definition, tier_id))
    return Stored(tier, definitions.life_of(definition))


def counter(
    items: Mapping[keys.Key, Attributes], project: str, tier_id: str, bucket: int
) -> Counter | None:
    """A bucket of the tier's counter among `items`."""
    return definitions.counter_of(items, place(project, tier_id), bucket)


def created(project: str, tier: PromotionTier, generation: str, by: str) -> Iterator[Action]:
    """A new tier with all buckets of its counter."""
    sets = _definition(project, tier)
    yield from definitions.created(place(project, tier.id), sets, generation, by, Guard.STATE)
    yield offers.entered(project, tier.created_at, tier.id)


def changed(project: str, before: Stored, after: PromotionTier, by: str) -> Iterator[Action]:
    """`after` in place of `before`, at all its items; refused when it is not what was read."""
    changes = Changes(_definition(project, after), by=by)
    return definitions.changed(place(project, after.id), before.life, changes)


def removed(project: str, before: Stored) -> Iterator[Action]:
    """The tier gone with all buckets of its counter."""
    yield from definitions.removed(place(project, before.tier.id), before.life)
    yield offers.left(project, before.tier.created_at, before.tier.id)


def read(store: Store, project: str, tier_id: str) -> tuple[Stored, Tally] | None:
    """The tier and what all its buckets have added up, strongly consistent, in one query."""
    own = place(project, tier_id)
    found = {
        keys.Key(text(item["pk"]), text(item["sk"])): item for item in store.query(Question(own.pk))
    }
    tier = stored(found, project, tier_id)
    if tier is None:
        return None
    buckets = [found[key] for key in own.counters if key in found]
    return tier, Tally(
        redeemed=sum(number(each["used"]) for each in buckets),
        amount=sum(number(each.get(_AMOUNT, 0)) for each in buckets),
        discount=sum(number(each.get(_DISCOUNT, 0)) for each in buckets),
    )


def sums_of(redemption: Record) -> Mapping[str, int]:
    """What the redemption of a tier adds to its bucket beside itself."""
    amount = 0 if redemption.order is None else redemption.order.total_amount
    return {_AMOUNT: amount, _DISCOUNT: redemption.allocation.total}


def _definition(project: str, tier: PromotionTier) -> Attributes:
    body = tier.model_dump_json(exclude=_ATTRIBUTES, exclude_none=True)
    attributes: Attributes = {
        "body": deflate(body.encode()),
        "ca": iso(tier.created_at),
        **keys.listed(project, "P", tier.id, tier.created_at, tier.updated_at),
    }
    if tier.updated_at is not None:
        attributes["ua"] = iso(tier.updated_at)
    return attributes
