"""Reports as files: JSON for programs, CSV for sheets. The same report is the same bytes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from counterfoil.domain.csv_lines import csv_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import JsonValue

    from counterfoil.domain.reports import Report, Used
    from counterfoil.domain.rollups import Amounts

    Row = tuple[JsonValue, ...]

_COLUMNS: Final = ("section", "name", "count", "gross", "discounts", "net", "gift_credits")

Document = dict[str, object]


def document_of(report: Report) -> Document:
    """A report on the wire."""
    told = report.contents
    return {
        "object": "report",
        "period": report.period,
        "label": report.label,
        "time_zone": report.time_zone,
        "from": report.begins,
        "to": report.ends,
        "hours": report.hours,
        "complete": report.is_complete,
        "revision": report.revision,
        "corrections": [
            {"revision": each.revision, "field": each.field, "was": each.was, "is": each.is_}
            for each in report.corrections
        ],
        **told.model_dump(mode="json"),
    }


def json_of(report: Report) -> bytes:
    """The report's JSON file."""
    document = document_of(report)
    return (json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def csv_of(report: Report) -> bytes:
    """The report's CSV file: a section and a name to each line, in UTF-8."""
    return b"".join(map(csv_line, [_COLUMNS, *_rows(report)]))


def _rows(report: Report) -> Iterator[Row]:
    told = report.contents
    for name in ("period", "label", "time_zone", "hours", "revision"):
        yield "report", name, getattr(report, name)
    for status, amounts in told.by_status.items():
        yield _amounts("orders", status, amounts)
    yield _amounts("orders", "all", told.orders)
    yield _amounts("sales", "all", told.sales)
    yield "sales", "average_order", "", "", "", told.average_order
    yield "customers", "new", told.new_customers
    yield "customers", "returning", told.returning_customers
    succeeded = told.redemptions_succeeded, "", told.redemption_discounts, "", told.gift_credits
    yield "redemptions", "succeeded", *succeeded
    yield "redemptions", "failed", told.redemptions_failed
    for code, count in told.failures.items():
        yield "failures", code, count
    yield "rollbacks", "succeeded", told.rollbacks, "", told.rollback_discounts
    yield "sessions", "lapsed", told.sessions_lapsed
    yield "sessions", "lapsed on orders", told.order_sessions_lapsed
    yield from _used("vouchers", told.top_vouchers)
    yield from _used("campaigns", told.top_campaigns)
    for correction in report.corrections:
        change = f"{correction.field}: {correction.was} -> {correction.is_}"
        yield f"correction {correction.revision}", change


def _used(section: str, used: Iterable[Used]) -> Iterator[Row]:
    for each in used:
        name = each.name or each.id
        yield section, name, each.redemptions, "", each.discounts, "", each.gift_credits


def _amounts(section: str, name: str, amounts: Amounts) -> Row:
    return section, name, amounts.count, amounts.gross, amounts.discounts, amounts.net
