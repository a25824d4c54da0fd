"""What a payload makes of a gift card: how it is spent, and what is on it at first.

Later its money changes by redemptions, rollbacks and the balance endpoint only, never by an update
of the voucher (docs/domain.md §1.9). Source: domain.md §1.9, §2.6.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.domain.counters import GiftBalance
from counterfoil.domain.errors import (
    InvalidAddBalance,
    InvalidGift,
    InvalidPayload,
    InvalidVoucher,
)
from counterfoil.domain.money import MAX_AMOUNT
from counterfoil.domain.vouchers import Gift

if TYPE_CHECKING:
    from counterfoil.domain.voucher_payloads import GiftCardPayload
    from counterfoil.domain.vouchers import Voucher


def gift_of(payload: GiftCardPayload) -> Gift:
    """How the card is spent."""
    return Gift() if payload.effect is None else Gift(effect=payload.effect)


def opening(payload: GiftCardPayload | None) -> GiftBalance | None:
    """What is on a new card; None for a voucher that is none. Raises InvalidPayload."""
    if payload is None:
        return None
    if payload.amount is None:
        raise InvalidPayload("Property .gift should have required property 'amount'")
    return GiftBalance.opening(payload.amount)


def gift_after(voucher: Voucher, money: GiftBalance | None, payload: GiftCardPayload) -> Gift:
    """How the card is spent from now on.

    The amount that it has may be repeated, as clients do that send back what they read. Raises
    InvalidGift for another one, InvalidVoucher for a voucher that is no gift card.
    """
    if voucher.gift is None:
        raise InvalidVoucher(f"Voucher {voucher.code} is no gift card and cannot become one")
    if money is not None and payload.amount not in (None, money.loaded):
        message = (
            f"The amount of gift card {voucher.code} is {money.loaded}; "
            "credits are added and taken off through its balance"
        )
        raise InvalidGift(message)
    return voucher.gift if payload.effect is None else gift_of(payload)


def credited(voucher: Voucher, money: GiftBalance | None, amount: int) -> GiftBalance:
    """The card after `amount` was put on it, or taken off when negative.

    What sessions hold cannot be taken off. Raises InvalidAddBalance.
    """
    if money is None:
        raise InvalidAddBalance(f"Voucher {voucher.code} is no gift card")
    if amount == 0:
        raise InvalidAddBalance("Property .amount cannot be 0")
    if money.available + amount < 0:
        message = f"Gift card {voucher.code} has {money.available} credits to take off"
        raise InvalidAddBalance(message)
    if money.loaded + amount > MAX_AMOUNT:
        message = f"Gift card {voucher.code} cannot be loaded with more than {MAX_AMOUNT} in all"
        raise InvalidAddBalance(message)
    available = money.available + amount
    if amount > 0:
        return replace(money, loaded=money.loaded + amount, available=available)
    return replace(money, subtracted=money.subtracted - amount, available=available)
