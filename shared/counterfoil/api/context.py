"""The only reader of the clock, of randomness and of the environment."""

from __future__ import annotations

import gc
import os
import random
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from counterfoil.domain.ids import RequestIds
from counterfoil.domain.timestamps import whole_millis

# A request that outlives its lease by clock skew is still killed before another may hold it.
_LEASE_MARGIN_SECONDS: Final = 2
_FIRST_PAUSE_SECONDS: Final = 0.01
_LONGEST_PAUSE_SECONDS: Final = 0.3
_SEED_BYTES: Final = 32
_WEEK: Final = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_REQUEST_ID_BYTES: Final = 9
_READ: Final = (
    "COUNTERFOIL_TABLE",
    "COUNTERFOIL_TIME_ZONE",
    "COUNTERFOIL_WEEK_START",
    "COUNTERFOIL_TIMEOUT",
    "COUNTERFOIL_QUEUE",
    "COUNTERFOIL_FILES",
    "COUNTERFOIL_DELIVERIES",
    "COUNTERFOIL_PRIVATE_WEBHOOKS",
    "AWS_REGION",
    "AWS_ENDPOINT_URL_DYNAMODB",
    "AWS_ENDPOINT_URL_SQS",
    "AWS_ENDPOINT_URL_S3",
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the template tells a function."""

    table: str
    zone: tzinfo
    timeout_seconds: int
    region: str | None
    endpoint: str | None
    queue: str = ""
    queue_endpoint: str | None = None
    week_start: int = 0
    files: str = ""
    files_endpoint: str | None = None
    deliveries: str = ""
    tells_loopback: bool = False

    @property
    def lease_seconds(self) -> int:
        """How long a request may hold an order: until it is killed for certain."""
        return self.timeout_seconds + _LEASE_MARGIN_SECONDS


def settings() -> Settings:
    """The settings of now; equal environments share one value. Raises KeyError, ValueError."""
    return _settings(tuple(map(os.environ.get, _READ)))


@cache
def _settings(values: tuple[str | None, ...]) -> Settings:
    read = {name: value for name, value in zip(_READ, values, strict=True) if value is not None}
    if not read["COUNTERFOIL_TABLE"]:
        message = "COUNTERFOIL_TABLE is empty"
        raise ValueError(message)
    return Settings(
        table=read["COUNTERFOIL_TABLE"],
        zone=ZoneInfo(read.get("COUNTERFOIL_TIME_ZONE", "UTC")),
        timeout_seconds=int(read.get("COUNTERFOIL_TIMEOUT", "10")),
        region=read.get("AWS_REGION"),
        endpoint=read.get("AWS_ENDPOINT_URL_DYNAMODB"),
        queue=read.get("COUNTERFOIL_QUEUE", ""),
        queue_endpoint=read.get("AWS_ENDPOINT_URL_SQS"),
        week_start=_WEEK.index(read.get("COUNTERFOIL_WEEK_START", _WEEK[0])),
        files=read.get("COUNTERFOIL_FILES", ""),
        files_endpoint=read.get("AWS_ENDPOINT_URL_S3"),
        deliveries=read.get("COUNTERFOIL_DELIVERIES", ""),
        tells_loopback=read.get("COUNTERFOIL_PRIVATE_WEBHOOKS") == "true",
    )


def is_lambda() -> bool:
    """Whether this process is one of Lambda's, be it an emulated one."""
    return "AWS_LAMBDA_RUNTIME_API" in os.environ


def begin_cold_start() -> None:
    """Imports make two hundred thousand objects and hardly any garbage: do not look for it.

    Only in Lambda, where a handler's module always ends in `end_cold_start`.
    """
    if is_lambda():
        gc.disable()


def end_cold_start() -> None:
    """Collect again, but never what the imports made: it stays as long as the process."""
    if is_lambda():
        gc.freeze()
        gc.enable()


def pause(repetition: int) -> None:
    """Wait before the n-th repetition, with full jitter: equal pauses would let rivals meet."""
    longest = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2.0 ** (repetition - 1))
    time.sleep(random.uniform(0, longest))  # noqa: S311  # nobody gains by guessing a pause


def request_ids() -> RequestIds:
    """The randomness and the time of one request."""
    return RequestIds(secrets.token_bytes(_SEED_BYTES), whole_millis(datetime.now(UTC)))


def new_request_id() -> str:
    """Names one request to client and log: `v-` and 18 hex digits."""
    return f"v-{secrets.token_hex(_REQUEST_ID_BYTES)}"


def steady_seconds() -> float:
    """A clock that never goes back, for durations only."""
    return time.monotonic()
