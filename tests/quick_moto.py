"""moto without its copies: it copies the whole table, deeply, for every action of a transaction.

What a transaction may have to go back to is the items as they were. An update works on a copy of
its item here, so that those stay as they are, and a table is copied without copying them.
"""

import copy
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from typing import Any

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table


def install() -> None:
    """From now on, in this process."""
    Table.__deepcopy__ = _with_the_same_items  # type: ignore[attr-defined]  # it has none of its own
    DynamoDBBackend.update_item = _on_a_copy(DynamoDBBackend.update_item)  # type: ignore[method-assign, assignment]  # any arguments


def _with_the_same_items(table: Table, _known: dict[int, object]) -> Table:
    copied = copy.copy(table)
    copied.items = defaultdict(dict, {each: dict(of) for each, of in table.items.items()})
    return copied


def _on_a_copy(update_item: Callable[..., object]) -> Callable[..., object]:
    @wraps(update_item)
    def update(
        backend: DynamoDBBackend,
        table_name: str,
        key: dict[str, Any],
        *args: object,
        **more: object,
    ) -> object:
        table = backend.tables[table_name]
        known = table.items.get(DynamoType(key[table.hash_key_attr]), {})
        place = DynamoType(key[str(table.range_key_attr)])
        if place in known:
            known[place] = copy.deepcopy(known[place])
        return update_item(backend, table_name, key, *args, **more)

    return update
