"""Days of the project's zone as instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from counterfoil.domain.timestamps import iso

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from counterfoil.api.dashboard.visits import Visit

_TICK: Final = timedelta(milliseconds=1)


def day_in(text: str) -> date | None:
    """The day that `text` says; None for none, for an address is typed by people."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def start_of(day: date, zone: tzinfo) -> datetime:
    """When the day begins there."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def days_of(visit: Visit, form: Mapping[str, str] | None = None) -> tuple[str | None, str | None]:
    """`from` and `to` of the query or of a form, both days included, as instants that are both
    excluded.
    """
    zone = visit.call.zone
    given = {name: visit.query(name) for name in ("from", "to")} if form is None else form
    first, last = day_in(given.get("from", "")), day_in(given.get("to", ""))
    try:
        after = None if first is None else iso(start_of(first, zone) - _TICK)
        before = None if last is None else iso(start_of(last + timedelta(days=1), zone))
    except OverflowError:
        return None, None
    return after, before


def moment_of(milliseconds: int) -> datetime:
    """The instant so many milliseconds after 1970."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
