"""The same for promotions: a campaign of promotions and tiers of it, made through the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bench.examples import order_payload
from counterfoil.domain import ids
from counterfoil.domain.campaigns import Campaign
from counterfoil.domain.customer_payloads import CustomerPayload
from counterfoil.domain.promotion_payloads import PromotionStackPayload, TierPayload, TierUpdate
from counterfoil.domain.redemption_payloads import RedeemablePayload, StackPayload
from counterfoil.operations import (
    promotion_lists,
    promotion_stacks,
    promotion_tiers,
    redemptions,
    validations,
)
from counterfoil.operations.lists import Paging
from counterfoil.storage import campaigns, definitions
from counterfoil.storage.marshal import Attributes, deflate
from counterfoil.storage.plans import Plan
from tests.costs.world import BUYER, PROJECT, World, roll_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.operations.call import Call

    Act = Callable[[Call], object]

_SENT: Final = TierPayload.model_validate(
    {"name": "T", "action": {"discount": {"type": "AMOUNT", "amount_off": 500}}}
)


def campaign(world: World) -> str:
    """The id of a new campaign of promotions."""
    call, name = world.call(), world.named("Autumn")
    made = Campaign(
        id=ids.campaign_id(PROJECT, name),
        name=name,
        campaign_type="PROMOTION",
        created_at=call.now,
    )
    body = made.model_dump_json(exclude={"id", "created_at"}, exclude_none=True)
    sets: Attributes = {"body": deflate(body.encode()), "ca": "2026-01-01T00:00:00.000Z"}
    plan = Plan()
    plan.add(*definitions.created(campaigns.place(PROJECT, made.id), sets, "life", "made"))
    call.store.commit(plan, call.ids.token(0))
    return made.id


def tiers(world: World, count: int, owner: str | None = None) -> list[str]:
    """The ids of `count` new tiers of one campaign."""
    request = promotion_tiers.Creation(owner or campaign(world), _SENT)
    return [promotion_tiers.create(world.call(), request).tier.id for _ in range(count)]


def stack_of(world: World, kind: str, names: list[str], *, buyer: bool = True) -> StackPayload:
    """The body that redeems or validates `names` on a new order."""
    named = [RedeemablePayload.model_validate({"object": kind, "id": each}) for each in names]
    return StackPayload(
        redeemables=named,
        order=order_payload(world.named("web")),
        customer=CustomerPayload(source_id=BUYER) if buyer else None,
    )


def validating(world: World) -> Act:
    body = stack_of(world, "promotion_tier", tiers(world, 1))
    return lambda call: validations.validate(call, body)


def redeeming(count: int) -> Callable[[World], Act]:
    def prepare(world: World) -> Act:
        body = stack_of(world, "promotion_tier", tiers(world, count))
        return lambda call: redemptions.redeem_stack(call, body)

    return prepare


def redeeming_a_stack(world: World) -> Act:
    owner = campaign(world)
    payload = PromotionStackPayload.model_validate(
        {"name": "S", "tiers": {"ids": tiers(world, 5, owner)}}
    )
    request = promotion_stacks.Creation(owner, payload)
    stack = promotion_stacks.create(world.call(), request).stack.id
    body = stack_of(world, "promotion_stack", [stack])
    return lambda call: redemptions.redeem_stack(call, body)


def rolling_back(world: World) -> Act:
    body = stack_of(world, "promotion_tier", tiers(world, 1))
    return roll_back(redemptions.redeem_stack(world.call(), body))


def creating(world: World) -> Act:
    request = promotion_tiers.Creation(campaign(world), _SENT)
    return lambda call: promotion_tiers.create(call, request)


def changing(world: World) -> Act:
    payload = TierUpdate.model_validate({"banner": "new"})
    request = promotion_tiers.Update(tiers(world, 1)[0], payload)
    return lambda call: promotion_tiers.update(call, request)


def reading(world: World) -> Act:
    wanted = tiers(world, 1)[0]
    return lambda call: promotion_tiers.get(call, wanted)


def listing(world: World) -> Act:
    owner = campaign(world)
    tiers(world, 10, owner)
    wanted = promotion_lists.OfCampaign(owner, Paging(10, 1, "hierarchy"))
    return lambda call: promotion_lists.list_campaign_tiers(call, wanted)


CASES: Final = {
    "validate a tier, customer": validating,
    "redeem a tier, new order, customer": redeeming(1),
    "redeem 5 tiers of a campaign, new order": redeeming(5),
    "redeem a stack of 5 tiers, new order": redeeming_a_stack,
    "roll back a tier": rolling_back,
    "create a tier": creating,
    "change a tier": changing,
    "get a tier": reading,
    "list 10 tiers of a campaign": listing,
}
