"""The list of campaigns on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from counterfoil.api.campaigns import campaign_document
from counterfoil.api.lists import ORDER_PAGES, list_answer
from counterfoil.api.queries import one_of, paging, refuse_unbuilt
from counterfoil.domain.campaigns import CampaignType
from counterfoil.operations.campaign_lists import CampaignsWanted

if TYPE_CHECKING:
    from counterfoil.api.request import Request
    from counterfoil.api.response import Response
    from counterfoil.operations.campaigns import Counted
    from counterfoil.operations.lists import Page

_UNBUILT: Final = ("campaign_status", "is_referral_code", "filters")


def campaigns_request(request: Request) -> CampaignsWanted:
    """The page and the type of `GET /v1/campaigns`."""
    refuse_unbuilt(request, _UNBUILT)
    return CampaignsWanted(
        paging=paging(request, ("created_at", "updated_at", "name"), ORDER_PAGES),
        campaign_type=one_of(request, "campaign_type", get_args(CampaignType)),
    )


def campaigns_answer(page: Page[Counted]) -> Response:
    """200 with a page of campaigns."""
    return list_answer("campaigns", map(campaign_document, page.entries), page.total)
