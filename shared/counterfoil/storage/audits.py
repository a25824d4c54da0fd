"""Audits in the store: how far one has come, and the reports of those that are over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.domain.audits import Audit
from counterfoil.storage import rollup_keys
from counterfoil.storage.marshal import deflate, inflate, number
from counterfoil.storage.plans import ABSENT, Action, Guard
from counterfoil.storage.store import Question

if TYPE_CHECKING:
    from counterfoil.storage.store import Store


def get(store: Store, project: str) -> Audit | None:
    """The latest audit, be it over; None before the first."""
    item = store.get(rollup_keys.audit(project))
    if item is None:
        return None
    audit = Audit.model_validate_json(inflate(item["body"]))
    return audit.model_copy(update={"revision": number(item["rev"])})


def moved_on(project: str, audit: Audit) -> Action:
    """The audit as far as it has come, refused when another function goes about it."""
    seen = audit.revision
    body = audit.model_dump_json(exclude_defaults=True, exclude={"revision"})
    return Action(
        rollup_keys.audit(project),
        Guard.STATE,
        sets={"rev": seen + 1, "body": deflate(body.encode())},
        conditions=(ABSENT,) if seen == 0 else ("#rev = :seen",),
        values={} if seen == 0 else {"seen": seen},
    )


def reported(project: str, audit: Audit) -> Action:
    """The report of an audit that is over.

    Its condition is that of the step which ends the audit: both are written as one.
    """
    body = audit.model_dump_json(include={"day", "differences", "examined", "left_out"})
    key = rollup_keys.audit_report(project, audit.day)
    return Action(key, Guard.STATE, sets={"body": deflate(body.encode())})


def reports(store: Store, project: str, limit: int) -> list[Audit]:
    """The audits that are over, the latest first."""
    partition = rollup_keys.audit(project).pk
    starts = rollup_keys.AUDIT_REPORTS
    found = store.query(Question(partition, starts=starts, newest_first=True, limit=limit))
    return [Audit.model_validate_json(inflate(item["body"])) for item in found]
