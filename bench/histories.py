"""Customers with a past: their history's items as so many orders would have left them.

Written into the table in bulk, not by orders: what reads them cannot tell, and a hundred thousand
of them take seconds. Which items and attributes these are is asked of the code that keeps them.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Final

from counterfoil.domain import ids
from counterfoil.domain.purchase_history import Contribution
from counterfoil.domain.timestamps import iso
from counterfoil.storage import history
from counterfoil.storage.marshal import Attributes, number, typed_item

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import WriteRequestOutputTypeDef, WriteRequestTypeDef

    from counterfoil.storage.keys import Key

DAYS: Final = 400
PASTS: Final = (0, 1_000, 100_000)
_AMOUNT: Final = 4_200
_AT_ONCE: Final = 25


def regular(past: int) -> str:
    """The source_id of the customer with so many past orders."""
    return f"regular-{past}@shop.test"


def items_of_regulars(project: str, until: datetime) -> Mapping[Key, Attributes]:
    """The history of all of them."""
    return {
        key: item
        for past in PASTS
        for key, item in items_after(
            project, past_orders(ids.customer_id(project, regular(past)), past, until)
        ).items()
    }


def past_orders(customer_id: str, count: int, until: datetime) -> Iterator[Contribution]:
    """`count` counted orders of a customer, spread evenly over the 400 days before `until`."""
    for place in range(count):
        at = until - timedelta(days=DAYS) * (place + 1) / (count + 1)
        day = at.astimezone(UTC).date().isoformat()
        yield Contribution(customer_id, day, iso(at), f"ord_{place:024d}", _AMOUNT)


def items_after(project: str, orders: Iterator[Contribution]) -> Mapping[Key, Attributes]:
    """What the history's items hold once `orders` are counted, and nothing else was."""
    items: dict[Key, Attributes] = {}
    for order in orders:
        for action in history.moved(project, None, order):
            item = items.setdefault(action.key, {})
            item.update(action.sets)
            for name, amount in action.adds.items():
                item[name] = number(item.get(name, 0)) + amount
    return items


def write(client: DynamoDBClient, table: str, items: Mapping[Key, Attributes]) -> None:
    """Puts `items`, whatever there was; about ten thousand a second with dynoxide."""
    puts = [_put({**key._asdict(), **item}) for key, item in items.items()]
    for first in range(0, len(puts), _AT_ONCE):
        left: Sequence[WriteRequestTypeDef | WriteRequestOutputTypeDef]
        left = puts[first : first + _AT_ONCE]
        while left:
            answer = client.batch_write_item(RequestItems={table: left})
            left = answer["UnprocessedItems"].get(table, [])


def _put(item: Attributes) -> WriteRequestTypeDef:
    return {"PutRequest": {"Item": typed_item(item)}}
