"""The list of campaigns (domain.md §2.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.operations.campaigns import Counted
from counterfoil.operations.lists import Page, Paging, Times, ids_on, ids_to_look_at, page_of, walk
from counterfoil.storage import campaigns, keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterfoil.operations.call import Call


@dataclass(frozen=True, slots=True)
class CampaignsWanted:
    """Which campaigns; `campaign_type` None is every type."""

    paging: Paging
    campaign_type: str | None = None


def list_campaigns(call: Call, wanted: CampaignsWanted) -> Page[Counted]:
    """One page of the campaigns wanted. A type is looked for in 10,000 (docs/decisions/0012)."""
    paging = wanted.paging
    if wanted.campaign_type is None:
        listed = walk(call, "A", paging)
        return Page(tuple(_read(call, ids_on(listed, paging))), listed.total())
    looked_at = _read(call, ids_to_look_at(call, "A", paging, Times()))
    found = [each for each in looked_at if each.campaign.campaign_type == wanted.campaign_type]
    return page_of(found, paging)


def _read(call: Call, campaign_ids: Sequence[str]) -> Iterator[Counted]:
    project = call.project
    wanted = [keys.campaign(project, each) for each in campaign_ids]
    wanted += [keys.tally(project, each) for each in campaign_ids]
    items = call.store.get_all(wanted, consistent=False)
    for each in campaign_ids:
        found = campaigns.stored(items, project, each)
        if found is not None and not found.deleted:
            yield Counted(found.campaign, campaigns.tally(items, project, each))
