"""Vectors of domain.md §4.8, by their number: one table for the domain and for the API."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pydantic import JsonValue

from counterfoil.domain.item_selection import ProductEntry, ProductLists
from counterfoil.domain.unit_discounts import CatalogueItem
from tests.builders import a_sent_rule, sent_rules


@dataclass(frozen=True)
class Totals:
    """The vectors' D, ID, T and A after one redeemable."""

    discount: int
    items_discount: int
    total: int
    amount: int


@dataclass(frozen=True)
class Vector:
    """An order, what is redeemed on it in one call, the totals after each, the lines at the end.

    `lines` are the discounts of the lines in their order; `products` is what every discount
    applies to, and None is every line.
    """

    number: int
    order: Mapping[str, object]
    discounts: list[dict[str, object]]
    after: list[Totals]
    lines: list[int] = field(default_factory=list)
    products: ProductLists | None = None


def line(quantity: int, price: int, product: str = "any", **fields: object) -> dict[str, object]:
    """`quantity` units of `product` at `price`."""
    return {"quantity": quantity, "price": price, "product_id": product, **fields}


def amount(off: int, effect: str = "APPLY_TO_ORDER", **fields: object) -> dict[str, object]:
    """AMOUNT."""
    return {"type": "AMOUNT", "effect": effect, "amount_off": off, **fields}


def percent(off: float, effect: str = "APPLY_TO_ORDER", **fields: object) -> dict[str, object]:
    """PERCENT."""
    return {"type": "PERCENT", "effect": effect, "percent_off": off, **fields}


def fixed(price: int, effect: str = "APPLY_TO_ORDER") -> dict[str, object]:
    """FIXED."""
    return {"type": "FIXED", "effect": effect, "fixed_amount": price}


def gift(credits_on_it: int, effect: str = "APPLY_TO_ORDER") -> dict[str, object]:
    """A gift card, spent as far as it goes."""
    return {"type": GIFT, "effect": effect, "amount": credits_on_it}


GIFT: Final = "GIFT"
ITEMS: Final = "APPLY_TO_ITEMS"
PROPORTIONALLY: Final = "APPLY_TO_ITEMS_PROPORTIONALLY"
BY_QUANTITY: Final = "APPLY_TO_ITEMS_BY_QUANTITY"

_TWO_OF_FOUR: Final = {
    "items": [line(1, 2_000, "a"), line(1, 8_000, "b"), line(1, 5_000), line(1, 180_000)]
}
_A_AND_B: Final = ProductLists(included=(ProductEntry(id="a"), ProductEntry(id="b")))
_LAST_NOT: Final = {
    "items": [line(2, 1_000), line(3, 1_500), line(3, 2_000), line(2, 2_500, "last")]
}
_NOT_LAST: Final = ProductLists(excluded=(ProductEntry(id="last"),))
_FIVE: Final = {
    "items": [
        line(3, 2_000, "shirt"),
        line(5, 1_500, "shirt"),
        line(2, 1_000, "shirt"),
        line(4, 500, "shirt"),
        line(2, 2_500),
    ]
}
_SIX: Final = {"items": [line(1, price) for price in (2_900, 3_100, 2_900, 1_700, 1_500, 60_000)]}
_EXPLICIT: Final = {
    "amount": 6_000,
    "items": [line(1, 3_000, amount=3_300), line(2, 3_000, amount=3_400)],
}


def _every_second(target: str) -> ProductLists:
    entry = {"id": "shirt", "effect": "APPLY_FROM_MOST_EXPENSIVE", "skip_initially": 1, "repeat": 2}
    return ProductLists(included=(ProductEntry.model_validate({**entry, "target": target}),))


_CAPPED: Final = ProductLists(
    included=(
        ProductEntry(id="p", quantity_limit=1, aggregated_quantity_limit=1),
        ProductEntry(id="q", quantity_limit=2, aggregated_quantity_limit=3),
    )
)

VECTORS: Final = [
    Vector(
        1,
        {
            "amount": 20_050,
            "items": [line(1, 3_000), line(1, 2_000), line(2, 1_000, amount=1_000)],
        },
        [percent(10)],
        [Totals(2_005, 0, 18_045, 20_050)],
        [0, 0, 0],
    ),
    Vector(
        2,
        _TWO_OF_FOUR,
        [amount(1_000, ITEMS)],
        [Totals(0, 2_000, 193_000, 195_000)],
        [1_000, 1_000, 0, 0],
        _A_AND_B,
    ),
    Vector(
        3,
        _TWO_OF_FOUR,
        [amount(1_000, PROPORTIONALLY)],
        [Totals(0, 1_000, 194_000, 195_000)],
        [200, 800, 0, 0],
        _A_AND_B,
    ),
    Vector(
        4,
        _LAST_NOT,
        [amount(1_000, ITEMS)],
        [Totals(0, 3_000, 14_500, 17_500)],
        [1_000, 1_000, 1_000, 0],
        _NOT_LAST,
    ),
    Vector(
        6,
        _LAST_NOT,
        [amount(1_000, PROPORTIONALLY)],
        [Totals(0, 1_000, 16_500, 17_500)],
        [160, 360, 480, 0],
        _NOT_LAST,
    ),
    Vector(
        8,
        _LAST_NOT,
        [percent(10, ITEMS)],
        [Totals(0, 1_250, 16_250, 17_500)],
        [200, 450, 600, 0],
        _NOT_LAST,
    ),
    Vector(
        9,
        _LAST_NOT,
        [fixed(1_000, ITEMS)],
        [Totals(0, 4_500, 13_000, 17_500)],
        [0, 1_500, 3_000, 0],
        _NOT_LAST,
    ),
    Vector(
        10,
        _FIVE,
        [amount(500, ITEMS)],
        [Totals(0, 1_000, 21_500, 22_500)],
        [0, 500, 0, 500, 0],
        _every_second("ITEM"),
    ),
    Vector(
        11,
        _FIVE,
        [amount(500, BY_QUANTITY)],
        [Totals(0, 3_500, 19_000, 22_500)],
        [500, 1_500, 500, 1_000, 0],
        _every_second("UNIT"),
    ),
    Vector(
        13,
        {"amount": 200_000},
        [gift(100), percent(20), amount(8_000)],
        [
            Totals(100, 0, 199_900, 200_000),
            Totals(40_080, 0, 159_920, 200_000),
            Totals(48_080, 0, 151_920, 200_000),
        ],
    ),
    Vector(
        16,
        {"items": [line(1, 2_000), line(1, 700)]},
        [amount(1_000, ITEMS), amount(0), gift(100), percent(40), amount(30)],
        [
            Totals(0, 1_700, 1_000, 2_700),
            Totals(0, 1_700, 1_000, 2_700),
            Totals(100, 1_700, 900, 2_700),
            Totals(460, 1_700, 540, 2_700),
            Totals(490, 1_700, 510, 2_700),
        ],
        [1_000, 700],
    ),
    Vector(
        18,
        _EXPLICIT,
        [gift(2_000)],
        [Totals(2_000, 0, 4_000, 6_000)],
        [0, 0],
    ),
    Vector(
        19,
        {"items": [line(1, 1_600, "a"), line(1, 3_000, "b")]},
        [gift(300, ITEMS)],
        [Totals(0, 300, 4_300, 4_600)],
        [0, 300],
        ProductLists(included=(ProductEntry(id="b"),)),
    ),
    Vector(
        17,
        _EXPLICIT,
        [amount(300, PROPORTIONALLY)],
        [Totals(0, 300, 5_700, 6_000)],
        [148, 152],
    ),
    Vector(
        21,
        {
            "items": [
                line(1, 6_500),
                line(1, 6_000),
                line(1, 2_000),
                line(2, 5_000),
                line(2, 11_000),
            ]
        },
        [percent(10)],
        [Totals(4_650, 0, 41_850, 46_500)],
        [0, 0, 0, 0, 0],
    ),
    Vector(
        24,
        _SIX,
        [fixed(800, ITEMS)],
        [Totals(0, 67_300, 4_800, 72_100)],
        [2_100, 2_300, 2_100, 900, 700, 59_200],
    ),
    Vector(
        34,
        {"items": [line(1, 200_000), line(1, 200_000)]},
        [percent(10), amount(500)],
        [Totals(40_000, 0, 360_000, 400_000), Totals(40_500, 0, 359_500, 400_000)],
        [0, 0],
    ),
    Vector(
        35,
        {"amount": 10_000},
        [percent(10), percent(20)],
        [Totals(1_000, 0, 9_000, 10_000), Totals(2_800, 0, 7_200, 10_000)],
    ),
    Vector(
        43,
        {"items": [line(4, 1_000, "p"), line(3, 1_000, "q"), line(2, 1_000, "q")]},
        [amount(500, BY_QUANTITY)],
        [Totals(0, 2_000, 7_000, 9_000)],
        [500, 1_000, 500],
        _CAPPED,
    ),
]


@dataclass(frozen=True)
class UnitLine:
    """A line after free units: `amount` None and `discount` 0 are left out on the wire."""

    quantity: int
    initial_quantity: int
    free: int = 0
    initial_amount: int | None = None
    amount: int | None = None
    discount: int = 0


@dataclass(frozen=True)
class UnitVector:
    """A vector of free units: the order, the discount, A, I, ID and T, and its lines after it."""

    number: int
    order: Mapping[str, object]
    discount: Mapping[str, object]
    amounts: tuple[int, int, int, int]
    lines: list[UnitLine]
    catalogue: Mapping[str, CatalogueItem] = field(default_factory=dict)


@dataclass(frozen=True)
class RuleVector:
    """A vector of rules: an order, discounts each with what must hold, and what becomes of each.

    What applies comes to totals, what does not to the key of its refusal; `lines` as in `Vector`.
    """

    number: int
    order: Mapping[str, object]
    redeemables: list[tuple[dict[str, object], dict[str, JsonValue]]]
    outcomes: list[Totals | str]
    lines: list[int] = field(default_factory=list)


_ANYTIME: Final[dict[str, JsonValue]] = {}
_CART: Final = {"amount": 1_050}
_COUPON: Final = sent_rules(
    a_sent_rule("order.amount", {"$more_than": [1_000]}),
    a_sent_rule("order.initial_amount", {"$less_than": [1_100]}),
)
_REFUSED: Final = "order_rules_violated"
_MARKED: Final = a_sent_rule(
    "product.id",
    {"$is": ["first", "second"]},
    within=[a_sent_rule("product.discount_applicable", {"$is": [True]})],
)

RULE_VECTORS: Final = [
    RuleVector(
        37,
        {"amount": 10_500},
        [
            (percent(10), _ANYTIME),
            (percent(20), sent_rules(a_sent_rule("order.amount", {"$more_than": [10_000]}))),
        ],
        [Totals(1_050, 0, 9_450, 10_500), _REFUSED],
    ),
    RuleVector(
        39,
        _CART,
        [(amount(200), _COUPON), (gift(100), _ANYTIME)],
        [Totals(200, 0, 850, 1_050), Totals(300, 0, 750, 1_050)],
    ),
    RuleVector(
        39,
        _CART,
        [(gift(100), _ANYTIME), (amount(200), _COUPON)],
        [Totals(100, 0, 950, 1_050), _REFUSED],
    ),
    RuleVector(
        40,
        {"items": [line(1, 12_000, "first"), line(1, 22_000, "second")]},
        [(percent(10, ITEMS), sent_rules(_MARKED))],
        [Totals(0, 3_400, 30_600, 34_000)],
        [1_200, 2_200],
    ),
]


def free_units(count: int, of: str, effect: str) -> dict[str, object]:
    """UNIT."""
    return {"type": "UNIT", "effect": effect, "unit_off": count, "unit_type": of}


MISSING: Final = "ADD_MISSING_ITEMS"
NEW: Final = "ADD_NEW_ITEMS"
_PRICES: Final = (2_900, 3_100, 2_900, 1_700, 1_500, 60_000)
_SIX_PRODUCTS: Final = {
    "items": [line(1, price, f"prod_{place}") for place, price in enumerate(_PRICES)]
}
_ALONE: Final = [UnitLine(1, 1, 0, price, price) for price in _PRICES]


def _item(name: str, price: int | None, *, is_sku: bool = False) -> Mapping[str, CatalogueItem]:
    product = "prod_of_it" if is_sku else name
    return {name: CatalogueItem(name, None, None, price, product, is_sku)}


UNIT_VECTORS: Final = [
    UnitVector(
        25,
        _SIX_PRODUCTS,
        free_units(23, "prod_3", MISSING),
        (109_500, 72_100, 39_100, 70_400),
        [*_ALONE[:3], UnitLine(23, 1, 23, 1_700, 39_100, 39_100), *_ALONE[4:]],
    ),
    UnitVector(
        27,
        _SIX_PRODUCTS,
        free_units(45, "sku_of_it", NEW),
        (9_522_100, 72_100, 9_450_000, 72_100),
        [*_ALONE, UnitLine(45, 0, 45, 0, 9_450_000, 9_450_000)],
        _item("sku_of_it", 210_000, is_sku=True),
    ),
    UnitVector(
        28,
        _SIX_PRODUCTS,
        free_units(8, "prod_500", NEW),
        (76_100, 72_100, 4_000, 72_100),
        [*_ALONE, UnitLine(8, 0, 8, 0, 4_000, 4_000)],
        _item("prod_500", 500),
    ),
    UnitVector(
        29,
        _SIX_PRODUCTS,
        free_units(1, "shipping", MISSING),
        (72_100, 72_100, 0, 72_100),
        [*_ALONE, UnitLine(1, 0, 1)],
        _item("shipping", None),
    ),
    UnitVector(
        31,
        {"amount": 6_000, "items": [line(1, 2_900, "first"), line(1, 3_100, "second")]},
        {
            "type": "UNIT",
            "effect": "ADD_MANY_ITEMS",
            "units": [
                {"unit_off": 1, "unit_type": "first", "effect": MISSING},
                {"unit_off": 1, "unit_type": "second", "effect": NEW},
            ],
        },
        (9_100, 6_000, 6_000, 3_100),
        [UnitLine(1, 1, 1, 2_900, 2_900, 2_900), UnitLine(2, 1, 1, 3_100, 6_200, 3_100)],
    ),
    UnitVector(
        32,
        {"items": [line(1, 1_000, "mug"), line(2, 2_500, "cup")]},
        free_units(1, "mug", NEW),
        (7_000, 6_000, 1_000, 6_000),
        [UnitLine(2, 1, 1, 1_000, 2_000, 1_000), UnitLine(2, 2, 0, 5_000, 5_000)],
    ),
]
