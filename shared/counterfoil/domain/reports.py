"""The report of a day, a week or a month, and what a later one corrects.

A report tells nothing of when or how often it was made: the same sums are the same bytes. When the
sums have changed after all, by a rollback a week later, say, the next revision tells what was said
before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict

from counterfoil.domain.orders import OrderStatus
from counterfoil.domain.rollups import Amounts, Rollup, Uses, most_used

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterfoil.domain.report_periods import Span

# The vouchers and campaigns that a report shows.
SHOWN: Final = 20
# What was corrected is told of so many fields, the latest ones.
CORRECTIONS: Final = 200


class Used(BaseModel):
    """A voucher, by its code, or a campaign; redemptions later rolled back included."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str | None = None
    redemptions: int
    discounts: int
    gift_credits: int


class Correction(BaseModel):
    """What one number was in the revision before, and is in `revision`."""

    model_config = ConfigDict(frozen=True)

    revision: int
    field: str
    was: int | str | bool | None
    is_: int | str | bool | None


class Contents(BaseModel):
    """What a report tells; amounts are minor units.

    `orders` are of all statuses, `by_status` has each, and `sales` are the paid ones, be they
    fulfilled or not. `average_order` is what a sale comes to, rounded half up; None without any.
    `sessions_lapsed` is None where that is not known any more; `order_sessions_lapsed` are of
    the period's orders.
    """

    model_config = ConfigDict(frozen=True)

    orders: Amounts
    by_status: dict[str, Amounts]
    sales: Amounts
    average_order: int | None
    new_customers: int
    returning_customers: int
    redemptions_succeeded: int
    redemptions_failed: int
    redemption_discounts: int
    gift_credits: int
    failures: dict[str, int]
    rollbacks: int
    rollback_discounts: int
    sessions_lapsed: int | None
    order_sessions_lapsed: int
    top_vouchers: tuple[Used, ...]
    top_campaigns: tuple[Used, ...]
    tops_are_exact: bool


class Report(BaseModel):
    """A report: from `begins` up to before `ends`, in ISO form; `is_complete` once that is over.

    `revision` is 0 for one that is not kept, as of a day that goes on.
    """

    model_config = ConfigDict(frozen=True)

    period: str
    label: str
    time_zone: str
    begins: str
    ends: str
    hours: int
    is_complete: bool
    revision: int = 0
    corrections: tuple[Correction, ...] = ()
    contents: Contents


def contents_of(rollup: Rollup, span: Span) -> Contents:
    """What the sums of all hours of a span tell."""
    sold = rollup.sold
    return Contents(
        orders=rollup.all_orders,
        by_status={each.value: rollup.orders.get(each.value, Amounts()) for each in OrderStatus},
        sales=sold,
        average_order=(2 * sold.net + sold.count) // (2 * sold.count) if sold.count else None,
        new_customers=rollup.new_customers,
        returning_customers=rollup.returning.get(span.period.value, 0),
        redemptions_succeeded=rollup.redeemed.count,
        redemptions_failed=sum(rollup.failures.values()),
        redemption_discounts=rollup.redeemed.discounts,
        gift_credits=rollup.redeemed.credits,
        failures=rollup.failures,
        rollbacks=rollup.rolled_back.count,
        rollback_discounts=rollup.rolled_back.discounts,
        sessions_lapsed=rollup.lapsed,
        order_sessions_lapsed=rollup.lapsed_on_orders,
        top_vouchers=tuple(_shown(rollup.vouchers)),
        top_campaigns=tuple(_shown(rollup.campaigns)),
        tops_are_exact=not rollup.left_out,
    )


def revised(before: Report | None, now: Report) -> Report:
    """`now` as the next revision of `before`, or `before` itself when that tells the same."""
    if before is None:
        return now.model_copy(update={"revision": 1})
    if before.model_copy(update={"revision": 0, "corrections": ()}) == now:
        return before
    revision = before.revision + 1
    were, are = dict(fields_of(before)), dict(fields_of(now))
    found = tuple(
        Correction(revision=revision, field=name, was=were.get(name), is_=are.get(name))
        for name in sorted({*were, *are})
        if were.get(name) != are.get(name)
    )
    corrections = (*before.corrections, *found)[-CORRECTIONS:]
    return now.model_copy(update={"revision": revision, "corrections": corrections})


def fields_of(report: Report) -> Iterator[tuple[str, int | str | bool | None]]:
    """Every number that a report tells, by its path; of a list, by what each is of."""
    document = report.contents.model_dump(mode="json")
    yield from _flat("", document)
    yield from (("hours", report.hours), ("time_zone", report.time_zone))


def _flat(path: str, value: object) -> Iterator[tuple[str, int | str | bool | None]]:
    match value:
        case dict():
            for name, each in value.items():
                yield from _flat(f"{path}.{name}" if path else str(name), each)
        case list() | tuple():
            for each in value:
                named = {name: part for name, part in each.items() if name != "id"}
                yield from _flat(f"{path}[{each['id']}]", named)
        case int() | str() | None:
            yield path, value
        case _:
            raise TypeError(type(value))


def _shown(uses: Mapping[str, Uses]) -> Iterator[Used]:
    for name, each in most_used(uses, SHOWN).items():
        yield Used(
            id=name,
            name=each.name or None,
            redemptions=each.count,
            discounts=each.discounts,
            gift_credits=each.credits,
        )
