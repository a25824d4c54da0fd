"""One request on its way to an answer: every outcome becomes a response and one log line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from counterfoil.api import context
from counterfoil.api.cors import readable_by
from counterfoil.api.dashboard.policy import policy_of
from counterfoil.api.errors import error_response, kind_of, unexpected_response
from counterfoil.api.observability import tell
from counterfoil.api.rehearsals import with_rehearsal
from counterfoil.api.response import Response
from counterfoil.domain.errors import CounterfoilError
from counterfoil.operations.call import Replayed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from counterfoil.api.event import Answer, Event
    from counterfoil.operations.call import Call
    from counterfoil.storage.store import Store


@dataclass(slots=True)
class Exchange:
    """What is known of a request so far; it grows while the request is served.

    `origin` is that of a page which may read the answer.
    """

    request_id: str
    began: float
    store: Store | None = None
    call: Call | None = None
    error_key: str | None = None
    unexpected: Exception | None = None
    replayed: bool = False
    origin: str | None = None

    def settle(self, event: Event, respond: Callable[[], Response]) -> Answer:
        """What API Gateway is answered, be it a refusal or a failure of the service itself."""
        try:
            response = respond()
        except Replayed as known:
            self.replayed = True
            response = _again(known)
        except CounterfoilError as error:
            self.error_key = kind_of(error).key
            response = error_response(error, self.request_id)
        except Exception as error:  # noqa: BLE001  # the edge: the client gets the contract's shape, the log the traceback
            self.unexpected = error
            response = unexpected_response(self.request_id)
        response = self._with_rehearsal(response)
        tell(self._line(event, response), self.unexpected)
        told = {"X-Request-Id": self.request_id, **self._session(), **readable_by(self.origin)}
        policed = {**policy_of(event["rawPath"]), **response.headers}
        return replace(response, headers=policed).answer(told)

    def _with_rehearsal(self, response: Response) -> Response:
        """The answer of a dry run, and beside it what would have been written."""
        shown = None if self.call is None else self.call.trace.shown
        return response if shown is None else with_rehearsal(response, shown)

    def _session(self) -> Mapping[str, str]:
        """The fence of the order's session, and for how long the request has had it."""
        call = self.call
        if call is None or call.trace.fence is None:
            return {}
        held_seconds = call.trace.opened_with - call.store.patience.left()
        held = max(0, round(held_seconds * 1000))
        return {"X-Order-Session": f"fence={call.trace.fence}; held_ms={held}"}

    def _line(self, event: Event, response: Response) -> Mapping[str, object]:
        spent = context.steady_seconds() - self.began
        line: dict[str, object] = {
            "request_id": self.request_id,
            "route": event.get("routeKey"),
            "status": response.status,
            "error": self.error_key,
            "duration_ms": round(spent * 1000, 1),
        }
        if self.replayed:
            line["replayed"] = True
        if self.store is not None:
            line |= {"store_calls": self.store.meter.calls, "store_units": self.store.meter.units}
        if self.call is not None:
            line |= _whose(self.call)
        return line


def _whose(call: Call) -> Mapping[str, object]:
    fence = {} if call.trace.fence is None else {"fence": call.trace.fence}
    dry = {"dry_run": True} if call.dry_run else {}
    return {"project": call.project, "app_id": call.app_id, **dry, **fence, **call.trace.ids}


def _again(known: Replayed) -> Response:
    answer = known.answer
    return Response(answer.status, answer.body or None, {"Idempotency-Replayed": "true"})
