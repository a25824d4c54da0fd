"""The table as one request sees it: reads, one conditioned write, one transaction, one retry loop.

A call is repeated only when repeating it is harmless: reads, and writes whose condition can hold
only once per request (protocol.md §4).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as StoreConnectionError

from counterfoil.domain.errors import Unavailable
from counterfoil.storage.client import (
    CONNECT_SECONDS,
    READ_SECONDS,
    Answer,
    Client,
    code_of,
    is_item,
    is_passing,
    may_have_run,
)
from counterfoil.storage.keys import Key
from counterfoil.storage.marshal import Attributes, Typed, plain_item, typed_item
from counterfoil.storage.plans import Plan, names_in, request_of, transact_item

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from counterfoil.storage.plans import Action

T = TypeVar("T", bound=Answer)

_BATCH: Final = 100
_REFUSED: Final = "ConditionalCheckFailed"


@dataclass(slots=True)
class Meter:
    """What one request has asked of the store: calls sent, and capacity units used."""

    calls: int = 0
    units: float = 0.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a request may go on trying.

    `left` is the seconds until its answer must be on its way; `pause` waits before the n-th
    repetition, a little longer and more at random each time.
    """

    left: Callable[[], float]
    pause: Callable[[int], None]

    def allows_another(self, reserve: float) -> bool:
        """Whether a call begun now ends, at its slowest, with `reserve` seconds to spare."""
        return self.left() - CONNECT_SECONDS - READ_SECONDS > reserve


@dataclass(frozen=True, slots=True)
class Refusal:
    """An action whose condition did not hold, with the item that stands there, if any."""

    action: Action
    item: Attributes | None


class Refused(Exception):
    """Conditions refused a write, and nothing of it took effect: a decision for operations.

    The refusals come in the order of their guards' precedence. `unsure` tells that an earlier try
    of the same bytes got no answer, so that it may still be on its way.
    """

    def __init__(self, refusals: Sequence[Refusal], *, unsure: bool) -> None:
        super().__init__(", ".join(refusal.action.key.pk for refusal in refusals))
        self.refusals = sorted(refusals, key=lambda refusal: refusal.action.guard.value)
        self.unsure = unsure


@dataclass(slots=True)
class _Tries:
    """What the repetitions of one call have learnt; of a read nothing is ever unsure."""

    reserve: float = 0.0
    reads: bool = False
    count: int = 0
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Store:
    """The table, for one request: its patience and its meter belong to that request alone."""

    client: Client
    table: str
    patience: Patience
    meter: Meter = field(default_factory=Meter)

    def get(self, key: Key, *, consistent: bool = True) -> Attributes | None:
        """One item, strongly consistent unless said otherwise."""
        answer = self._send(
            self.client.get_item,
            {"Key": typed_item(key._asdict()), "ConsistentRead": consistent},
        )
        item = answer.get("Item")
        return plain_item(item) if item else None

    def get_all(
        self, keys: Sequence[Key], *, consistent: bool = True, only: tuple[str, ...] = ()
    ) -> dict[Key, Attributes]:
        """The items of `keys` that exist, in one trip per hundred; not atomic across items.

        Of each, with `only`, no more than its key and these attributes: as dear, but quick to read.
        """
        found: dict[Key, Attributes] = {}
        part = _projection(only) if only else {}
        wanted = [typed_item(key._asdict()) for key in dict.fromkeys(keys)]
        tries = _Tries(reads=True)
        while wanted:
            asked, wanted = wanted[:_BATCH], wanted[_BATCH:]
            request = {self.table: {"Keys": asked, "ConsistentRead": consistent, **part}}
            answer = self._call(self.client.batch_get_item, {"RequestItems": request}, tries)
            for item in answer["Responses"].get(self.table, []):
                attributes = plain_item(item)
                found[_key_of(attributes)] = attributes
            if left_over := answer.get("UnprocessedKeys", {}).get(self.table):
                self._wait(tries)
                wanted += left_over["Keys"]
        return found

    def query(self, question: Question) -> tuple[Attributes, ...]:
        """Items of one partition in the order of their sort key, up to the question's limit.

        Strongly consistent, except on an index, where the store cannot be.
        """
        found: list[Attributes] = []
        request = question.request()
        while True:
            if question.limit is not None:
                request["Limit"] = question.limit - len(found)
            answer = self._send(self.client.query, request)
            found += [plain_item(item) for item in answer.get("Items", [])]
            last = answer.get("LastEvaluatedKey")
            if last is None or len(found) == question.limit:
                return tuple(found)
            request["ExclusiveStartKey"] = last

    def count(self, question: Question) -> int:
        """How many items `question` would find, counted up to its limit."""
        counted = 0
        request = {**question.request(), "Select": "COUNT"}
        while True:
            answer = self._send(self.client.query, request)
            counted += answer["Count"]
            last = answer.get("LastEvaluatedKey")
            if last is None or (question.limit is not None and counted >= question.limit):
                return counted if question.limit is None else min(counted, question.limit)
            request["ExclusiveStartKey"] = last

    def write(self, action: Action, *, reserve: float = 0.0) -> Attributes:
        """One conditioned write outside a transaction; the item after it.

        Raises Refused, and Unavailable.
        """
        tries = _Tries(reserve)
        request = {
            **request_of(action),
            "ReturnValues": "ALL_NEW",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        try:
            answer = self._send(self.client.update_item, request, tries)
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            stands = error.response.get("Item")
            refusal = Refusal(action, plain_item(stands) if is_item(stands) else None)
            raise Refused([refusal], unsure=tries.unsure) from error
        return plain_item(answer["Attributes"])

    def commit(self, plan: Plan, token: str, *, reserve: float = 0.0) -> None:
        """`plan` as one transaction, repeated with the same bytes while that can help.

        `reserve` is the seconds to leave for what must follow if no answer comes. Raises Refused
        when a condition did not hold, Unavailable when no answer came in time.
        """
        plan.require_fitting()
        actions = list(plan)
        items = [transact_item(action, self.table) for action in actions]
        tries = _Tries(reserve)
        try:
            self._call(
                self.client.transact_write_items,
                {"TransactItems": items, "ClientRequestToken": token},
                tries,
            )
        except ClientError as error:
            refusals = _refusals(actions, error)
            if not refusals:
                raise
            raise Refused(refusals, unsure=tries.unsure) from error

    def _send(
        self, call: Callable[..., T], request: dict[str, object], tries: _Tries | None = None
    ) -> T:
        """The answer of a call on the table."""
        return self._call(call, {"TableName": self.table, **request}, tries or _Tries(reads=True))

    def _call(self, call: Callable[..., T], request: dict[str, object], tries: _Tries) -> T:
        """The answer of `call`, tried again while its failure is passing and time is left.

        A call that could not end in time is not begun, be it the first: no call survives the
        response. Raises Unavailable.
        """
        while True:
            if not self.patience.allows_another(tries.reserve):
                raise Unavailable(unknown=tries.unsure and not tries.reads)
            self.meter.calls += 1
            try:
                answer = call(**request, ReturnConsumedCapacity="TOTAL")
            except ClientError as error:
                if not is_passing(error):
                    raise
                tries.unsure = tries.unsure or may_have_run(error)
            except (StoreConnectionError, HTTPClientError):
                tries.unsure = True
            else:
                self._measure(answer)
                return answer
            self._wait(tries)

    def _wait(self, tries: _Tries) -> None:
        tries.count += 1
        if self.patience.allows_another(tries.reserve):
            self.patience.pause(tries.count)

    def _measure(self, answer: Answer) -> None:
        consumed = answer.get("ConsumedCapacity", [])
        for each in consumed if isinstance(consumed, list) else [consumed]:
            self.meter.units += each.get("CapacityUnits", 0.0)


@dataclass(frozen=True, slots=True)
class Question:
    """What a query asks: one partition, of the table or of an index, from one end.

    `starts` narrows to sort keys with that beginning, `between` to those from the first to the
    second, both included; `beyond` is the last item that is known already.
    """

    partition: str
    index: str | None = None
    starts: str | None = None
    between: tuple[str, str] | None = None
    newest_first: bool = False
    limit: int | None = None
    beyond: Attributes | None = None

    def request(self) -> dict[str, object]:
        """The parameters of the query."""
        pk, sk = ("pk", "sk") if self.index is None else (f"{self.index}p", f"{self.index}s")
        condition = f"#{pk} = :pk"
        values: dict[str, Typed] = {":pk": {"S": self.partition}}
        if self.starts is not None:
            condition += f" AND begins_with(#{sk}, :starts)"
            values[":starts"] = {"S": self.starts}
        elif self.between is not None:
            condition += f" AND #{sk} BETWEEN :first AND :last"
            values |= {":first": {"S": self.between[0]}, ":last": {"S": self.between[1]}}
        request: dict[str, object] = {
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": names_in(condition),
            "ExpressionAttributeValues": values,
            "ScanIndexForward": not self.newest_first,
        }
        if self.beyond is not None:
            known = {name: self.beyond[name] for name in {"pk", "sk", pk, sk}}
            request["ExclusiveStartKey"] = typed_item(known)
        return request | (
            {"ConsistentRead": True}
            if self.index is None
            # A name of three characters is the shortest that the store takes.
            else {"IndexName": f"list-{self.index}"}
        )


def _projection(names: tuple[str, ...]) -> dict[str, object]:
    expression = ", ".join(f"#{name}" for name in ("pk", "sk", *names))
    return {"ProjectionExpression": expression, "ExpressionAttributeNames": names_in(expression)}


def _key_of(attributes: Attributes) -> Key:
    return Key(str(attributes["pk"]), str(attributes["sk"]))


def _refusals(actions: Sequence[Action], error: ClientError) -> list[Refusal]:
    """The actions whose conditions a cancelled transaction names, with what stands there."""
    reasons = error.response.get("CancellationReasons", [])
    return [
        Refusal(action, plain_item(stands) if is_item(stands := reason.get("Item")) else None)
        for action, reason in zip(actions, reasons, strict=False)
        if reason.get("Code") == _REFUSED
    ]
