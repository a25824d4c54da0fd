"""Campaigns on the wire (domain.md §1.10, §2.7, §13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.api.assignment_documents import assignments_document
from counterfoil.api.promotions import tier_document
from counterfoil.api.response import Response, json_response
from counterfoil.domain.codes import CodeConfig, charset_of, pattern_of
from counterfoil.domain.timestamps import iso
from counterfoil.domain.voucher_payloads import VoucherPayload

if TYPE_CHECKING:
    from counterfoil.api.orders import Document
    from counterfoil.api.request import Request
    from counterfoil.domain.campaigns import Campaign
    from counterfoil.operations.campaigns import Counted
    from counterfoil.storage.campaigns import Tally

_WINDOWS: Final = {"validity_timeframe", "validity_day_of_week", "validity_hours"}

_ECHOED: Final = {
    "auto_join",
    "join_once",
    "use_voucher_metadata_schema",
    "activity_duration_after_publishing",
    "active",
    "metadata",
    "category_id",
}


def named_campaign_request(request: Request) -> str:
    """The name or id in the path."""
    return request.parameter("campaignId")


def campaign_answer(counted: Counted) -> Response:
    """200 with the campaign."""
    return json_response(200, campaign_document(counted))


def switched_answer(_: Counted) -> Response:
    """200 with nothing: the contract answers a switch with an empty object."""
    return json_response(200, {})


def campaign_document(counted: Counted) -> Document:
    """The campaign as it stands.

    What may not be null is left out: an expiration_date, and assignments when there are none.
    """
    campaign = counted.campaign
    status = status_of(counted.tally)
    return {
        "id": campaign.id,
        "name": campaign.name,
        "description": campaign.description,
        "campaign_type": campaign.campaign_type,
        "type": campaign.type,
        **_template(campaign),
        **campaign.model_dump(include=_ECHOED),
        "vouchers_count": counted.tally.count,
        **_validity(campaign),
        "category": None,
        "categories": [],
        "protected": False,
        "creation_status": status,
        "vouchers_generation_status": status,
        **_assignments(campaign),
        **_promotion(counted),
        "created_at": iso(campaign.created_at),
        "updated_at": None if campaign.updated_at is None else iso(campaign.updated_at),
        "object": "campaign",
    }


def status_of(tally: Tally) -> str:
    """How far the making of codes has come."""
    if tally.pending > 0:
        return "IN_PROGRESS"
    return "FAILED" if tally.failed else "DONE"


def _template(campaign: Campaign) -> Document:
    """The vouchers' template, its `code_config` whole; a promotion has none."""
    if campaign.voucher is None:
        return {}
    config = VoucherPayload.model_validate(campaign.voucher).code_config
    return {"voucher": {**campaign.voucher, "code_config": _code_config(config)}}


def _code_config(config: CodeConfig | None) -> Document:
    known = config or CodeConfig()
    pattern = pattern_of(known)
    return {
        "length": known.length or len(pattern),
        "charset": charset_of(known),
        "pattern": pattern,
        "prefix": known.prefix,
        "postfix": known.postfix,
    }


def _validity(campaign: Campaign) -> Document:
    windows = campaign.model_dump(mode="json", include=_WINDOWS, exclude_none=True)
    document: Document = {name: windows.get(name) for name in sorted(_WINDOWS)}
    document["start_date"] = None if campaign.start_date is None else iso(campaign.start_date)
    if campaign.expiration_date is not None:
        document["expiration_date"] = iso(campaign.expiration_date)
    return document


def _assignments(campaign: Campaign) -> Document:
    if campaign.rule is None:
        return {}
    rules = assignments_document("campaign", campaign.id, campaign.rule)
    return {"validation_rules_assignments": rules}


def _promotion(counted: Counted) -> Document:
    """The tiers that were read with a campaign of promotions; never null (domain.md §13.2)."""
    campaign = counted.campaign
    if campaign.campaign_type != "PROMOTION" or counted.tiers is None:
        return {}
    return {"promotion": {"tiers": [tier_document(each, campaign) for each in counted.tiers]}}
