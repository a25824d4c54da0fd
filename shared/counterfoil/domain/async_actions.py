"""Work that goes on after its answer: what it is, and how far it has come (domain.md §1.14)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from counterfoil.domain.backlogs import Backlog
from counterfoil.domain.campaign_payloads import MemberPayload

# Longer than a request lasts that began before the action was made, and its record then takes to
# come into a list.
_SETTLED: Final = timedelta(seconds=15)

ActionStatus = Literal["ENQUEUED", "IN_PROGRESS", "DONE", "FAILED"]


class CampaignWork(BaseModel):
    """Vouchers of a campaign to be made or deleted.

    Codes come from `seed`, and those before `position` have been looked at. `force` frees names
    and codes.
    """

    model_config = ConfigDict(frozen=True)

    type: Literal["CAMPAIGN.VOUCHERS_GENERATE", "CAMPAIGN.VOUCHERS_DELETE"]
    campaign_id: str
    generation: str
    position: int = 0
    seed: str = ""
    overrides: MemberPayload | None = None
    force: bool = False


class RuleWork(BaseModel):
    """Copies of a validation rule to be replaced by those of `version`, or to be taken away.

    `reached` is the last assignment that is dealt with, in the order of their ids.
    """

    model_config = ConfigDict(frozen=True)

    type: Literal["VALIDATION_RULES.UPDATE", "VALIDATION_RULES.DELETE"]
    rule_id: str
    version: int
    reached: str | None = None


class SegmentWork(BaseModel):
    """Memberships of a static segment to be written or taken away; the segment says how far."""

    model_config = ConfigDict(frozen=True)

    type: Literal["SEGMENTS.CREATE", "SEGMENTS.DELETE"]
    segment_id: str


class CountWork(BaseModel):
    """Redemptions that an assignment came too late for, to be counted after all.

    Lists are walked in the order of time, up to the place `reached` so far; `again` once more
    through the newest, when all that was committed before the assignment is sure to be listed.
    """

    model_config = ConfigDict(frozen=True)

    type: Literal["VALIDATION_RULES.COUNT"]
    rule_id: str
    assignment_id: str
    backlogs: tuple[Backlog, ...]
    reached: str | None = None
    again: bool = False


class ImportWork(BaseModel):
    """Orders to be written, of which `failed` could not be; they wait for their turn."""

    model_config = ConfigDict(frozen=True)

    type: Literal["ORDERS.IMPORT"]
    failed: int = 0


class ExportWork(BaseModel):
    """A file to be written: what is listed up to `reached` is in it, or does not belong there.

    It has `rows` so far, and `ended` tells that there are no more. Of it, `parts` have been
    uploaded under `upload`, and what is too short for a part lies beside it, as `rest`.
    `is_counted` tells that the action's total is more than a guess.
    """

    model_config = ConfigDict(frozen=True)

    type: Literal["EXPORTS.CREATE"]
    export_id: str
    reached: tuple[str, str] | None = None
    ended: bool = False
    upload: str | None = None
    parts: tuple[tuple[int, str], ...] = ()
    rest: str | None = None
    rows: int = 0
    size: int = 0
    is_counted: bool = False


Work = CampaignWork | RuleWork | SegmentWork | CountWork | ImportWork | ExportWork


class AsyncAction(BaseModel):
    """One piece of such work: so many vouchers, assignments, memberships, redemptions or rows of
    `total` are `done`; of an export, so many entries of its list have been looked at.

    `error` is why it failed.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    work: Work = Field(discriminator="type")
    status: ActionStatus = "ENQUEUED"
    total: int
    done: int = 0
    error: str | None = None
    request_id: str
    created_at: datetime
    updated_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more is going to happen."""
        return self.status in ("DONE", "FAILED")

    @property
    def progress(self) -> int:
        """How much is done, of 100; all of it only at the end."""
        if self.status == "DONE":
            return 100
        return min(99, self.done * 100 // max(1, self.total))


def is_due(action: AsyncAction, now: datetime) -> bool:
    """Whether its work can go on at `now`, or has to wait for what is not listed yet."""
    waits = isinstance(action.work, CountWork) and action.work.again
    return not waits or now >= action.created_at + _SETTLED


def advanced(
    action: AsyncAction, now: datetime, done: int, work: Work | None = None
) -> AsyncAction:
    """`action` after `done` more; `work` is what its work has become, if that has changed."""
    return action.model_copy(
        update={
            "status": "IN_PROGRESS",
            "done": action.done + done,
            "work": work or action.work,
            "updated_at": _latest(action, now),
        }
    )


def finished(action: AsyncAction, now: datetime, done: int = 0) -> AsyncAction:
    """`action` over, after `done` more."""
    return advanced(action, now, done).model_copy(update={"status": "DONE"})


def failed(action: AsyncAction, now: datetime, error: str) -> AsyncAction:
    """`action` given up; what is done stays."""
    latest = _latest(action, now)
    return action.model_copy(update={"status": "FAILED", "error": error, "updated_at": latest})


def _latest(action: AsyncAction, now: datetime) -> datetime:
    return max(now, action.updated_at or action.created_at)
