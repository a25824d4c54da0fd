"""A stack of one of each kind: a limited voucher, free units, a card, a tier, a campaign's voucher.

All are named after a tag, so that each test's are its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from local.gateway import HttpRequest
from tests.concurrency.ledger import Ledger
from tests.concurrency.shop import LINES, Requests, Shop

CREDITS: Final = 300
QUANTITY: Final = 3
CARD: Final = 1000
MEMBERS: Final = 5

Redeemable = Mapping[str, object]


@dataclass(frozen=True)
class Mixed:
    """The members of a stack; `tier` is its id, the others are codes."""

    limited: str
    free: str
    card: str
    tier: str
    member: str

    @property
    def redeemables(self) -> list[Redeemable]:
        """All of them, in an order that gives each an effect."""
        codes = (self.limited, self.free, self.member)
        vouchers = [{"object": "voucher", "id": code} for code in codes]
        tier = {"object": "promotion_tier", "id": self.tier}
        card = {"object": "voucher", "id": self.card, "gift": {"credits": CREDITS}}
        return [*vouchers, tier, card]

    def redeeming(self, shop: Requests, **fields: object) -> HttpRequest:
        """All of them in one call."""
        return asking(shop, *self.redeemables, **fields)

    def locking(self, shop: Requests, key: str) -> HttpRequest:
        """Validates all of them and reserves them under `key`."""
        body = {"order": {"items": LINES}, "session": {"key": key}}
        return shop.request("POST", "/v1/validations", {**body, "redeemables": self.redeemables})


def stocked(
    shop: Shop,
    tag: str,
    quantity: int = QUANTITY,
    card: int = CARD,
    of_member: int | None = None,
) -> Mixed:
    """New members, which are named after `tag`; the campaign's voucher has a quantity too."""
    limit: dict[str, object] = {"redemption": {"quantity": of_member}} if of_member else {}
    campaign(shop, f"{tag}-campaign")
    return Mixed(
        limited=shop.voucher(f"{tag}-limited", quantity=quantity),
        free=shop.voucher(f"{tag}-free", free="mug"),
        card=shop.gift_card(f"{tag}-card", card),
        tier=tier(shop, f"{tag}-promotion"),
        member=member(shop, f"{tag}-campaign", f"{tag}-member", **limit),
    )


def campaign(shop: Shop, name: str) -> str:
    """The name of a new campaign, whose vouchers take ten percent off the lines."""
    discount = {"type": "PERCENT", "percent_off": 10, "effect": "APPLY_TO_ITEMS"}
    voucher = {"type": "DISCOUNT_VOUCHER", "discount": discount}
    body = {"name": name, "campaign_type": "DISCOUNT_COUPONS", "voucher": voucher}
    shop.done(shop.request("POST", "/v1/campaigns", body))
    return name


def member(shop: Shop, owner: str, code: str, **fields: object) -> str:
    """The code of a new voucher of a campaign."""
    shop.done(shop.request("POST", f"/v1/campaigns/{owner}/vouchers/{code}", fields))
    return code


def tier(shop: Shop, name: str) -> str:
    """The id of the one tier of a new campaign of promotions."""
    discount = {"type": "AMOUNT", "amount_off": 50}
    tiers = [{"name": name, "action": {"discount": discount}}]
    body = {"name": name, "campaign_type": "PROMOTION", "promotion": {"tiers": tiers}}
    shop.done(shop.request("POST", "/v1/campaigns", body))
    listed = shop.done(shop.request("GET", f"/v1/promotions/{name}/tiers")).body["tiers"]
    assert isinstance(listed, list)
    (found,) = (each["id"] for each in listed if isinstance(each, dict))
    return str(found)


def asking(shop: Requests, *redeemables: Redeemable, **fields: object) -> HttpRequest:
    """A redemption of `redeemables`, of LINES unless `fields` name an order."""
    body = {"order": {"items": LINES}, **fields, "redeemables": [*redeemables]}
    return shop.request("POST", "/v1/redemptions", body)


def counted(ledger: Ledger, tag: str) -> tuple[int, ...]:
    """How often each member was used, the tier's and the campaign's buckets summed up.

    Then what was spent of the card and is available on it.
    """
    codes = (f"{tag}-limited", f"{tag}-free", f"{tag}-card", f"{tag}-member")
    money = ledger.counter(f"{tag}-card").gift
    assert money is not None
    return (
        *(ledger.counter(code).used for code in codes),
        ledger.tier_used(f"{tag}-promotion"),
        ledger.campaign_used(f"{tag}-campaign"),
        money.spent,
        money.available,
    )
