"""Work that goes on after its answer: what it is, and how far it has come (domain.md §1.14)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from counterfoil.domain.campaign_payloads import MemberPayload

ActionType = Literal["CAMPAIGN.VOUCHERS_GENERATE", "CAMPAIGN.VOUCHERS_DELETE"]
ActionStatus = Literal["ENQUEUED", "IN_PROGRESS", "DONE", "FAILED"]


class AsyncAction(BaseModel):
    """One piece of such work on the vouchers of a campaign.

    `done` of `total` vouchers are dealt with. Codes come from `seed`, and those before `position`
    have been looked at. `force` frees names and codes; `error` is why it failed.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    type: ActionType
    status: ActionStatus = "ENQUEUED"
    campaign_id: str
    generation: str
    total: int
    done: int = 0
    position: int = 0
    seed: str = ""
    overrides: MemberPayload | None = None
    force: bool = False
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


def advanced(
    action: AsyncAction, now: datetime, done: int, position: int, *, is_over: bool
) -> AsyncAction:
    """`action` after `done` more vouchers."""
    return action.model_copy(
        update={
            "status": "DONE" if is_over else "IN_PROGRESS",
            "done": action.done + done,
            "position": position,
            "updated_at": max(now, action.updated_at or action.created_at),
        }
    )


def failed(action: AsyncAction, now: datetime, error: str) -> AsyncAction:
    """`action` given up; what is done stays."""
    latest = max(now, action.updated_at or action.created_at)
    return action.model_copy(update={"status": "FAILED", "error": error, "updated_at": latest})
