"""What clients send to create, change and delete campaigns, and to add vouchers to them.

Apart from `campaigns.py`, as the changes of vouchers are (domain.md §2.7, §13.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api import guard
from counterfoil.api.queries import number_of
from counterfoil.api.response import Response, json_response
from counterfoil.api.validation import validated
from counterfoil.api.vouchers import voucher_answer
from counterfoil.domain.async_actions import AsyncAction
from counterfoil.domain.campaign_payloads import (
    MAX_CODES,
    CampaignPayload,
    CampaignUpdate,
    MemberPayload,
)
from counterfoil.operations.campaign_vouchers import Addition
from counterfoil.operations.campaigns import Deletion, Update

if TYPE_CHECKING:
    from counterfoil.api.request import Request
    from counterfoil.storage.vouchers import Stored


def campaign_request(request: Request) -> CampaignPayload:
    """The body of `POST /v1/campaigns`."""
    return request.payload(CampaignPayload)


def campaign_update_request(request: Request) -> Update:
    """Path and body of `PUT /v1/campaigns/{campaignId}`."""
    return Update(request.parameter("campaignId"), request.payload(CampaignUpdate))


def campaign_deletion_request(request: Request) -> Deletion:
    """Path and `force` of `DELETE /v1/campaigns/{campaignId}`."""
    return Deletion(request.parameter("campaignId"), force=request.flag("force"))


def additions_request(request: Request) -> Addition:
    """Path, `vouchers_count` and body of `POST /v1/campaigns/{campaignId}/vouchers`."""
    return Addition(
        request.parameter("campaignId"),
        _overrides(request),
        count=number_of(request, "vouchers_count", 1, MAX_CODES),
    )


def addition_with_code_request(request: Request) -> Addition:
    """Path and body of `POST /v1/campaigns/{campaignId}/vouchers/{code}`."""
    return Addition(
        request.parameter("campaignId"),
        _overrides(request),
        code=request.path_parameters["code"],
    )


def additions_answer(made: Stored | AsyncAction) -> Response:
    """200 with the one voucher, or 202 with the action that makes several."""
    if isinstance(made, AsyncAction):
        return action_id_answer(made.id)
    return voucher_answer(made)


def action_id_answer(action_id: str) -> Response:
    """202 with the action that goes on."""
    return json_response(202, {"async_action_id": action_id})


def _overrides(request: Request) -> MemberPayload:
    """The body; one that is no object, as an official client sends it, overrides nothing."""
    document = guard.parse(request.body)
    return validated(MemberPayload, document if isinstance(document, dict) else {})
