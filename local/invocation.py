"""Calls a handler in this process as Lambda would: imported once, with an event and a context."""

import importlib
import os
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from pydantic import JsonValue

from local.event import Event
from local.intrinsics import ACCOUNT, REGION
from local.template import Function, Template

__all__ = ["Context", "FunctionFailedError", "Handler", "InProcess", "Invoke"]

Invoke = Callable[[Function, Event, str], JsonValue]


class FunctionFailedError(Exception):
    """Raised when a function ended without an answer; its traceback is on stderr already."""


@dataclass(frozen=True)
class Context:
    """What Lambda passes beside the event; `deadline` is in seconds of the monotonic clock."""

    function_name: str
    memory_limit_in_mb: int
    aws_request_id: str
    deadline: float
    function_version: str = "$LATEST"
    log_stream_name: str = "local"

    @classmethod
    def of(cls, function: Function, request_id: str) -> "Context":
        """The context of one invocation, which begins now."""
        deadline = time.monotonic() + function.timeout_seconds
        return cls(function.logical_id, function.memory_mb, request_id, deadline)

    @property
    def invoked_function_arn(self) -> str:
        """The ARN as it would be in the account of this machine."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.function_name}"

    @property
    def log_group_name(self) -> str:
        """The log group that Lambda would write to."""
        return f"/aws/lambda/{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function's timeout, never negative."""
        return max(0, int((self.deadline - time.monotonic()) * 1000))


Handler = Callable[[Event, Context], JsonValue]


def _import_handler(function: Function) -> Handler:
    """The function's handler; `functions/` has to be on `sys.path`, as it is in Lambda."""
    module, _, name = function.handler.replace("/", ".").rpartition(".")
    handler: Handler = getattr(importlib.import_module(module), name)
    return handler


class InProcess:
    """Invokes in this process, one import per function.

    The functions share one environment, so the constructor sets all their variables.
    """

    def __init__(self, template: Template) -> None:
        os.environ.update(template.environment())
        self._handlers: dict[str, Handler] = {}
        self._importing = Lock()

    def __call__(self, function: Function, event: Event, request_id: str) -> JsonValue:
        """The handler's answer; whatever it raises is printed and becomes FunctionFailedError."""
        try:
            return self.load(function)(event, Context.of(function, request_id))
        except Exception as error:
            print(f"{function.logical_id} failed, request {request_id}", file=sys.stderr)
            traceback.print_exc()
            raise FunctionFailedError(function.logical_id) from error

    def load(self, function: Function) -> Handler:
        """The function's handler, imported at the first call."""
        with self._importing:
            if function.logical_id not in self._handlers:
                self._handlers[function.logical_id] = _import_handler(function)
            return self._handlers[function.logical_id]
