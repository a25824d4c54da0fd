"""Instants are aware UTC datetimes of whole milliseconds; on the wire and in keys, ISO-8601 `Z`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import tzinfo

# A zone behind UTC reaches a day back, and the calendar has no day before its first.
_EARLIEST: Final = datetime(1, 1, 2, tzinfo=UTC)


def iso(at: datetime) -> str:
    """`at` as `YYYY-MM-DDTHH:MM:SS.mmmZ`: of one width, so text order is time order."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def from_iso(text: str) -> datetime:
    """The instant that `iso` wrote."""
    return datetime.fromisoformat(text)


def local(at: datetime, zone: tzinfo) -> datetime:
    """`at` as the clocks of `zone` show it; the calendar's very first day counts as its second."""
    return max(at, _EARLIEST).astimezone(zone)


def millis(at: datetime) -> int:
    """`at` in milliseconds since 1970, exactly: no float takes part."""
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000


def from_millis(since: int) -> datetime:
    """The instant that `millis` made a number of; the calendar's last one for any beyond it."""
    days, left = divmod(since, 86_400_000)
    return _EPOCH + timedelta(days=min(days, _LAST_DAYS), milliseconds=left)


def whole_millis(at: datetime) -> datetime:
    """`at` without what the wire cannot carry."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_DAYS: Final = 2_932_896
