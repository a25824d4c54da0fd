"""A voucher: its definition, its counter, and whether it can be used now.

Source: domain.md §1.9, §8.7 (order of checks), §9.3 (refusals).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from counterfoil.domain.discounts import Discount
from counterfoil.domain.errors import Refusal
from counterfoil.domain.item_selection import ProductLists
from counterfoil.domain.metadata import Metadata
from counterfoil.domain.validity import Hours, Timeframe, WeekDays, week_day


class RefusalCode(StrEnum):
    """The contract's keys of a redeemable that cannot be used; also `failure_code`."""

    NOT_FOUND = "not_found"
    VOUCHER_DISABLED = "voucher_disabled"
    VOUCHER_NOT_ACTIVE = "voucher_not_active"
    VOUCHER_EXPIRED = "voucher_expired"
    VOUCHER_NOT_ACTIVE_NOW = "voucher_not_active_now"
    QUANTITY_EXCEEDED = "quantity_exceeded"


class Voucher(BaseModel):
    """A voucher's definition. `quantity` None is unlimited, `products` None is every product."""

    model_config = ConfigDict(frozen=True)

    id: str
    code: str
    type: Literal["DISCOUNT_VOUCHER"] = "DISCOUNT_VOUCHER"
    discount: Discount
    products: ProductLists | None = None
    quantity: Annotated[int, Field(ge=0)] | None = None
    category: str | None = None
    start_date: datetime | None = None
    expiration_date: datetime | None = None
    validity_timeframe: Timeframe | None = None
    validity_day_of_week: WeekDays | None = None
    validity_hours: Hours | None = None
    active: bool = True
    additional_info: str | None = None
    metadata: Metadata = Field(default_factory=dict)
    created_at: datetime
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counter:
    """How often a voucher was used; `taken` is that and what live sessions hold.

    `version` is the definition's version and `generation` its life: both must still be these when
    a redemption is committed.
    """

    used: int
    taken: int
    version: int
    generation: str


def refusal_of(voucher: Voucher, counter: Counter, now: datetime) -> Refusal | None:
    """Why `voucher` cannot be used at `now`, by the first check that fails; None when it can.

    Active from start_date on and before expiration_date, within those at its recurring times; at
    most `quantity` times. `now` is in the project's zone, whose clock the recurring times are of.
    """
    if not voucher.active:
        return Refusal(RefusalCode.VOUCHER_DISABLED, "voucher is disabled", voucher.code)
    if voucher.start_date is not None and now < voucher.start_date:
        return Refusal(RefusalCode.VOUCHER_NOT_ACTIVE, "voucher is not active yet", voucher.code)
    if voucher.expiration_date is not None and now >= voucher.expiration_date:
        return Refusal(RefusalCode.VOUCHER_EXPIRED, "voucher expired", voucher.code)
    if not _recurs_at(voucher, now):
        message = "voucher not active now"
        return Refusal(RefusalCode.VOUCHER_NOT_ACTIVE_NOW, message, voucher.code)
    if voucher.quantity is not None and counter.taken >= voucher.quantity:
        return Refusal(RefusalCode.QUANTITY_EXCEEDED, "quantity exceeded", voucher.code)
    return None


def _recurs_at(voucher: Voucher, now: datetime) -> bool:
    timeframe, days, hours = (
        voucher.validity_timeframe,
        voucher.validity_day_of_week,
        voucher.validity_hours,
    )
    start = voucher.start_date
    return (
        (timeframe is None or start is None or timeframe.holds(start, now))
        and (days is None or week_day(now) in days)
        and (hours is None or hours.holds(now))
    )


def unknown(kind: str, identifier: str) -> Refusal:
    """The refusal of a redeemable that does not exist in this project."""
    details = f"Cannot find {kind} with id {identifier}"
    return Refusal(RefusalCode.NOT_FOUND, "Resource not found", details)
