"""The edge of the functions that a schedule invokes: the schedule's input in, a line per project.

A project that fails does not keep others from their turn. In the end it is raised, so that the
function is invoked again: what was made stands, and the rest is made then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NotRequired, Protocol, TypedDict

from counterfoil.api import context
from counterfoil.api.background import call_of, line_of
from counterfoil.api.observability import tell
from counterfoil.api.stores import store_of
from counterfoil.domain.errors import CounterfoilError, NotFound, Unavailable
from counterfoil.domain.report_periods import Period
from counterfoil.storage import projects

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from counterfoil.api.event import Invocation
    from counterfoil.domain.audits import Difference
    from counterfoil.domain.reports import Report
    from counterfoil.operations.call import Call


_SETTLE_SECONDS: Final = 60
# With less than that nothing more is begun.
_LAST_SECONDS: Final = 6.0


class Job(TypedDict):
    """What a schedule sends: the period of reports, or how soon an audit may look again.

    Sent by hand, it may name a project, which alone has its turn, and the label of a report, which
    alone is made.
    """

    period: NotRequired[str]
    label: NotRequired[str]
    settle_seconds: NotRequired[int]
    project: NotRequired[str]


class JobHandler(Protocol):
    """A Lambda handler of such an event."""

    def __call__(self, event: Job, invocation: Invocation, /) -> None:
        """Deal with every project. Raises Unavailable when one must be dealt with again."""


def report_job(run: Callable[[Call, Period, str | None], Sequence[Report]]) -> JobHandler:
    """A Lambda handler that makes the reports of each project; its lines tell which."""

    def made(call: Call, event: Job) -> Mapping[str, object]:
        period = Period(event.get("period", Period.DAILY))
        reports = run(call, period, event.get("label"))
        return {"period": period, "reports": {it.label: it.revision for it in reports}}

    return _job(made, is_due=True)


def audit_job(run: Callable[[Call, int], Sequence[Difference]]) -> JobHandler:
    """A Lambda handler that goes on with each project's audit; a line for each difference.

    An alarm can be put on what has `audit_difference`.
    """

    def audited(call: Call, event: Job) -> Mapping[str, object]:
        found = run(call, event.get("settle_seconds", _SETTLE_SECONDS))
        for each in found:
            tell({"audit_difference": 1, "project": call.project, **each.model_dump(mode="json")})
        return {"audit_differences": len(found)}

    return _job(audited, is_due=False)


def _job(run: Callable[[Call, Job], Mapping[str, object]], *, is_due: bool) -> JobHandler:
    """Deals with every project as far as time allows; what is due is asked for again."""
    context.end_cold_start()

    def handler(event: Job, invocation: Invocation) -> None:
        only, store = event.get("project"), store_of(context.settings(), invocation)
        left = [only] if only else projects.names(store)
        failed = False
        while left and store.patience.left() > _LAST_SECONDS:
            failed = not _deal(left.pop(0), event, invocation, run) or failed
        if failed or (left and is_due):
            raise Unavailable(unknown=False)

    return handler


def _deal(
    project: str,
    event: Job,
    invocation: Invocation,
    run: Callable[[Call, Job], Mapping[str, object]],
) -> bool:
    began, call = context.steady_seconds(), call_of(project, invocation)
    told: Mapping[str, object] = {}
    unexpected: Exception | None = None
    try:
        told = run(call, event)
    except CounterfoilError as error:
        told = {"error": error.details}
        # What is not there would not be there again; anything else must not be passed over.
        return isinstance(error, NotFound)
    except Exception as error:  # noqa: BLE001  # told here, and raised when all had their turn
        unexpected = error
        return False
    else:
        return True
    finally:
        tell({**line_of(call, began), **told}, unexpected)
