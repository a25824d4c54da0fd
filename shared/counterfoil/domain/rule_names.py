"""The names of rules: what each reads, which operators it takes, whose refusal it is.

Source: domain.md §8.1 (aliases), §8.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from counterfoil.domain.candidate_refusals import RefusalCode
from counterfoil.domain.counts import Measure, Place
from counterfoil.domain.rule_operators import EQUALITY, FROM, NUMERIC, OPERATORS


class Reads(Enum):
    """How a rule comes by what it compares."""

    NUMBER = auto()
    METADATA = auto()
    LINES = auto()
    SEGMENT = auto()
    TEXT = auto()
    FLAG = auto()
    HISTORY = auto()
    COUNT = auto()
    NEVER = auto()


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a rule. `sub` are the names of rules that it may have within.

    `counts` is where and what a counting rule counts; `window` says that its property is one.
    """

    name: str
    reads: Reads
    code: RefusalCode
    operators: frozenset[str]
    needs_property: bool = False
    sub: frozenset[str] = frozenset()
    counts: tuple[Place, Measure] | None = None
    window: bool = False


_ORDER: Final = RefusalCode.ORDER_RULES_VIOLATED
_CUSTOMER: Final = RefusalCode.CUSTOMER_RULES_VIOLATED
_REDEMPTION: Final = RefusalCode.REDEMPTION_RULES_VIOLATED
_ANY: Final = frozenset(OPERATORS)
_FLAG: Final = frozenset({"$is"})
_LINES: Final = frozenset({"$is", "$is_not", "$in", FROM})
_PERIODS: Final = {"": Measure.REDEMPTIONS, ".daily": Measure.DAY, ".weekly": Measure.WEEK} | {
    ".monthly": Measure.MONTH
}
_OF_LINES: Final = frozenset(
    {
        "order.items.quantity",
        "order.items.aggregated_quantity",
        "order.items.price",
        "order.items.aggregated_amount",
        "order.items.metadata",
    }
)
_OF_PRODUCT: Final = frozenset({"product.price", "product.quantity", "product.discount_applicable"})
_OF_SKU: Final = frozenset({"sku.price", "sku.quantity", "sku.discount_applicable"})
_OF_PRODUCT_METADATA: Final = frozenset(
    {
        "product.metadata.aggregated_quantity",
        "product.metadata.aggregated_amount",
        "product.metadata.discount_applicable",
        "product.metadata.match_all",
    }
)


def _counting() -> list[Name]:
    """Every name that counts, with its periods."""
    rows: list[tuple[str, Place, Measure]] = []
    for suffix, measure in _PERIODS.items():
        rows += [
            (f"redemption.count.per_customer{suffix}", Place.CUSTOMER, measure),
            (f"campaign.redemptions.count{suffix}", Place.CAMPAIGN, measure),
            (f"campaign.redemptions.customers_count{suffix}", Place.CUSTOMER_IN_CAMPAIGN, measure),
        ]
        if suffix:
            rows.append((f"redemption.count{suffix}", Place.INCENTIVE, measure))
    rows += [
        ("redemption.count.per_api_key", Place.API_KEY, Measure.REDEMPTIONS),
        ("campaign.orders.amount", Place.CAMPAIGN, Measure.AMOUNT),
        ("campaign.orders.amount_discounted", Place.CAMPAIGN, Measure.DISCOUNT),
        ("redemption.gift.amount", Place.CAMPAIGN, Measure.CREDITS),
    ]
    return [
        Name(name, Reads.COUNT, _REDEMPTION, NUMERIC, counts=(place, measure))
        for name, place, measure in rows
    ]


def _lines(name: str, sub: frozenset[str]) -> Name:
    return Name(name, Reads.LINES, _ORDER, _LINES, sub=sub)


TOP: Final[dict[str, Name]] = {
    each.name: each
    for each in (
        Name("customer.segment", Reads.SEGMENT, _CUSTOMER, EQUALITY),
        Name("customer.metadata", Reads.METADATA, _CUSTOMER, _ANY, needs_property=True),
        Name("customer.loyalty.tier", Reads.NEVER, _CUSTOMER, EQUALITY),
        Name("customer.orders.count", Reads.HISTORY, _CUSTOMER, NUMERIC, window=True),
        Name("customer.orders.total_amount", Reads.HISTORY, _CUSTOMER, NUMERIC, window=True),
        Name("order.amount", Reads.NUMBER, _ORDER, NUMERIC),
        Name("order.initial_amount", Reads.NUMBER, _ORDER, NUMERIC),
        Name("order.total_amount", Reads.NUMBER, _ORDER, NUMERIC),
        Name("order.items.count", Reads.NUMBER, _ORDER, NUMERIC),
        Name("order.items.price_any", Reads.NUMBER, _ORDER, NUMERIC),
        Name("order.items.price_each", Reads.NUMBER, _ORDER, NUMERIC),
        Name("order.items.metadata_any", Reads.METADATA, _ORDER, _ANY, needs_property=True),
        Name("order.items.metadata_each", Reads.METADATA, _ORDER, _ANY, needs_property=True),
        Name("order.metadata", Reads.METADATA, _ORDER, _ANY, needs_property=True),
        _lines("order.items.any", _OF_LINES),
        _lines("order.items.every", _OF_LINES),
        _lines("order.items.none", _OF_LINES),
        _lines("order.items.cheapest", _OF_LINES),
        _lines("order.items.most_expensive", _OF_LINES),
        _lines("product.id", _OF_PRODUCT),
        _lines("sku.id", _OF_SKU),
        Name(
            "product.metadata",
            Reads.METADATA,
            _ORDER,
            _ANY,
            needs_property=True,
            sub=_OF_PRODUCT_METADATA,
        ),
        *_counting(),
        Name("redemption.metadata", Reads.METADATA, _REDEMPTION, _ANY, needs_property=True),
        Name("redemption.api_key", Reads.TEXT, _REDEMPTION, EQUALITY),
        Name("redemption.user.login", Reads.NEVER, _REDEMPTION, _ANY),
        Name("redemption.count.per_user", Reads.NEVER, _REDEMPTION, NUMERIC),
        Name("publication.redeemable_by_linked_customer", Reads.FLAG, _REDEMPTION, _FLAG),
        Name("custom_event.metadata", Reads.NEVER, _REDEMPTION, _ANY, needs_property=True),
    )
}
SUB: Final[dict[str, Name]] = {
    **{
        name: Name(name, Reads.NUMBER, _ORDER, NUMERIC)
        for name in sorted(_OF_LINES | _OF_PRODUCT | _OF_SKU | _OF_PRODUCT_METADATA)
    },
    "order.items.metadata": Name(
        "order.items.metadata", Reads.METADATA, _ORDER, _ANY, needs_property=True
    ),
    **{
        name: Name(name, Reads.FLAG, _ORDER, _FLAG)
        for name in (
            "product.discount_applicable",
            "sku.discount_applicable",
            "product.metadata.discount_applicable",
            "product.metadata.match_all",
        )
    },
}
_DOTTED: Final = {name.replace(".", "_"): name for name in (*TOP, *SUB)}


def canonical(name: str) -> str:
    """`name` as this table has it: older spellings have underscores, or a dot at the end.

    >>> canonical("customer_segment"), canonical("redemption.metadata.")
    ('customer.segment', 'redemption.metadata')
    """
    bare = name.rstrip(".")
    return _DOTTED.get(bare.replace(".", "_"), bare)
