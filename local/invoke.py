"""`make invoke F=CreateOrder`: a function's event file through its handler, without Docker."""

import json
import os
import re
import sys
import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Final

from pydantic import JsonValue, TypeAdapter, ValidationError

from local import template
from local.engine import answers
from local.errors import LocalError, TemplateError
from local.event import Event
from local.event_sources import EventSources
from local.invocation import FunctionFailedError
from local.settings import Settings
from local.store import ENDPOINT_FILE, Store, elsewhere, enter, fresh, prepare
from local.template import ROOT
from local.workers import Workers

EVENTS: Final = ROOT / "events"
EVENT: Final = TypeAdapter(Event)
ENVIRONMENT: Final = TypeAdapter(dict[str, str])
WORD_START: Final = re.compile(r"(?<!^)(?=[A-Z])")


def load_event(logical_id: str) -> Event:
    """The function's event: `CreateOrder` has `events/create_order.json`."""
    path = EVENTS / f"{WORD_START.sub('_', logical_id).lower()}.json"
    try:
        return EVENT.validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise TemplateError(f"{logical_id} has no event file {path.relative_to(ROOT)}") from error


def main(arguments: Sequence[str]) -> int:
    """Prints the answer; 1 when the function failed or cannot be called."""
    (logical_id,) = arguments
    try:
        answer = invoke(logical_id)
    except LocalError as error:
        print(f"counterfoil: {error}", file=sys.stderr)
        return 1
    except FunctionFailedError:
        return 1  # it has said why
    print(json.dumps(answer, indent=2, ensure_ascii=False))
    return 0


def invoke(logical_id: str) -> JsonValue:
    """The answer, on the store of a `make run` that is up, else on a fresh one in memory."""
    described = template.load(parameters=template.HERE)
    if logical_id not in described.functions:
        known = ", ".join(sorted(described.functions)) or "none"
        raise TemplateError(f"F={logical_id} is no function of the template: {known}")
    event = load_event(logical_id)
    settings = Settings.of(os.environ)
    environment = described.environment()
    with ExitStack() as started:
        up = running()
        store = up or started.enter_context(fresh(settings))
        enter(store)
        sources = EventSources(described)
        workers = Workers(described, environment, on_changes=sources.note)
        started.callback(workers.close)
        if up is None:  # else its keys are its own, and may say something else than these settings
            prepare(store, described, settings)
        workers.await_ready(lambda: False)
        started.callback(sources.stop)
        # The queues of a `make run` are read there; its stream cannot know what is written here.
        (sources.start if store.engines else sources.follow)(workers)
        return workers(described.functions[logical_id], event, str(uuid.uuid4()))


def running() -> Store | None:
    """The store of a `make run` that is up."""
    if not ENDPOINT_FILE.exists():
        return None
    try:
        environment = ENVIRONMENT.validate_json(ENDPOINT_FILE.read_bytes())
    except ValidationError:
        return None  # of an older version of this program
    endpoint = environment["AWS_ENDPOINT_URL_DYNAMODB"]
    known = elsewhere(endpoint)
    return replace(known, environment=environment) if answers(endpoint) else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
