"""`make invoke F=CreateOrder`: a function's event file through its handler, without Docker."""

import json
import os
import re
import sys
import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

from pydantic import JsonValue, TypeAdapter

from local import key, template
from local.engine import answers
from local.errors import LocalError, TemplateError
from local.event import Event
from local.invocation import FunctionFailedError
from local.settings import Settings
from local.store import ENDPOINT_FILE, Store, elsewhere, enter, open_store
from local.tables import create_tables
from local.template import ROOT
from local.workers import Workers

EVENTS: Final = ROOT / "events"
EVENT: Final = TypeAdapter(Event)
WORD_START: Final = re.compile(r"(?<!^)(?=[A-Z])")


def event_file(logical_id: str) -> Path:
    """`CreateOrder` has its event in `events/create_order.json`."""
    return EVENTS / f"{WORD_START.sub('_', logical_id).lower()}.json"


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
    described = template.load()
    if logical_id not in described.functions:
        known = ", ".join(sorted(described.functions)) or "none"
        raise TemplateError(f"F={logical_id} is no function of the template: {known}")
    event = EVENT.validate_json(event_file(logical_id).read_bytes())
    settings = Settings.of(os.environ)
    environment = described.environment()
    with ExitStack() as started:
        store = _running() or started.enter_context(
            open_store(replace(settings, data=None), _never)
        )
        enter(store)
        workers = Workers(described, environment)
        started.callback(workers.close)
        (table,) = create_tables(store.endpoint, described)
        key.put(table, settings.app_id, settings.app_token)
        workers.await_ready()
        return workers(described.functions[logical_id], event, str(uuid.uuid4()))


def _running() -> Store | None:
    if not ENDPOINT_FILE.exists():
        return None
    endpoint = ENDPOINT_FILE.read_text("utf-8")
    return elsewhere(endpoint) if answers(endpoint) else None


def _never() -> bool:
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
