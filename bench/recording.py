"""What the handlers send to the store, taken down once and sent again bare.

The bare side of a comparison is the same calls with the same bytes from a client of the same
configuration, their parameters built beforehand: nothing is loaded, decided or rendered.
"""

from __future__ import annotations

import copy
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from botocore import xform_name

from bench.metering import capacity_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from botocore.client import BaseClient
    from botocore.model import OperationModel
    from pydantic import JsonValue

Parameters = dict[str, object]


class Sent(NamedTuple):
    """One call: the client's method and its parameters."""

    method: str
    parameters: Parameters


@dataclass
class Recording:
    """The calls of a stretch of time, and the units that they cost."""

    calls: list[Sent] = field(default_factory=list)
    capacity: float = 0.0


@contextmanager
def recording(client: BaseClient) -> Iterator[Recording]:
    """All calls of `client` while the block lasts."""
    taken = Recording()

    def before(params: Parameters, model: OperationModel, **_: object) -> None:
        taken.calls.append(Sent(xform_name(model.name), copy.deepcopy(params)))

    def after(parsed: dict[str, JsonValue], **_: object) -> None:
        taken.capacity += capacity_of(parsed.get("ConsumedCapacity"))

    client.meta.events.register("provide-client-params.dynamodb", before)
    client.meta.events.register("after-call.dynamodb", after)
    try:
        yield taken
    finally:
        client.meta.events.unregister("provide-client-params.dynamodb", before)
        client.meta.events.unregister("after-call.dynamodb", after)


def replayed(
    client: BaseClient, calls: Sequence[Sent], tables: tuple[str, str]
) -> Callable[[], None]:
    """Sends `calls` again when called, to the second of `tables` in place of the first."""
    ready = [(getattr(client, sent.method), _moved(sent.parameters, tables)) for sent in calls]

    def send() -> None:
        for method, parameters in ready:
            method(**parameters)

    return send


def _moved(parameters: Parameters, tables: tuple[str, str]) -> Parameters:
    """The parameters for the other table; a token that was used there is another one here."""
    moved = _renamed(parameters, tables)
    token = moved.get("ClientRequestToken")
    return {**moved, "ClientRequestToken": str(token)[::-1]} if token is not None else moved


def _renamed(value: Parameters, tables: tuple[str, str]) -> Parameters:
    here, there = tables

    def renamed(part: object) -> object:
        if isinstance(part, dict):
            return {there if name == here else name: renamed(each) for name, each in part.items()}
        if isinstance(part, list):
            return [renamed(each) for each in part]
        return there if part == here else part

    return {name: renamed(part) for name, part in value.items()}
