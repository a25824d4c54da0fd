"""A validation session (LOCK): uses and credits reserved under a key until it ends.

Source: domain.md §6.2; protocol.md §10.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel, ConfigDict

from counterfoil.domain.errors import InvalidPayload

if TYPE_CHECKING:
    from collections.abc import Iterable

    from counterfoil.domain.redemption_payloads import SessionPayload

DEFAULT_TTL: Final = 7
DEFAULT_UNIT: Final = "DAYS"
_LONGEST_DAYS: Final = 3_650
_NANOSECONDS: Final = {
    "DAYS": 86_400_000_000_000,
    "HOURS": 3_600_000_000_000,
    "MINUTES": 60_000_000_000,
    "SECONDS": 1_000_000_000,
    "MILLISECONDS": 1_000_000,
    "MICROSECONDS": 1_000,
    "NANOSECONDS": 1,
}
_PER_MILLISECOND: Final = 1_000_000


class HeldCounts(BaseModel):
    """Where a session's use counts beside its own counter, as `Place` calls it, and what it adds.

    At its own counter, of what has no campaign, it is the money alone: the use is a unit held.
    `campaign` is its id and life, counted in `campaign_bucket`; money is in minor units. `until` is
    when these places let go, in milliseconds; it is never before the session's end.
    """

    model_config = ConfigDict(frozen=True)

    places: str
    until: int
    campaign: str | None = None
    campaign_bucket: int = 0
    customer_id: str | None = None
    api_key: str = ""
    amount: int = 0
    discount: int = 0
    credits: int = 0


class Reservation(BaseModel):
    """What a session holds of one redeemable: in which life and bucket, and until when there.

    `until` is the counter's own instant, in milliseconds; it is never before the session's end.
    """

    model_config = ConfigDict(frozen=True)

    object: Literal["voucher", "promotion_tier"] = "voucher"
    id: str
    generation: str
    bucket: int = 0
    units: int = 0
    credits: int = 0
    until: int
    counts: HeldCounts | None = None


class ValidationSession(BaseModel):
    """All that one key has reserved; it is over from `ends` on, in milliseconds since 1970."""

    model_config = ConfigDict(frozen=True)

    key: str
    ends: int
    reservations: tuple[Reservation, ...] = ()

    def of(self, redeemable_id: str) -> Reservation | None:
        """What it holds of the redeemable with this id."""
        return next((each for each in self.reservations if each.id == redeemable_id), None)

    def without(self, redeemable_ids: Iterable[str]) -> ValidationSession:
        """The session when these have been used or let go."""
        gone = set(redeemable_ids)
        kept = tuple(each for each in self.reservations if each.id not in gone)
        return self.model_copy(update={"reservations": kept})


class Terms(BaseModel):
    """The session that a validation asks for, as the answer repeats it."""

    model_config = ConfigDict(frozen=True)

    key: str
    type: Literal["LOCK"] = "LOCK"
    ttl: int | float = DEFAULT_TTL
    ttl_unit: str = DEFAULT_UNIT

    @property
    def milliseconds(self) -> int:
        """How long it lasts, in whole milliseconds; under one there is nothing to hold."""
        exact = Fraction(str(self.ttl)) * _NANOSECONDS[self.ttl_unit]
        return exact // _PER_MILLISECOND


def terms_of(payload: SessionPayload | None, drawn_key: str) -> Terms | None:
    """What `payload` asks for; a key that the client leaves to us is `drawn_key`.

    A ttl without unit is in days (domain.md §12-P). Raises InvalidPayload beyond ten years.
    """
    if payload is None:
        return None
    ttl = DEFAULT_TTL if payload.ttl is None else payload.ttl
    terms = Terms(
        key=payload.key or drawn_key,
        ttl=int(ttl) if float(ttl).is_integer() else ttl,
        ttl_unit=payload.ttl_unit or DEFAULT_UNIT,
    )
    if terms.milliseconds > _LONGEST_DAYS * _NANOSECONDS["DAYS"] // _PER_MILLISECOND:
        message = f"Property .session.ttl must be <= {_LONGEST_DAYS} days"
        raise InvalidPayload(message)
    return terms
