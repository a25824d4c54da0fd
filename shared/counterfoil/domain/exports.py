"""An export: what was asked for, what has become of it, and who may fetch its file.

Source: domain.md §1.14, §2.11. The address of a file holds a token that is signed with the export's
own key, for the export and a time. So it is nowhere kept, a new one can be told whenever the export
is read, and all of them are void when the export is deleted.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from counterfoil.domain.export_fields import COLUMNS
from counterfoil.domain.export_filters import Fitting, fitting
from counterfoil.domain.export_payloads import ParametersPayload

# Files are there for a little longer.
KEPT: Final = timedelta(days=30)
# An address is good for an hour at least, and stays the same for a quarter of one.
_GOOD_SECONDS: Final = 3600
_STEP_SECONDS: Final = 900
_DIGITS: Final = 12
# What a project in it can be is part of a key, of which the store takes 2 KB.
_LONGEST: Final = 1024

ExportStatus = Literal["SCHEDULED", "IN_PROGRESS", "DONE", "ERROR"]


class Parameters(BaseModel):
    """Fields, order and filters as they were resolved; filters in the form of a body."""

    model_config = ConfigDict(frozen=True)

    fields: tuple[str, ...]
    order: str
    filters: dict[str, JsonValue] | None = None

    @property
    def sorted_by(self) -> str:
        """The field that lines are sorted by."""
        return self.order.removeprefix("-")

    @property
    def descending(self) -> bool:
        """Whether the greatest comes first."""
        return self.order.startswith("-")


class Export(BaseModel):
    """One export; `key` signs the addresses of its file, which has `size` bytes when it is done.

    `user_id` is the user of the dashboard who asked for it.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    exported_object: str
    parameters: Parameters
    status: ExportStatus = "SCHEDULED"
    created_at: datetime
    key: str
    size: int = 0
    error: str | None = None
    user_id: str | None = None

    @property
    def ends_at(self) -> datetime:
        """When it is over, its file and all."""
        return self.created_at + KEPT

    @property
    def file_name(self) -> str:
        """What a browser saves it as."""
        return f"{self.exported_object}-{self.created_at:%Y%m%d-%H%M%S}.csv"

    def fits(self, week_start: int) -> Fitting:
        """Which things it is of."""
        return fitting(self.exported_object, self.parameters.filters, week_start)


def parameters_of(
    exported_object: str, sent: ParametersPayload | None, week_start: int
) -> Parameters:
    """What is asked for. Raises InvalidExportFields and InvalidPayload, naming the property."""
    columns = COLUMNS[exported_object]
    asked = sent or ParametersPayload()
    fields, order = columns.chosen(asked.fields or ()), columns.order(asked.order)
    fitting(exported_object, asked.filters, week_start)
    return Parameters(fields=fields, order=order, filters=asked.filters or None)


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a token says: whose export, until when, in seconds, and the proof."""

    project: str
    until: int
    proof: str

    @property
    def text(self) -> str:
        """The token as it travels."""
        return f"{self.until}.{urlsafe_b64encode(self.project.encode()).decode()}.{self.proof}"

    @staticmethod
    def of(text: str) -> Ticket | None:
        """What `text` says; None when it is no token."""
        until, _, rest = text.partition(".")
        project, _, proof = rest.partition(".")
        if not (until.isascii() and until.isdigit() and len(until) <= _DIGITS):
            return None
        if len(text) > _LONGEST:
            return None
        try:
            return Ticket(urlsafe_b64decode(project).decode(), int(until), proof)
        except ValueError:
            return None


def ticket(project: str, export: Export, now: datetime) -> Ticket:
    """The token of an address that is told at `now`."""
    wanted = int(now.timestamp()) + _GOOD_SECONDS
    until = min(
        wanted + -wanted % _STEP_SECONDS,
        int(export.ends_at.timestamp()),
    )
    return Ticket(project, until, _proof(project, export, until))


def admits(shown: Ticket, export: Export, now: datetime) -> bool:
    """Whether `shown` opens the export at `now`."""
    proof = _proof(shown.project, export, shown.until)
    is_ours = hmac.compare_digest(proof.encode(), shown.proof.encode("utf-8", "replace"))
    return is_ours and now < datetime.fromtimestamp(shown.until, UTC)


def _proof(project: str, export: Export, until: int) -> str:
    said = f"{project}\0{export.id}\0{until}".encode()
    return hmac.new(bytes.fromhex(export.key), said, hashlib.sha256).hexdigest()
