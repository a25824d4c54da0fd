"""Orders and carts."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from local.reference.wire.common import Count, ListObject, Metadata, Minor, Timestamp

OrderStatus = Literal["CREATED", "PAID", "CANCELED", "FULFILLED"]


class CustomerReference(TypedDict):
    """A customer by id."""

    id: str
    object: Literal["customer"]


class LineProduct(TypedDict):
    """A line's product as the line has it."""

    id: NotRequired[str]
    source_id: NotRequired[str]
    name: NotRequired[str]
    price: NotRequired[Minor]
    metadata: NotRequired[Metadata]


class LineSku(TypedDict):
    """A line's SKU as the line has it."""

    id: NotRequired[str]
    source_id: NotRequired[str]
    sku: NotRequired[str]
    price: NotRequired[Minor]
    metadata: NotRequired[Metadata]


class OrderLine(TypedDict):
    """One line; what is not known or zero is left out.

    `amount` is `price` times `quantity`; `subtotal_amount` is what is left of it after
    `discount_amount`. `applied_*` is what this request did, and only its own answer tells it.
    """

    object: Literal["order_item"]
    id: str
    product_id: NotRequired[str]
    sku_id: NotRequired[str]
    source_id: NotRequired[str]
    related_object: NotRequired[Literal["product", "sku"]]
    quantity: NotRequired[Count]
    initial_quantity: NotRequired[int]
    discount_quantity: NotRequired[Count]
    applied_discount_quantity: NotRequired[Count]
    applied_quantity: NotRequired[int]
    applied_quantity_amount: NotRequired[Minor]
    price: NotRequired[Minor]
    amount: NotRequired[Minor]
    initial_amount: NotRequired[Minor]
    subtotal_amount: NotRequired[Minor]
    discount_amount: NotRequired[Minor]
    applied_discount_amount: NotRequired[Minor]
    product: NotRequired[LineProduct]
    sku: NotRequired[LineSku]
    metadata: NotRequired[Metadata]


class OrderAmounts(TypedDict):
    """`total_amount` is `amount` less `total_discount_amount`; discounts that are zero are left
    out, and everything of an order whose amount is not known.
    """

    amount: NotRequired[Minor]
    initial_amount: NotRequired[Minor]
    discount_amount: NotRequired[Minor]
    items_discount_amount: NotRequired[Minor]
    total_discount_amount: NotRequired[Minor]
    applied_discount_amount: NotRequired[Minor]
    items_applied_discount_amount: NotRequired[Minor]
    total_applied_discount_amount: NotRequired[Minor]
    total_amount: NotRequired[Minor]


class OrderPeople(TypedDict):
    """Customer and referrer: by id, and embedded where there is one."""

    customer_id: str | None
    referrer_id: str | None
    customer: NotRequired[CustomerReference]
    referrer: NotRequired[CustomerReference]


class OrderRedemption(TypedDict):
    """A redemption on the order, under its id, with the rollback that undid it."""

    date: Timestamp
    related_object_type: Literal["voucher", "promotion_tier", "redemption"]
    related_object_id: str
    related_object_parent_id: NotRequired[str]
    stacked: NotRequired[list[str]]
    rollback_id: NotRequired[str]
    rollback_date: NotRequired[Timestamp]
    rollback_stacked: NotRequired[list[str]]


class Order(OrderAmounts, OrderPeople):
    """An order. It answers to its `id` and to its `source_id`."""

    id: str
    source_id: str | None
    created_at: Timestamp
    updated_at: Timestamp | None
    status: OrderStatus
    metadata: Metadata
    items: list[OrderLine]
    redemptions: NotRequired[dict[str, OrderRedemption]]
    object: Literal["order"]


class CalculatedOrder(OrderAmounts, OrderPeople):
    """An order as it would be; one that is not stored has no id, status and times yet."""

    id: NotRequired[str]
    source_id: NotRequired[str | None]
    created_at: NotRequired[Timestamp]
    updated_at: NotRequired[Timestamp | None]
    status: NotRequired[OrderStatus]
    metadata: Metadata
    items: NotRequired[list[OrderLine]]
    redemptions: NotRequired[dict[str, OrderRedemption]]
    object: Literal["order"]


class OrderSnapshot(OrderAmounts, OrderPeople):
    """An order as a record keeps it: its amounts at that time, without its lines.

    The answer to a redemption or rollback itself has the whole order here.
    """

    id: str
    source_id: str | None
    created_at: Timestamp
    updated_at: Timestamp | None
    status: OrderStatus
    metadata: NotRequired[Metadata]
    items: NotRequired[list[OrderLine]]
    redemptions: NotRequired[dict[str, OrderRedemption]]
    object: Literal["order"]


class OrderList(TypedDict):
    """A page of orders; `total` counts all that there are."""

    object: ListObject
    data_ref: Literal["orders"]
    orders: list[Order]
    total: Count
    has_more: bool
    next_cursor: NotRequired[str]
