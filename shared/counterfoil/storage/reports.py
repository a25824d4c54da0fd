"""Reports in the store: one item each, which is replaced by a later revision only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.domain.reports import Report
from counterfoil.storage import rollup_keys
from counterfoil.storage.marshal import Attributes, deflate, inflate
from counterfoil.storage.plans import ABSENT, Action, Guard
from counterfoil.storage.store import Question

if TYPE_CHECKING:
    from counterfoil.domain.report_periods import Period, Span
    from counterfoil.storage.store import Store


def get(store: Store, project: str, span: Span) -> Report | None:
    """The report that is kept of a span, strongly consistent."""
    item = store.get(rollup_keys.report(project, span.period.value, span.label))
    return None if item is None else _report(item)


def between(
    store: Store, project: str, period: Period, labels: tuple[str, str], limit: int
) -> list[Report]:
    """The reports that are kept from one label to another, the newest first."""
    partition = rollup_keys.reports(project, period.value)
    found = store.query(Question(partition, between=labels, newest_first=True, limit=limit))
    return [_report(item) for item in found]


def kept(project: str, before: Report | None, after: Report) -> Action:
    """`after` in place of `before`, refused when another revision stands there."""
    conditions = (ABSENT,) if before is None else ("#rev = :seen",)
    return Action(
        rollup_keys.report(project, after.period, after.label),
        Guard.STATE,
        sets={
            "rev": after.revision,
            "body": deflate(after.model_dump_json(exclude_defaults=True).encode()),
        },
        conditions=conditions,
        values={} if before is None else {"seen": before.revision},
    )


def _report(item: Attributes) -> Report:
    return Report.model_validate_json(inflate(item["body"]))
