"""What all definitions have in common when something of them is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

D = TypeVar("D", bound=BaseModel)


def changed(before: D, changes: Mapping[str, object], now: datetime, latest: datetime) -> D:
    """`before` with `changes`, updated now; the same object when that changes nothing.

    `updated_at` never goes back behind `latest`, the time of the last change, whatever clocks say.
    """
    after = before.model_copy(update=dict(changes))
    # Compared as JSON: to Python, metadata of `true` and of 1 would be equal.
    if after.model_dump_json() == before.model_dump_json():
        return before
    return after.model_copy(update={"updated_at": max(now, latest)})
