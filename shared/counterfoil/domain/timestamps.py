"""Instants are aware UTC datetimes of whole milliseconds; on the wire and in keys, ISO-8601 `Z`."""

from __future__ import annotations

from datetime import UTC, datetime


def iso(at: datetime) -> str:
    """`at` as `YYYY-MM-DDTHH:MM:SS.mmmZ`: of one width, so text order is time order."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def from_iso(text: str) -> datetime:
    """The instant that `iso` wrote."""
    return datetime.fromisoformat(text)


def millis(at: datetime) -> int:
    """`at` in milliseconds since 1970, exactly: no float takes part."""
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000


def whole_millis(at: datetime) -> datetime:
    """`at` without what the wire cannot carry."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
