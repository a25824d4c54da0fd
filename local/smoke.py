"""`make smoke`: the built functions on real events, as Lambda would run them."""

import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from statistics import median
from typing import IO, Final

from pydantic import BaseModel, JsonValue, TypeAdapter

from local import template
from local.emulator import Runtime, emulated, post
from local.emulator import prepare as prepare_runtime
from local.errors import LocalError, ToolError
from local.event import Event
from local.install import LOCAL
from local.invoke import load_event
from local.settings import Settings
from local.store import enter, fresh, prepare
from local.template import ROOT, Template

SEEDED_BY: Final = "CreateVoucherWithCode"
CALLED: Final = ("CreateOrder", "RedeemStack")
WARM_ROUNDS: Final = 5
OK: Final = 200
LOG: Final = LOCAL / "smoke.log"
HEADERS: Final = TypeAdapter(dict[str, JsonValue])


class _Redeemable(BaseModel):
    object: str
    id: str


class _Stack(BaseModel):
    redeemables: tuple[_Redeemable, ...]


@dataclass(frozen=True)
class Bench:
    """What all calls of one run share."""

    runtime: Runtime
    described: Template
    environment: Mapping[str, str]
    log: IO[bytes]

    def call(self, logical_id: str, events: Sequence[Event]) -> list[float]:
        """Milliseconds of each event, the first one cold; ToolError unless all are answered 200."""
        function = self.described.functions[logical_id]
        times = []
        with emulated(self.runtime, function, self.environment, self.log) as address:
            for event in events:
                began = time.perf_counter()
                answer = post(address, event)
                times.append((time.perf_counter() - began) * 1000)
                if answer.get("statusCode") != OK:
                    raise ToolError(f"{logical_id} answered {answer}; see {LOG.relative_to(ROOT)}")
        return times


def smoke() -> None:
    """Raises LocalError when a built function does not answer its event with 200."""
    runtime = prepare_runtime()
    settings = replace(Settings.of(os.environ), app_id="local-app", app_token="local-token")  # noqa: S106  # the events hold them
    described = template.load()
    with ExitStack() as started:
        store = started.enter_context(fresh(settings))
        enter(store)
        prepare(store, described, settings)
        log = started.enter_context(LOG.open("wb"))
        bench = Bench(runtime, described, store.environment, log)
        _seed(bench, load_event("RedeemStack"))
        for logical_id in CALLED:
            event = load_event(logical_id)
            cold, *warm = bench.call(logical_id, [event] * (1 + WARM_ROUNDS))
            print(f"{logical_id}: 200, cold {cold:.0f} ms, warm {median(warm):.1f} ms", flush=True)


def _seed(bench: Bench, stack: Event) -> None:
    """Creates the vouchers that the event redeems, each through the built function."""
    wanted = _Stack.model_validate_json(str(stack["body"])).redeemables
    for redeemable in wanted:
        if redeemable.object == "voucher":
            bench.call(SEEDED_BY, [_renamed(load_event(SEEDED_BY), redeemable.id)])


def _renamed(event: Event, code: str) -> Event:
    """The event with another code in its path, and as a request of its own."""
    headers = HEADERS.validate_python(event["headers"])
    headers.pop("idempotency-key", None)
    path = f"/v1/vouchers/{code}"
    return {**event, "headers": headers, "rawPath": path, "pathParameters": {"code": code}}


def main() -> int:
    """0 when both functions answered 200."""
    try:
        smoke()
    except LocalError as error:
        print(f"counterfoil: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
