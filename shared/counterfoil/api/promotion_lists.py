"""Lists of promotion tiers and stacks on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.api.lists import PAGES, list_answer
from counterfoil.api.promotions import known_tier_document, stack_document
from counterfoil.api.queries import MAX_LIMIT, paging
from counterfoil.operations.promotion_lists import OfCampaign, TiersWanted

if TYPE_CHECKING:
    from counterfoil.api.request import Request
    from counterfoil.api.response import Response
    from counterfoil.operations.lists import Page, Paging
    from counterfoil.operations.promotion_lists import Tiers
    from counterfoil.operations.promotion_stacks import Known as KnownStack

_ORDERS: Final = ("created_at", "updated_at")


def tiers_request(request: Request) -> TiersWanted:
    """The page of `GET /v1/promotions/tiers`, and whether only what can be used now is wanted."""
    return TiersWanted(paging(request, _ORDERS, PAGES), request.flag("is_available"))


def campaign_tiers_request(request: Request) -> OfCampaign:
    """The campaign in the path; the contract knows no pages here, so one is as long as can be."""
    page = paging(request, ("hierarchy",), PAGES, MAX_LIMIT, "hierarchy")
    return OfCampaign(request.parameter("campaignId"), page)


def stacks_request(request: Request) -> Paging:
    """The page of `GET /v1/promotions/stacks`."""
    return paging(request, _ORDERS, PAGES)


def campaign_stacks_request(request: Request) -> OfCampaign:
    """The campaign in the path, and the page of its stacks."""
    return OfCampaign(request.parameter("campaignId"), stacks_request(request))


def tiers_answer(listed: Tiers) -> Response:
    """200 with a page of tiers."""
    page = listed.page
    shown = map(known_tier_document, page.entries)
    return list_answer("tiers", shown, page.total, has_more=listed.has_more)


def stacks_answer(page: Page[KnownStack]) -> Response:
    """200 with a page of stacks."""
    return list_answer("data", map(stack_document, page.entries), page.total)
