"""What a payload makes of a campaign, and what its template makes of a voucher.

Source: domain.md §1.10, §2.7. What would restrict a campaign and is not supported is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain.availability import misfit_of
from counterfoil.domain.campaigns import Campaign
from counterfoil.domain.changes import changed
from counterfoil.domain.codes import CodeConfig, possible_codes
from counterfoil.domain.errors import InvalidCampaign, InvalidCodeConfig
from counterfoil.domain.metadata import merged
from counterfoil.domain.voucher_definitions import draft as draft_voucher
from counterfoil.domain.voucher_payloads import VoucherPayload

if TYPE_CHECKING:
    from datetime import datetime

    from counterfoil.domain.campaign_payloads import (
        CampaignPayload,
        CampaignUpdate,
        MemberPayload,
    )
    from counterfoil.domain.campaigns import CampaignType
    from counterfoil.domain.unit_discounts import KnownUnits

_CLEARABLE: Final = (
    "start_date",
    "expiration_date",
    "validity_timeframe",
    "validity_day_of_week",
    "validity_hours",
    "category_id",
    "description",
    "activity_duration_after_publishing",
)
_SWITCHES: Final = ("active", "auto_join", "join_once", "use_voucher_metadata_schema", "type")
_VOUCHER_TYPES: Final[dict[CampaignType, str]] = {
    "DISCOUNT_COUPONS": "DISCOUNT_VOUCHER",
    "GIFT_VOUCHERS": "GIFT_VOUCHER",
}
_PROMOTION: Final = "PROMOTION"
_SUPPORTED: Final = (*_VOUCHER_TYPES, _PROMOTION)
_OF_ONE_VOUCHER: Final = ("code", "campaign", "campaign_id", "validation_rules")


def draft(payload: CampaignPayload, campaign_id: str, now: datetime, units: KnownUnits) -> Campaign:
    """A new campaign as `payload` describes it; `units` are those that its discount may give.

    Raises InvalidCampaign for what is not supported or cannot be, InvalidVoucher for a template
    that no voucher can be made of, InvalidCodeConfig for more codes than it allows.
    """
    kind = _kind_of(payload)
    _require_supported(payload)
    sent = {name: getattr(payload, name) for name in (*_CLEARABLE, *_SWITCHES)}
    campaign = Campaign(
        id=campaign_id,
        name=payload.name,
        campaign_type=kind,
        voucher=_template(payload, kind, now, units),
        metadata=payload.metadata or {},
        created_at=now,
    ).model_copy(update={name: value for name, value in sent.items() if value is not None})
    _require_possible(campaign)
    require_codes(campaign, payload.vouchers_count or 0)
    return campaign


def updated(campaign: Campaign, payload: CampaignUpdate, now: datetime) -> Campaign:
    """`campaign` with what `payload` names; null clears a date, a recurring time or a text.

    The same object when nothing changes. Raises InvalidCampaign.
    """
    _require_supported(payload)
    changes: dict[str, object] = {
        name: getattr(payload, name) for name in _CLEARABLE if payload.sent(name)
    }
    for name in _SWITCHES:
        if getattr(payload, name) is not None:
            changes[name] = getattr(payload, name)
    if payload.metadata:
        changes["metadata"] = merged(campaign.metadata, payload.metadata)
    return _changed(campaign, changes, now)


def switched(campaign: Campaign, now: datetime, *, active: bool) -> Campaign:
    """`campaign` enabled or disabled; the same object when it is that already."""
    return _changed(campaign, {"active": active}, now)


def member_payload(campaign: Campaign, overrides: MemberPayload | None = None) -> VoucherPayload:
    """A voucher as the campaign's template has it, with `overrides` for this one.

    Raises InvalidCampaign for a campaign without vouchers.
    """
    if campaign.voucher is None:
        message = f"Campaign {campaign.name} is a {campaign.campaign_type} and has no vouchers"
        raise InvalidCampaign(message)
    template = VoucherPayload.model_validate(campaign.voucher)
    if overrides is None:
        return template
    own = {name: getattr(overrides, name) for name in overrides.model_fields_set}
    if own.get("metadata") is not None:
        own["metadata"] = merged(template.metadata or {}, overrides.metadata)
    return template.model_copy(update=own)


def code_config_of(campaign: Campaign) -> CodeConfig:
    """How the codes of the campaign look."""
    if campaign.voucher is None:
        return CodeConfig()
    return VoucherPayload.model_validate(campaign.voucher).code_config or CodeConfig()


def require_open(campaign: Campaign) -> None:
    """Raises InvalidCampaign for a campaign that takes no vouchers after its creation."""
    member_payload(campaign)
    if campaign.type == "STANDALONE":
        message = f"Campaign {campaign.name} is of type STANDALONE and takes no more vouchers"
        raise InvalidCampaign(message)


def require_codes(campaign: Campaign, count: int) -> None:
    """Raises InvalidCampaign or InvalidCodeConfig when `count` codes can never be made."""
    if count == 0:
        return
    member_payload(campaign)
    if campaign.type == "STANDALONE" and count > 1:
        raise InvalidCampaign("A campaign of type STANDALONE has one voucher")
    possible = possible_codes(code_config_of(campaign))
    if possible < count:
        message = f"The code_config allows {possible} different codes; {count} are to be made"
        raise InvalidCodeConfig(message)


def _changed(campaign: Campaign, changes: dict[str, object], now: datetime) -> Campaign:
    after = changed(campaign, changes, now, campaign.updated_at or campaign.created_at)
    if after is not campaign:
        _require_possible(after)
    return after


def _kind_of(payload: CampaignPayload) -> CampaignType:
    """The type that was sent, else the one that the template is of."""
    is_gift = payload.voucher is not None and payload.voucher.type == "GIFT_VOUCHER"
    kind = payload.campaign_type or ("GIFT_VOUCHERS" if is_gift else "DISCOUNT_COUPONS")
    if kind not in _SUPPORTED:
        message = f"Campaigns of type {kind} are not supported"
        raise InvalidCampaign(f"{message}; supported are {', '.join(_SUPPORTED)}")
    return kind


def _template(
    payload: CampaignPayload, kind: CampaignType, now: datetime, units: KnownUnits
) -> dict[str, object] | None:
    """What to keep of the template: a voucher must be able to be made of it."""
    template, wanted = payload.voucher, _VOUCHER_TYPES.get(kind)
    if wanted is None:
        if template is not None:
            raise InvalidCampaign(f"A campaign of type {kind} has no vouchers")
        return None
    if template is None:
        raise InvalidCampaign(f"A campaign of type {kind} needs a voucher")
    if template.type not in (None, wanted):
        raise InvalidCampaign(f"A campaign of type {kind} has vouchers of type {wanted}")
    if template.validation_rules:
        raise InvalidCampaign("Property .voucher.validation_rules belongs to the campaign")
    kept = template.model_dump(mode="json", exclude_none=True, exclude={*_OF_ONE_VOUCHER})
    kept["type"] = wanted
    draft_voucher(VoucherPayload.model_validate(kept), "template", "v_template", now, units)
    return kept


def _require_supported(payload: CampaignUpdate) -> None:
    if payload.category:
        raise InvalidCampaign("Property .category is not supported yet; .category_id is")


def _require_possible(campaign: Campaign) -> None:
    misfit = misfit_of(campaign)
    if misfit is not None:
        raise InvalidCampaign(misfit)
