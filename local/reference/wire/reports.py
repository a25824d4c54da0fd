"""Reports of days, weeks and months."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from local.reference.wire.common import Count, ListObject, Timestamp


class ReportAmounts(TypedDict):
    """Orders and minor units: before discounts, taken off, and to be paid."""

    count: Count
    gross: int
    discounts: int
    net: int


class ReportUse(TypedDict):
    """A voucher by its code, or a campaign by its id, as it was redeemed."""

    id: str
    name: str | None
    redemptions: Count
    discounts: int
    gift_credits: int


ReportCorrection = TypedDict(
    "ReportCorrection",
    {
        "revision": Count,
        "field": str,
        "was": int | str | bool | None,
        "is": int | str | bool | None,
    },
)
ReportCorrection.__doc__ = "What a number was in the revision before, and is in this one."


class ReportFiles(TypedDict):
    """Where the files of a report are, for a quarter of an hour."""

    json: str
    csv: str


_Bounds = TypedDict("_Bounds", {"from": Timestamp, "to": Timestamp})


class Report(_Bounds):
    """What a day, a week or a month has come to; `sales` are the paid orders of `orders`."""

    object: Literal["report"]
    period: Literal["daily", "weekly", "monthly"]
    label: str
    time_zone: str
    hours: Count
    complete: bool
    current: NotRequired[bool]
    files: NotRequired[ReportFiles | None]
    revision: Count
    corrections: list[ReportCorrection]
    orders: ReportAmounts
    by_status: dict[str, ReportAmounts]
    sales: ReportAmounts
    average_order: int | None
    new_customers: Count
    returning_customers: Count
    redemptions_succeeded: Count
    redemptions_failed: Count
    redemption_discounts: int
    gift_credits: int
    failures: dict[str, Count]
    rollbacks: Count
    rollback_discounts: int
    sessions_lapsed: Count | None
    order_sessions_lapsed: Count
    top_vouchers: list[ReportUse]
    top_campaigns: list[ReportUse]
    tops_are_exact: bool


class ReportList(TypedDict):
    """The reports of a period that are kept, the newest first."""

    object: ListObject
    data_ref: Literal["reports"]
    reports: list[Report]
    total: Count
