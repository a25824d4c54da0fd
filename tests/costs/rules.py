"""The same for validation rules: a voucher or a campaign that has one, seen before or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bench.examples import order_payload
from counterfoil.domain.customer_payloads import CustomerPayload
from counterfoil.domain.redemption_payloads import RedeemablePayload, StackPayload
from counterfoil.domain.rule_payloads import RulePayload
from counterfoil.domain.voucher_payloads import VoucherPayload
from counterfoil.operations import (
    assignments,
    named_vouchers,
    orders,
    redemptions,
    validation_rules,
    validations,
    vouchers,
)
from tests.costs import campaigns
from tests.costs.world import BUYER, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import JsonValue

    from counterfoil.operations.call import Call

    Act = Callable[[Call], object]

Rule = dict[str, "JsonValue"]

ON_THE_CART: Final[Rule] = {"name": "order.amount", "conditions": {"$more_than": [1_000]}}
LATELY: Final[Rule] = {
    "name": "customer.orders.count",
    "property": "P30D",
    "conditions": {"$less_than": [1_000_000]},
}
ONCE_EACH: Final[Rule] = {
    "name": "redemption.count.per_customer",
    "conditions": {"$less_than_or_equal": [1]},
}
BUDGET: Final[Rule] = {
    "name": "campaign.orders.amount",
    "conditions": {"$less_than_or_equal": [1_000_000]},
}
NEWCOMER: Final[Rule] = {"name": "customer.orders.count", "conditions": {"$less_than": [3]}}


def rule(world: World, sent: Rule) -> str:
    """The id of a new validation rule."""
    payload = RulePayload.model_validate({"name": world.named("rule"), "rules": {"1": sent}})
    return validation_rules.create(world.call(), payload).rule.id


def voucher(world: World, sent: Rule) -> str:
    """The code of a new voucher of 5.00 off that has a rule."""
    discount: JsonValue = {"type": "AMOUNT", "amount_off": 500}
    payload = VoucherPayload.model_validate(
        {"discount": discount, "validation_rules": [rule(world, sent)]}
    )
    request = vouchers.Creation(world.named("SUMMER"), payload)
    return vouchers.create(world.call(), request).voucher.code


def of_campaign(world: World, sent: Rule) -> str:
    """The code of a voucher whose campaign has a rule."""
    code = campaigns.code_of(world)
    owner = named_vouchers.get(world.call(), code).voucher.campaign_id
    assert owner is not None
    assigning = assignments.Assigning(rule(world, sent), "campaign", owner)
    assignments.assign(world.call(), assigning)
    return code


def known(world: World) -> str:
    """A customer who is known and has bought nothing."""
    name = world.named("eve")
    orders.upsert(world.call(), order_payload(world.named("web"), name))
    return name


def asking(world: World, code: str, customer: str, *, named: bool) -> StackPayload:
    """The body that validates or redeems `code` on an order that a client may have a name for."""
    order = order_payload(world.named("web"))
    return StackPayload(
        redeemables=[RedeemablePayload(object="voucher", id=code)],
        order=order if named else order.model_copy(update={"source_id": None}),
        customer=CustomerPayload(source_id=customer),
    )


def validating(sent: Rule) -> Callable[[World], Act]:
    """What is validated once before: this process has seen what the rule needs."""

    def prepare(world: World) -> Act:
        body = asking(world, voucher(world, sent), BUYER, named=False)
        validations.validate(world.call(), body)
        return lambda call: validations.validate(call, body)

    return prepare


def redeeming(make: Callable[[World, Rule], str], sent: Rule) -> Callable[[World], Act]:
    """The same for redeeming, by a customer who has bought nothing."""

    def prepare(world: World) -> Act:
        body = asking(world, make(world, sent), known(world), named=True)
        validations.validate(world.call(), body)
        return lambda call: redemptions.redeem_stack(call, body)

    return prepare


CASES: Final = {
    "validate, a rule on the cart": validating(ON_THE_CART),
    "validate, rule on 30 days of history": validating(LATELY),
    "redeem, one per customer": redeeming(voucher, ONCE_EACH),
    "redeem, budget of a campaign": redeeming(of_campaign, BUDGET),
    "redeem, fewer than 3 orders": redeeming(voucher, NEWCOMER),
}
