"""Whether an engine really serialises conditional writes: without that no race means anything.

A mock granted 107 of a limit of 100 here (architecture.md §7).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from botocore.exceptions import ClientError

from counterfoil.api import context, stores
from counterfoil.storage.client import Client, code_of
from tests.concurrency.crew import Crew
from tests.concurrency.worker import Desk

PROCESSES: Final = 16
TIMES: Final = 8
LIMIT: Final = 40
_LOST: Final = ("ConditionalCheckFailedException", "TransactionCanceledException")
_COUNTER: Final = {"pk": {"S": "probe"}, "sk": {"S": "counter"}}
_LIMITED: Final = {"pk": {"S": "probe"}, "sk": {"S": "limited"}}
_TALLY: Final = {"pk": {"S": "probe"}, "sk": {"S": "tally"}}


@dataclass(frozen=True)
class Increment:
    """Reads a number and writes the next one on condition that it is still that number."""

    table: str

    def run(self, _desk: Desk) -> int:
        client = stores.client(context.settings())
        done = 0
        while done < TIMES:
            seen = _number(client, self.table, _COUNTER)
            done += _wins(
                client.update_item,
                TableName=self.table,
                Key=_COUNTER,
                UpdateExpression="SET n = :next",
                ConditionExpression="attribute_not_exists(n) OR n = :seen",
                ExpressionAttributeValues={":seen": _typed(seen), ":next": _typed(seen + 1)},
            )
        return done


@dataclass(frozen=True)
class Grant:
    """Counts two items up together, as long as the first is below the limit."""

    table: str

    def run(self, _desk: Desk) -> int:
        client = stores.client(context.settings())
        update = {"TableName": self.table, "UpdateExpression": "ADD n :one"}
        one = {":one": _typed(1)}
        limited = {
            **update,
            "Key": _LIMITED,
            "ConditionExpression": "attribute_not_exists(n) OR n < :limit",
            "ExpressionAttributeValues": {**one, ":limit": _typed(LIMIT)},
        }
        tally = {**update, "Key": _TALLY, "ExpressionAttributeValues": one}
        both = [{"Update": limited}, {"Update": tally}]
        return sum(_wins(client.transact_write_items, TransactItems=both) for _ in range(TIMES))


@dataclass(frozen=True)
class Stored:
    """What stands in the end."""

    table: str

    def run(self, _desk: Desk) -> list[int]:
        client = stores.client(context.settings())
        return [_number(client, self.table, key) for key in (_COUNTER, _LIMITED, _TALLY)]


def flaw_of(crew: Crew, table: str) -> str | None:
    """Why the engine cannot be relied upon; None when what it granted is what it has stored."""
    granted = sum(crew.race([Increment(table)] * PROCESSES))
    transacted = sum(crew.race([Grant(table)] * PROCESSES))
    stored = crew.clerk.run(Stored(table))
    if stored == [PROCESSES * TIMES, LIMIT, LIMIT] == [granted, transacted, transacted]:
        return None
    return (
        f"the engine does not serialise conditional writes: granted {granted} and {transacted}"
        f" of {LIMIT}, stored {stored}"
    )


def _wins(call: Callable[..., object], **request: object) -> int:
    try:
        call(**request)
    except ClientError as error:
        if code_of(error) not in _LOST:
            raise
        return 0
    return 1


def _number(client: Client, table: str, key: object) -> int:
    item = client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
    return int(item["n"]["N"]) if item else 0


def _typed(number: int) -> dict[str, str]:
    return {"N": str(number)}
