"""What an hour adds up to: of the orders created in it, the redemptions and rollbacks made in it,
and the validation sessions that ran out in it.

Sums of hours are the sums of days, weeks and months, customers included: a customer is new with
the first order that counts, and has returned in a day (week, month) with the first one in it if
that is not the first of all. Each order alone tells that by the one before it, so no customer is
counted twice in a period and none has to be remembered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict, Field

from counterfoil.domain.orders import OrderStatus
from counterfoil.domain.records import Result
from counterfoil.domain.report_periods import Period, Span
from counterfoil.domain.timestamps import local

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime, tzinfo

    from counterfoil.domain.orders import Order
    from counterfoil.domain.records import Record, Use

# The vouchers and campaigns that an hour names, those with the most redemptions first.
NAMED: Final = 200
# The statuses whose orders are sales; the same count in purchase histories.
SOLD: Final = (OrderStatus.PAID, OrderStatus.FULFILLED)


class Amounts(BaseModel):
    """Orders and minor units: before discounts, taken off, and to be paid."""

    model_config = ConfigDict(frozen=True)

    count: int = 0
    gross: int = 0
    discounts: int = 0
    net: int = 0

    def plus(self, other: Amounts) -> Amounts:
        """Both together."""
        return Amounts(
            count=self.count + other.count,
            gross=self.gross + other.gross,
            discounts=self.discounts + other.discounts,
            net=self.net + other.net,
        )


class Uses(BaseModel):
    """Redemptions or rollbacks, the discounts and the credits of gift cards that they moved."""

    model_config = ConfigDict(frozen=True)

    name: str = ""
    count: int = 0
    discounts: int = 0
    credits: int = 0

    def plus(self, other: Uses) -> Uses:
        """Both together, under the later name."""
        return Uses(
            name=other.name or self.name,
            count=self.count + other.count,
            discounts=self.discounts + other.discounts,
            credits=self.credits + other.credits,
        )


_NO_AMOUNTS: Final = Amounts()
_NO_USES: Final = Uses()


class Rollup(BaseModel):
    """The sums of an hour, or of several together.

    `orders` are by status, `returning` by the period that a customer has returned in, `failures`
    by their code, `vouchers` by code and `campaigns` by id; `left_out` tells that an hour had more
    of these than it names. `lapsed` validation sessions are None where nothing knows any more;
    `lapsed_on_orders` are the sessions that ran out of orders created then.
    """

    model_config = ConfigDict(frozen=True)

    orders: dict[str, Amounts] = Field(default_factory=dict)
    new_customers: int = 0
    returning: dict[str, int] = Field(default_factory=dict)
    redeemed: Uses = _NO_USES
    failures: dict[str, int] = Field(default_factory=dict)
    rolled_back: Uses = _NO_USES
    vouchers: dict[str, Uses] = Field(default_factory=dict)
    campaigns: dict[str, Uses] = Field(default_factory=dict)
    left_out: bool = False
    lapsed: int | None = 0
    lapsed_on_orders: int = 0

    @property
    def sold(self) -> Amounts:
        """The orders that are paid, be they fulfilled or not yet."""
        paid, fulfilled = (self.orders.get(status.value, _NO_AMOUNTS) for status in SOLD)
        return paid.plus(fulfilled)

    @property
    def all_orders(self) -> Amounts:
        """The orders of every status."""
        total = _NO_AMOUNTS
        for each in self.orders.values():
            total = total.plus(each)
        return total


@dataclass(frozen=True, slots=True)
class Calendar:
    """The zone that days are told apart by, and the day that weeks begin with."""

    zone: tzinfo
    week_start: int

    def label(self, period: Period, instant: datetime) -> str:
        """The day, week or month of an instant."""
        return Span.holding(period, local(instant, self.zone).date(), self.week_start).label

    @property
    def name(self) -> str:
        """Tells it from others."""
        return f"{self.zone}/{self.week_start}"


@dataclass(slots=True)
class Tally:
    """A rollup as it grows."""

    orders: dict[str, Amounts] = field(default_factory=dict)
    new_customers: int = 0
    returning: dict[str, int] = field(default_factory=dict)
    redeemed: Uses = _NO_USES
    failures: dict[str, int] = field(default_factory=dict)
    rolled_back: Uses = _NO_USES
    vouchers: dict[str, Uses] = field(default_factory=dict)
    campaigns: dict[str, Uses] = field(default_factory=dict)
    left_out: bool = False
    lapsed: int | None = 0
    lapsed_on_orders: int = 0

    def add_order(self, order: Order, lapsed: int = 0) -> None:
        """An order that was created in the hour, as it stands now; so many sessions ran out."""
        self.lapsed_on_orders += lapsed
        amounts = Amounts(
            count=1,
            gross=order.amount or 0,
            discounts=order.total_discount_amount,
            net=order.total_amount or 0,
        )
        before = self.orders.get(order.status.value, _NO_AMOUNTS)
        self.orders[order.status.value] = before.plus(amounts)

    def add_customer(self, at: datetime, before: datetime | None, calendar: Calendar) -> None:
        """A counted order of `at`, by when the customer's counted order before it was created."""
        if before is None:
            self.new_customers += 1
            return
        for period in Period:
            if calendar.label(period, at) != calendar.label(period, before):
                self.returning[period.value] = self.returning.get(period.value, 0) + 1

    def add_record(self, record: Record) -> None:
        """A redemption or a rollback that was made in the hour.

        A parent adds nothing, for its children do. What was redeemed stays redeemed when it is
        rolled back later: that is the rollback's to tell.
        """
        if record.is_parent:
            return
        if record.result is Result.FAILURE:
            code = record.failure_code or ""
            self.failures[code] = self.failures.get(code, 0) + 1
        elif record.is_rollback:
            self.rolled_back = self.rolled_back.plus(_uses_of(record))
        else:
            self.redeemed = self.redeemed.plus(_uses_of(record))
            if record.use is not None:
                self._add_use(record.use, _uses_of(record))

    def _add_use(self, use: Use, uses: Uses) -> None:
        if use.voucher is not None:
            _raise(self.vouchers, use.voucher.code, uses)
        if use.campaign is not None:
            named = uses.model_copy(update={"name": use.campaign.name})
            _raise(self.campaigns, use.campaign.id, named)

    def add(self, other: Rollup) -> None:
        """The sums of another hour."""
        for status, amounts in other.orders.items():
            self.orders[status] = self.orders.get(status, _NO_AMOUNTS).plus(amounts)
        self.new_customers += other.new_customers
        _add_each(self.returning, other.returning)
        _add_each(self.failures, other.failures)
        self.redeemed = self.redeemed.plus(other.redeemed)
        self.rolled_back = self.rolled_back.plus(other.rolled_back)
        for code, uses in other.vouchers.items():
            _raise(self.vouchers, code, uses)
        for name, uses in other.campaigns.items():
            _raise(self.campaigns, name, uses)
        self.left_out = self.left_out or other.left_out
        self.lapsed_on_orders += other.lapsed_on_orders
        unknown = self.lapsed is None or other.lapsed is None
        self.lapsed = None if unknown else (self.lapsed or 0) + (other.lapsed or 0)

    def rollup(self, named: int = NAMED) -> Rollup:
        """What it has come to, with so many vouchers and campaigns; equal sums are equal bytes."""
        vouchers, campaigns = most_used(self.vouchers, named), most_used(self.campaigns, named)
        fewer = len(vouchers) + len(campaigns) < len(self.vouchers) + len(self.campaigns)
        return Rollup(
            orders=dict(sorted(self.orders.items())),
            new_customers=self.new_customers,
            returning=dict(sorted(self.returning.items())),
            redeemed=self.redeemed,
            failures=dict(sorted(self.failures.items())),
            rolled_back=self.rolled_back,
            vouchers=vouchers,
            campaigns=campaigns,
            left_out=self.left_out or fewer,
            lapsed=self.lapsed,
            lapsed_on_orders=self.lapsed_on_orders,
        )


def together(rollups: Iterable[Rollup]) -> Rollup:
    """The sums of all of them; of vouchers and campaigns, every one that any of them names."""
    tally = Tally()
    for each in rollups:
        tally.add(each)
    return tally.rollup(max(len(tally.vouchers), len(tally.campaigns)))


def most_used(uses: Mapping[str, Uses], count: int) -> dict[str, Uses]:
    """The `count` of `uses` with the most redemptions; ties by name."""
    ranked = sorted(uses.items(), key=lambda each: (-each[1].count, each[0]))
    return dict(ranked[:count])


def _uses_of(record: Record) -> Uses:
    """A rollback's credits are negative in its record."""
    spent = 0 if record.use is None else abs(record.use.credits)
    return Uses(count=1, discounts=record.allocation.total, credits=spent)


def _raise(sums: dict[str, Uses], name: str, uses: Uses) -> None:
    sums[name] = sums.get(name, _NO_USES).plus(uses)


def _add_each(sums: dict[str, int], more: Mapping[str, int]) -> None:
    for name, count in more.items():
        sums[name] = sums.get(name, 0) + count
