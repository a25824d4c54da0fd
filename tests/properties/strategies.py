"""What clients may send and what may become of it, from pools small enough to collide."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeAlias, get_args

from hypothesis import strategies as st
from pydantic import JsonValue

from counterfoil.domain.allocations import Allocation
from counterfoil.domain.discount_definitions import effects_of
from counterfoil.domain.discounts import KINDS
from counterfoil.domain.ids import RequestIds
from counterfoil.domain.item_selection import ProductEntry, ProductLists
from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.domain.orders import Order, OrderStatus, draft, upserted
from counterfoil.domain.outcomes import Applicable
from counterfoil.domain.records import Record
from counterfoil.domain.redemptions import redeem
from counterfoil.domain.stacking import Evaluation
from counterfoil.domain.timestamps import whole_millis
from counterfoil.domain.unit_discounts import CatalogueItem, UnitOff
from counterfoil.domain.vouchers import Voucher
from tests.builders import (
    NOW,
    ORDER_ID,
    a_candidate,
    a_counter,
    a_rule,
    a_voucher,
    amount_off,
    an_entry,
    circumstances,
    percent_off,
    redeemed,
    request_ids,
    rolled_back,
)

NOBODY: Final = (None, None)
PAID: Final = OrderStatus.PAID
STATUSES: Final = st.sampled_from(OrderStatus)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**37), 10**37),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
)
json_values: st.SearchStrategy[JsonValue] = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=5,
)
metadata = st.dictionaries(texts, json_values, max_size=3)
instants = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone itself
    max_value=datetime(2026, 3, 14),  # noqa: DTZ001
    timezones=st.just(UTC),
).map(whole_millis)

amounts = st.integers(0, 300)
line_ids = st.builds(
    lambda request, index: request_ids(request).line(index), st.integers(1, 2), st.integers(0, 2)
)


Fields: TypeAlias = st.SearchStrategy[dict[str, object]]


def some_of(**fields: st.SearchStrategy[object]) -> Fields:
    """Any of the fields, each named or not."""
    return st.fixed_dictionaries({}, optional=fields)


def with_fields(some: Fields, **always: st.SearchStrategy[object]) -> Fields:
    """`some` fields and all of the others."""
    return st.builds(dict.__or__, some, st.fixed_dictionaries(always))


products = some_of(
    id=st.sampled_from(["prod_1", "prod_2"]),
    source_id=st.sampled_from(["mug", "cup"]),
    name=texts,
    price=amounts,
    metadata=metadata,
)
skus = some_of(
    id=st.sampled_from(["sku_1", "sku_2"]),
    source_id=st.sampled_from(["red", "blue"]),
    sku=texts,
    price=amounts,
)
any_lines = some_of(
    id=line_ids,
    product_id=st.sampled_from(["prod_1", "prod_2"]),
    sku_id=st.sampled_from(["sku_1", "sku_2"]),
    source_id=st.sampled_from(["mug", "cup"]),
    related_object=st.sampled_from(["product", "sku"]),
    quantity=st.integers(0, 3),
    initial_quantity=st.integers(1, 3),
    amount=amounts,
    price=amounts,
    product=products,
    sku=skus,
    metadata=metadata,
)
priced_lines = with_fields(any_lines, source_id=st.sampled_from(["mug", "cup"]), price=amounts)
carts = st.lists(st.one_of(any_lines, priced_lines), max_size=5)
any_orders = some_of(
    source_id=st.sampled_from(["web-1", "web-2"]),
    status=STATUSES,
    amount=st.integers(0, 1_000),
    items=carts,
    metadata=metadata,
    created_at=instants,
)
order_payloads = st.one_of(
    any_orders, with_fields(any_orders, items=st.lists(priced_lines, min_size=1, max_size=3))
).map(OrderPayload.model_validate)

percentages = st.integers(0, 10_000).map(lambda hundredths: hundredths / 100)
small = st.integers(0, 4)
product_entries = st.builds(
    ProductEntry.model_validate,
    with_fields(
        some_of(
            effect=st.sampled_from(get_args(ProductEntry.model_fields["effect"].annotation)),
            target=st.sampled_from(["ITEM", "UNIT"]),
            skip_initially=small,
            repeat=st.integers(1, 3),
            quantity_limit=small,
            aggregated_quantity_limit=small,
            amount_limit=amounts,
            aggregated_amount_limit=amounts,
            price=amounts,
        ),
        object=st.sampled_from(["product", "sku"]),
        source_id=st.sampled_from(["mug", "cup", "prod_1", "sku_1"]),
    ),
)
entry_lists = st.lists(product_entries, max_size=3).map(tuple)
product_lists = st.builds(
    ProductLists, included=entry_lists, excluded=entry_lists, included_all=st.booleans()
)
money_discounts = st.one_of(
    *(
        st.builds(
            kind.model_validate,
            with_fields(
                some_of(amount_limit=amounts, aggregated_amount_limit=amounts),
                type=st.just(name),
                effect=st.sampled_from(effects_of(kind)),
                amount_off=amounts,
                percent_off=percentages,
                fixed_amount=amounts,
            ),
        )
        for name, kind in KINDS.items()
        if name != "UNIT"
    )
)
unit_types = st.sampled_from(["prod_1", "sku_1", "mug", "red", "gift", "shipping", "unknown"])
CATALOGUE: Final = {
    "mug": CatalogueItem("prod_1", "mug", "Mug", 70, "prod_1"),
    "sku_1": CatalogueItem("sku_1", "red", "Red mug", 80, "prod_1", is_sku=True),
    "gift": CatalogueItem("prod_3", "gift", "Gift", 150, "prod_3"),
    "shipping": CatalogueItem("prod_4", "shipping", "Shipping", None, "prod_4"),
}
one_kind = st.fixed_dictionaries(
    {
        "effect": st.sampled_from(["ADD_MISSING_ITEMS", "ADD_NEW_ITEMS"]),
        "unit_off": st.integers(0, 5),
        "unit_type": unit_types,
    }
)
unit_discounts = st.one_of(
    one_kind,
    st.fixed_dictionaries(
        {
            "effect": st.just("ADD_MANY_ITEMS"),
            "units": st.lists(one_kind, min_size=1, max_size=3),
        }
    ),
).map(lambda fields: UnitOff.model_validate({"type": "UNIT", **fields}))
discounts = st.one_of(money_discounts, unit_discounts)
item_vouchers = st.builds(
    lambda discount, lists: a_voucher("ITEMS", discount.model_dump(), rule=a_rule(lists)),
    discounts,
    st.none() | product_lists,
)
unit_vouchers = st.builds(
    lambda discount: a_voucher("FREE", discount.model_dump(exclude_none=True)), unit_discounts
)
vouchers = st.one_of(
    st.builds(amount_off, st.integers(0, 800)),
    st.builds(percent_off, percentages, limit=st.none() | amounts),
    item_vouchers,
)


@dataclass(frozen=True)
class Redemption:
    """A step of an order's life: these vouchers redeemed in one call."""

    vouchers: tuple[Voucher, ...]


@dataclass(frozen=True)
class LineRedemption:
    """A step of an order's life: up to `most` minor units taken off each of its lines."""

    most: int

    def on(self, order: Order) -> Evaluation:
        """What an item-level discount would do: domain.md §4.2 lets no line go below zero."""
        left, held = order.total_amount or 0, order.line_discounts
        lines: dict[str, int] = {}
        for line in order.items:
            part = min(self.most, (line.amount or 0) - held.get(line.id, 0), left)
            left -= part
            lines |= {line.id: part} if part else {}
        voucher, taken = amount_off(self.most), Allocation(lines=lines)
        after = order.holding(an_entry(0, **lines))
        outcome = Applicable(a_candidate(voucher), voucher, a_counter(), taken, order, after)
        return Evaluation((outcome,), after)


@dataclass(frozen=True)
class Rollback:
    """A step of an order's life: one of its redemptions undone, if one is left."""

    choice: int


Step: TypeAlias = OrderPayload | Redemption | LineRedemption | Rollback
redemptions = st.lists(vouchers, min_size=1, max_size=3).map(tuple).map(Redemption)
steps: st.SearchStrategy[list[Step]] = st.lists(
    st.one_of(
        order_payloads,
        redemptions,
        st.builds(LineRedemption, st.integers(0, 200)),
        st.builds(Rollback, st.integers(0, 5)),
    ),
    max_size=8,
)


@dataclass(frozen=True)
class Life:
    """An order as it stands, and the records of every redemption that still counts."""

    order: Order
    calls: tuple[tuple[Record, ...], ...] = ()

    def after(self, step: Step, ids: RequestIds) -> "Life":
        """The life one step later."""
        match step:
            case OrderPayload():
                return Life(upserted(self.order, step, ids, NOBODY), self.calls)
            case Redemption(vouchers=wanted):
                result = redeemed(self.order, wanted, ids, units=CATALOGUE)
                return Life(result.order, (*self.calls, result.records))
            case LineRedemption():
                facts = circumstances(ids)
                taken = redeem(self.order, step.on(self.order), PAID, facts, stored=True)
                return Life(taken.order, (*self.calls, taken.records))
            case Rollback(choice=choice) if self.calls:
                chosen = choice % len(self.calls)
                undone = rolled_back(self.order, self.calls[chosen], ids=ids)
                return Life(undone.order, (*self.calls[:chosen], *self.calls[chosen + 1 :]))
            case Rollback():
                return self


def lived(first: OrderPayload, then: list[Step]) -> list[Life]:
    """A new order and what each step makes of it; every step is a request of its own."""
    lives = [Life(draft(first, ORDER_ID, request_ids(), NOBODY))]
    for number, step in enumerate(then, start=2):
        lives.append(lives[-1].after(step, request_ids(number, NOW)))
    return lives


lives = st.builds(lived, order_payloads, steps)
orders = lives.map(lambda found: found[-1].order)
