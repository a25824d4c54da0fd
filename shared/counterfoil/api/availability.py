"""When something may be used, on the wire: vouchers, promotion tiers and campaigns alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain.timestamps import iso

if TYPE_CHECKING:
    from datetime import datetime

    from counterfoil.api.orders import Document
    from counterfoil.domain.availability import Availability

_WINDOWS: Final = {"validity_timeframe", "validity_day_of_week", "validity_hours"}


def availability_document(thing: Availability) -> Document:
    """The flag, the dates and the recurring times of `thing`.

    An expiration_date that is not set is left out: the JavaScript client cannot read its null.
    """
    windows = thing.model_dump(mode="json", include=_WINDOWS, exclude_none=True)
    document: Document = {name: windows.get(name) for name in sorted(_WINDOWS)}
    document["start_date"] = date_of(thing.start_date)
    if thing.expiration_date is not None:
        document["expiration_date"] = iso(thing.expiration_date)
    document["active"] = thing.active
    return document


def date_of(at: datetime | None) -> str | None:
    """A date that may not be set."""
    return None if at is None else iso(at)
