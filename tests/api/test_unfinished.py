"""What everything's death left unfinished goes on when it is started again."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from counterfoil.api import context
from counterfoil.api.background import call_of
from local import unfinished
from local.invocation import Context
from local.store import Store
from tests.api.client import Api

Deliver = Callable[[], int]


def remember() -> int:
    return unfinished.go_on(call_of("shop", Context("test", 1024, "test", 1e12)))


def forget() -> None:
    boto3.client("sqs").purge_queue(QueueUrl=context.settings().queue)


def status(api: Api, path: str) -> Any:  # noqa: ANN401  # as `Reply.json`
    return api.get(path).json["status"]


def test_imports_and_exports_go_on_whose_messages_were_lost(api: Api, deliver: Deliver) -> None:
    one, other = (
        api.post("/v1/orders/import", [{"source_id": name, "amount": 1}]).json["async_action_id"]
        for name in ("web-1", "web-2")
    )
    export = api.post("/v1/exports", {"exported_object": "order"}).json["id"]
    forget()
    assert deliver() == 0

    assert remember() == 3
    deliver()

    assert status(api, f"/v1/async-actions/{one}") == "DONE"
    assert status(api, f"/v1/async-actions/{other}") == "DONE"
    assert status(api, f"/v1/exports/{export}") == "DONE"
    assert api.get("/v1/orders").json["total"] == 2
    assert remember() == 0


@pytest.mark.parametrize("name", ["dynoxide, data in memory", "endpoint https://elsewhere.test"])
def test_only_what_has_its_files_here_goes_on(
    api: Api, deliver: Deliver, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unfinished, "LOCAL_PROJECT", "shop")
    action = api.post("/v1/orders/import", [{"source_id": "web-1"}]).json["async_action_id"]
    forget()

    unfinished.go_on_everywhere(
        Store(name, "", {}), {"COUNTERFOIL_QUEUE": context.settings().queue}
    )
    deliver()

    is_here = name.startswith("dynoxide")
    wanted = "DONE" if is_here else "ENQUEUED"
    assert status(api, f"/v1/async-actions/{action}") == wanted


def test_an_import_that_is_older_than_all_that_is_looked_at_goes_on_as_well(
    api: Api, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unfinished, "NEWEST", 1)
    first = api.post("/v1/orders/import", [{"source_id": "web-1"}]).json["async_action_id"]
    forget()
    api.post("/v1/exports", {"exported_object": "order"})
    deliver()
    assert status(api, f"/v1/async-actions/{first}") == "ENQUEUED"

    assert remember() == 1
    deliver()

    assert status(api, f"/v1/async-actions/{first}") == "DONE"
