"""Whether something can be used now, in one word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain.availability import Closure, closure_of

if TYPE_CHECKING:
    from datetime import datetime

    from counterfoil.domain.availability import Availability

_STATES: Final = {
    Closure.DISABLED: "DISABLED",
    Closure.NOT_STARTED: "SCHEDULED",
    Closure.EXPIRED: "EXPIRED",
    Closure.NOT_NOW: "NOT_NOW",
}


def state_of(thing: Availability, local_now: datetime) -> str:
    """ACTIVE, or why it is not."""
    closure = closure_of(thing, local_now)
    return "ACTIVE" if closure is None else _STATES[closure]
