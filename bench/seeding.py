"""Orders by the hundred thousand, as if so many requests had made them.

Written into the table in bulk: what lists them cannot tell. Which items and attributes these are is
asked of the code that keeps them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bench.histories import write
from counterfoil.domain import ids
from counterfoil.domain.order_lines import OrderLine
from counterfoil.domain.orders import Order, OrderStatus
from counterfoil.storage import keys, order_events, orders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes

BUYERS: Final = 1_000
_STATUSES: Final = (OrderStatus.PAID, OrderStatus.CREATED, OrderStatus.FULFILLED)
_AT_ONCE: Final = 5_000


def buyer(number: int) -> str:
    """The source_id of one of the customers."""
    return f"buyer-{number}@shop.test"


def seed(
    client: DynamoDBClient,
    table: str,
    project: str,
    size: tuple[int, int],
    until: datetime,
) -> None:
    """So many orders of so many buyers, a second apart, the last at `until`; the total says it.

    Of one buyer the events are there too, by which their orders are listed.
    """
    batch: dict[Key, Attributes] = {keys.total(project, 0): {"n": size[0]}}
    for order in _orders(project, size, until):
        batch |= _items(project, order)
        if len(batch) >= _AT_ONCE:
            write(client, table, batch)
            batch = {}
    write(client, table, batch)


def _orders(project: str, size: tuple[int, int], until: datetime) -> Iterator[Order]:
    count, buyers = size
    customers = [ids.customer_id(project, buyer(number)) for number in range(buyers)]
    line = OrderLine(id="ordli_0123456789abcde000", source_id="mug", quantity=1, price=900)
    for number in range(count):
        source = f"web-{number:07d}"
        yield Order(
            id=ids.order_id(project, source),
            source_id=source,
            status=_STATUSES[number % len(_STATUSES)],
            initial_amount=900,
            items=(line,),
            customer_id=customers[number % buyers],
            created_at=until - timedelta(seconds=count - number),
        )


def _items(project: str, order: Order) -> dict[Key, Attributes]:
    made = orders.creation(project, order, None, "seed", told=True)
    found = {made.key: made.sets}
    if order.customer_id == ids.customer_id(project, buyer(0)):
        facts = order_events.Facts(order.created_at, "seed")
        happened = order_events.event(project, None, order, (), facts)
        found[happened.key] = happened.sets
    return found
