"""Campaigns as a request calls them: by id, or else or then by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.domain import ids
from counterfoil.domain.errors import NotFound
from counterfoil.storage import campaigns, keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.operations.call import Call
    from counterfoil.storage.campaigns import Stored
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes


def keys_of(call: Call, name: str) -> list[Key]:
    """What `find` needs."""
    return [keys.campaign(call.project, each) for each in ids.campaign_ids(call.project, name)]


def find(
    call: Call, name: str, items: Mapping[Key, Attributes], *, deleted_too: bool = False
) -> Stored | None:
    """The campaign that `name` means: by id when it looks like one, else or then by name."""
    for campaign_id in ids.campaign_ids(call.project, name):
        found = campaigns.stored(items, call.project, campaign_id)
        if found is not None and (deleted_too or not found.deleted):
            return found
    return None


def require(
    call: Call, name: str, items: Mapping[Key, Attributes], *, deleted_too: bool = False
) -> Stored:
    """The same. Raises NotFound."""
    found = find(call, name, items, deleted_too=deleted_too)
    if found is None:
        raise NotFound("campaign", name)
    call.trace.ids["campaign_id"] = found.campaign.id
    return found


def get(call: Call, name: str) -> Stored:
    """The campaign with the name or id `name`, strongly consistent. Raises NotFound."""
    return require(call, name, call.store.get_all(keys_of(call, name)))
