"""Where a backtest goes on: its range, the last order that was looked at, and the sums so far.

A cursor is text that means nothing to clients. It is signed with what it is a cursor of, so that
none leads into another backtest. That is no secret: who makes one up has made up the sums too.
"""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

from counterfoil.domain.backtests import Backtest, Sums
from counterfoil.domain.errors import InvalidPayload
from counterfoil.domain.timestamps import from_iso, iso

if TYPE_CHECKING:
    from counterfoil.domain.backtest_payloads import BacktestPayload

_DAYS: Final = timedelta(days=30)
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
_TIME: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"
_SIGNATURE_BYTES: Final = 12

_Time = Annotated[str, Field(pattern=f"^{_TIME}$")]


class Cursor(BaseModel):
    """The range, both ends excluded, as the first call had it; in it what was looked at last.

    `place` is a sort key of the list of orders, None before the first. `sums` are those of all
    pages so far.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    after: _Time
    before: _Time
    place: Annotated[str, Field(pattern=f"^{_TIME}#ord_[0-9A-Za-z]{{1,60}}$")] | None = None
    sums: Sums = Sums()


@dataclass(frozen=True, slots=True)
class Asked:
    """What makes one backtest another: everything that is asked but how much at a time.

    The range is as it was sent: left out, each call would have another.
    """

    project: str
    rules: str
    after: str | None = None
    before: str | None = None
    statuses: tuple[str, ...] = ()

    @staticmethod
    def of(project: str, rules: str, payload: BacktestPayload) -> Asked:
        """What `payload` asks of the set of rules."""
        return Asked(
            project,
            rules,
            None if payload.times.after is None else iso(payload.times.after),
            None if payload.times.before is None else iso(payload.times.before),
            tuple(sorted(set(payload.status or ()))),
        )

    def start(self, now: datetime) -> Cursor:
        """Before the first order of the range: the 30 days until `now`, unless it was sent."""
        before = iso(now) if self.before is None else self.before
        until = from_iso(before)
        # The calendar has a first day.
        earliest = until - min(_DAYS, until - _EARLIEST)
        return Cursor(after=iso(earliest) if self.after is None else self.after, before=before)

    def written(self, cursor: Cursor) -> str:
        """`cursor` as clients are given it."""
        return self.signed(cursor.model_dump_json(exclude_defaults=True).encode())

    def signed(self, body: bytes) -> str:
        """The text of a cursor that says `body`."""
        told = (self.project, self.rules, self.after, self.before, self.statuses)
        signature = sha256(to_json(told) + b"\0" + body).digest()[:_SIGNATURE_BYTES]
        return urlsafe_b64encode(signature + body).decode().rstrip("=")

    def read(self, text: str) -> Cursor:
        """The cursor that was written as `text`. Raises InvalidPayload for any other text."""
        message = "Property .cursor is no cursor of this backtest"
        try:
            whole = b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            found = Cursor.model_validate_json(whole[_SIGNATURE_BYTES:])
        except ValueError as error:
            raise InvalidPayload(message) from error
        known = Backtest.of(self.rules, self.project).rules.checks
        is_mine = self.written(found) == text and known.keys() >= found.sums.failed.keys()
        if not is_mine or not found.sums.are_credible:
            raise InvalidPayload(message)
        return found
