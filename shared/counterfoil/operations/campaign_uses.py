"""How often what belongs to campaigns was redeemed: the sums of their counters' buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.storage import campaigns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from counterfoil.operations.call import Call


def uses_of(call: Call, campaign_ids: Iterable[str]) -> dict[str, int]:
    """By the id of a campaign, its live redemptions; they may lag a moment."""
    places = {each: campaigns.place(call.project, each) for each in campaign_ids}
    wanted = [key for place in places.values() for key in (place.definition, *place.counters)]
    items = call.store.get_all(wanted, consistent=False)
    buckets = {
        each: [
            campaigns.counter(items, call.project, each, bucket)
            for bucket in range(places[each].buckets)
        ]
        for each in places
    }
    return {
        each: sum(counter.used for counter in found if counter is not None)
        for each, found in buckets.items()
    }
