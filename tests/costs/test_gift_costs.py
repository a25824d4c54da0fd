"""What gift cards ask of the store, beside what plain vouchers do."""

import pytest

from bench.examples import order_payload
from bench.metering import Cost
from counterfoil.domain.voucher_payloads import BalancePayload
from counterfoil.operations import gift_cards, redemptions
from tests.costs.world import World, roll_back, stack_of

pytestmark = pytest.mark.engine


def spent(cost: Cost) -> tuple[float, ...]:
    return cost.calls, cost.reads, cost.writes, cost.indexes, cost.actions


def test_a_gift_card_is_redeemed_and_given_back_for_what_a_voucher_is(world: World) -> None:
    codes = (world.vouchers(1), [world.gift_card(100_000)])
    stacks = [stack_of(each, order_payload(world.named("web")), buyer=True) for each in codes]
    by_voucher, by_card = (
        world.cost_of(lambda call, body=body: redemptions.redeem_stack(call, body))  # type: ignore[misc]  # each its own
        for body in stacks
    )
    again = (
        redemptions.redeem_stack(world.call(), stack_of(each, order_payload(name), buyer=True))
        for each, name in zip(codes, ("web-a", "web-b"), strict=True)
    )
    of_voucher, of_card = (world.cost_of(roll_back(each)) for each in again)

    assert spent(by_card) == spent(by_voucher)
    assert spent(of_card) == spent(of_voucher)


def test_a_balance_is_changed_in_two_trips_and_two_actions(world: World) -> None:
    change = gift_cards.BalanceChange(world.gift_card(100), BalancePayload(amount=-50))

    cost = world.cost_of(lambda call: gift_cards.change_balance(call, change))

    assert spent(cost) == (2, 2, 4, 0, 2)


def test_a_page_of_transactions_costs_what_it_shows(world: World) -> None:
    code = world.gift_card(100_000)
    for _ in range(3):
        change = gift_cards.BalanceChange(code, BalancePayload(amount=500))
        gift_cards.change_balance(world.call(), change)
    wanted = gift_cards.TransactionsWanted(code, 10, newest_first=True)

    cost = world.cost_of(lambda call: gift_cards.list_transactions(call, wanted))

    assert (cost.calls, cost.writes) == (3, 0)
