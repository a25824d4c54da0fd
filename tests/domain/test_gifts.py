"""What gift cards pay (domain.md §4.5, §4.7), and what becomes of them by creation and update."""

from decimal import Decimal

import pytest

from counterfoil.domain.allocations import Allocation
from counterfoil.domain.counters import GiftBalance
from counterfoil.domain.errors import InvalidGift, InvalidPayload, InvalidVoucher, Refusal
from counterfoil.domain.gift_definitions import opening
from counterfoil.domain.gifts import Card, spend
from counterfoil.domain.item_selection import ProductEntry, ProductLists
from counterfoil.domain.voucher_definitions import draft, updated
from counterfoil.domain.voucher_payloads import GiftCardPayload, VoucherPayload, VoucherUpdate
from counterfoil.domain.vouchers import Gift, Voucher
from tests.builders import NOW, a_line, amount_off, an_entry, an_order

ITEMS = "APPLY_TO_ITEMS"
SECOND = ProductLists(included=(ProductEntry(id="b"),))


def a_card(available: int, asked: int | None = None) -> Card:
    return Card("GIFT", "APPLY_TO_ORDER", available, asked)


def an_item_card(available: int, asked: int | None = None) -> Card:
    return Card("GIFT", "APPLY_TO_ITEMS", available, asked)


@pytest.mark.parametrize(
    ("available", "asked", "amount", "taken"),
    [
        (2_000, None, 6_000, 2_000),
        (9_000, None, 6_000, 6_000),
        (9_000, 500, 6_000, 500),
        (9_000, 9_000, 6_000, 6_000),
        (500, 500, 6_000, 500),
        (500, 0, 6_000, 0),
        (0, 0, 6_000, 0),
        (0, None, 0, 0),
        (500, None, 0, 0),
        (500, 500, 0, 0),
    ],
)
def test_a_card_pays_what_is_asked_or_needed_and_never_more_than_is_due(
    available: int, asked: int | None, amount: int, taken: int
) -> None:
    spent = spend(a_card(available, asked), an_order(amount=amount))

    assert spent == Allocation(order=taken)


@pytest.mark.parametrize(("available", "asked"), [(499, 500), (0, 1), (0, None)])
def test_more_credits_than_the_card_has_are_refused_with_its_code(
    available: int, asked: int | None
) -> None:
    lines = [a_line("1", 3_000)]
    for card in (a_card(available, asked), an_item_card(available, asked)):
        refused = spend(card, an_order(items=lines))
        assert isinstance(refused, Refusal)
        assert (refused.code, refused.details) == ("gift_amount_exceeded", "GIFT")


def test_without_an_order_amount_there_is_nothing_to_pay() -> None:
    refused = spend(a_card(100), an_order(amount=None))

    assert isinstance(refused, Refusal)
    assert refused.code == "missing_amount"


@pytest.mark.parametrize("items", [[], [a_line("1", None)]])
def test_a_card_for_items_needs_one_with_an_amount(items: list[object]) -> None:
    refused = spend(an_item_card(100), an_order(items=items))

    assert isinstance(refused, Refusal)
    assert refused.code == "missing_order_items_amount"
    assert "At least one applicable order item with amount is required" in refused.details


def test_a_card_for_items_pays_line_after_line_as_they_were_sent() -> None:
    lines = [a_line("1", 1_600), a_line("2", 3_000), a_line("3", 500)]

    assert spend(an_item_card(2_000), an_order(amount=5_100, items=lines)) == Allocation(
        lines={"1": 1_600, "2": 400}
    )


def test_only_lines_that_the_rule_selects_are_paid_in_request_order_whatever_the_entries() -> None:
    lines = [a_line("1", 1_600, product_id="a"), a_line("2", 3_000, product_id="b")]
    order = an_order(amount=4_600, items=lines)
    both = ProductLists(included=(ProductEntry(id="b"), ProductEntry(id="a")))

    assert spend(an_item_card(300), order, SECOND) == Allocation(lines={"2": 300})
    assert spend(an_item_card(2_000), order, both) == Allocation(lines={"1": 1_600, "2": 400})


def test_lines_give_only_what_other_discounts_and_limits_leave_of_them() -> None:
    lines = [a_line("1", 1_000, product_id="b"), a_line("2", 1_000, product_id="b")]
    order = an_order(amount=2_000, items=lines, redemptions=[an_entry(1, 0, **{"1": 900})])
    capped = ProductLists(included=(ProductEntry(id="b", amount_limit=50),))

    assert spend(an_item_card(5_000), order) == Allocation(lines={"1": 100, "2": 1_000})
    assert spend(an_item_card(5_000), order, capped) == Allocation(lines={"1": 50, "2": 50})


def test_an_empty_card_has_no_effect_where_nothing_is_left_to_pay() -> None:
    lines = [a_line("1", 1_000)]
    paid = an_order(amount=1_000, items=lines, redemptions=[an_entry(1, 0, **{"1": 1_000})])

    assert spend(an_item_card(0), paid) == Allocation()


def created(**fields: object) -> Voucher:
    return draft(VoucherPayload.model_validate(fields), "GIFT", "v_1", NOW)


def changed(voucher: Voucher, loaded: int, **fields: object) -> Voucher:
    payload = VoucherUpdate.model_validate(fields)
    return updated(voucher, payload, NOW, money=GiftBalance.opening(loaded))


def test_a_gift_card_has_an_effect_and_no_discount_and_its_money_is_not_in_it() -> None:
    card = created(type="GIFT_VOUCHER", gift={"amount": 100, "balance": 5}, discount=None)

    assert (card.type, card.gift, card.discount) == ("GIFT_VOUCHER", Gift(), None)
    assert created(gift={"amount": 1, "effect": ITEMS}).gift == Gift(effect="APPLY_TO_ITEMS")


def test_a_card_starts_with_its_amount_spent_by_nobody() -> None:
    money = opening(GiftCardPayload(amount=100))

    assert money == GiftBalance(loaded=100, subtracted=0, spent=0, available=100)
    assert money.balance == 100
    with pytest.raises(InvalidPayload, match="'amount'"):
        opening(GiftCardPayload())


@pytest.mark.parametrize("amount", [-1, 1.5, "100", 10**15, Decimal("0.5"), True])
def test_an_amount_is_a_whole_number_of_minor_units_within_bounds(amount: object) -> None:
    with pytest.raises(ValueError, match="amount"):
        GiftCardPayload.model_validate({"amount": amount})


def test_an_update_may_change_the_effect_and_repeat_the_amount_only() -> None:
    card = created(gift={"amount": 100})

    moved = changed(card, 100, gift={"amount": 100, "balance": 70, "effect": ITEMS})
    assert moved.gift == Gift(effect="APPLY_TO_ITEMS")
    assert changed(card, 100, gift={"amount": 100.0}) is card
    assert changed(card, 100, gift=None) is card
    with pytest.raises(InvalidGift, match="through its balance"):
        changed(card, 100, gift={"amount": 99})


def test_no_update_makes_a_gift_card_of_a_discount_or_the_other_way_round() -> None:
    with pytest.raises(InvalidVoucher, match="no gift card"):
        changed(amount_off(500), 0, gift={"amount": 100})
    with pytest.raises(InvalidVoucher, match="cannot get one"):
        changed(created(gift={"amount": 1}), 1, discount={"type": "AMOUNT", "amount_off": 5})
