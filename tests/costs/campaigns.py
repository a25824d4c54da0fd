"""The same for campaigns of vouchers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bench.examples import order_payload
from counterfoil.domain.campaign_payloads import CampaignPayload, MemberPayload
from counterfoil.domain.rule_payloads import RulePayload
from counterfoil.operations import (
    assignments,
    campaign_vouchers,
    campaigns,
    named_vouchers,
    redemptions,
    validation_rules,
    validations,
    voucher_lists,
)
from counterfoil.operations.lists import Paging, Times
from counterfoil.operations.voucher_lists import VouchersWanted
from tests.costs.world import World, stack_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.operations.call import Call

    Act = Callable[[Call], object]


def payload(world: World, count: int = 0) -> CampaignPayload:
    return CampaignPayload.model_validate(
        {
            "name": world.named("Autumn"),
            "vouchers_count": count,
            "voucher": {"discount": {"type": "AMOUNT", "amount_off": 500}},
        }
    )


def campaign(world: World, count: int = 0) -> str:
    """The name of a new campaign."""
    return campaigns.create(world.call(), payload(world, count)).campaign.name


def code_of(world: World) -> str:
    """The code of a campaign's voucher."""
    request = campaign_vouchers.Addition(
        campaign(world), MemberPayload(), code=world.named("SUMMER")
    )
    campaign_vouchers.add(world.call(), request)
    return str(request.code)


def validating(world: World) -> Act:
    body = stack_of([code_of(world)], order_payload(world.named("web")), buyer=True)
    return lambda call: validations.validate(call, body)


def redeeming(world: World) -> Act:
    body = stack_of([code_of(world)], order_payload(world.named("web")), buyer=True)
    return lambda call: redemptions.redeem_stack(call, body)


def limited(world: World) -> str:
    """The code of a voucher whose campaign has a limit."""
    code = code_of(world)
    rule = {"1": {"name": "campaign.redemptions.count", "conditions": {"$less_than": [100]}}}
    sent = RulePayload.model_validate({"name": world.named("limit"), "rules": rule})
    stored = validation_rules.create(world.call(), sent)
    owner = named_vouchers.get(world.call(), code).voucher.campaign_id
    assert owner is not None
    assignments.assign(world.call(), assignments.Assigning(stored.rule.id, "campaign", owner))
    return code


def validating_limited(world: World) -> Act:
    body = stack_of([limited(world)], order_payload(world.named("web")), buyer=True)
    return lambda call: validations.validate(call, body)


def redeeming_limited(world: World) -> Act:
    body = stack_of([limited(world)], order_payload(world.named("web")), buyer=True)
    return lambda call: redemptions.redeem_stack(call, body)


def creating(count: int) -> Callable[[World], Act]:
    def prepare(world: World) -> Act:
        body = payload(world, count)
        return lambda call: campaigns.create(call, body)

    return prepare


def reading(world: World) -> Act:
    name = campaign(world)
    return lambda call: campaigns.get(call, name)


def adding(count: int) -> Callable[[World], Act]:
    def prepare(world: World) -> Act:
        request = campaign_vouchers.Addition(campaign(world), MemberPayload(), count=count)
        return lambda call: campaign_vouchers.add(call, request)

    return prepare


def listing(world: World) -> Act:
    paging = Paging(limit=10, page=1, order="-created_at")
    wanted = VouchersWanted(paging, Times(), campaign=campaign(world, 25))
    return lambda call: voucher_lists.list_vouchers(call, wanted)


CASES: Final = {
    "validate a campaign's voucher, customer": validating,
    "redeem a campaign's voucher, new order, customer": redeeming,
    "validate a voucher, its campaign limited": validating_limited,
    "redeem a voucher, its campaign limited, new order": redeeming_limited,
    "create a campaign": creating(0),
    "create a campaign with 25 codes": creating(25),
    "get a campaign by name": reading,
    "add a voucher to a campaign": adding(1),
    "add 30 vouchers to a campaign": adding(30),
    "list 10 vouchers of a campaign": listing,
}
