"""A worker may die at any moment of an export; every line is in the file once all the same."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.s3 import models

from counterfoil.api import context
from counterfoil.domain.async_actions import ExportWork
from counterfoil.operations import async_work, export_lines, export_sources, export_work
from counterfoil.operations.async_actions import find
from counterfoil.operations.call import Call
from counterfoil.storage import exports, files
from counterfoil.storage.files import Files
from counterfoil.storage.store import Store
from tests.api.client import Api
from tests.api.workers import MortalFiles, dies_at_a_file, work_on_and_on, worker

ORDERS = 23
ALL = sorted(f"o-{n:02d}" for n in range(ORDERS))
SORTS = ["created_at", "-created_at", "-updated_at"]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of a few lines has several parts, and several batches of lines are in each."""
    monkeypatch.setattr(models, "S3_UPLOAD_PART_MIN_SIZE", 1)
    monkeypatch.setattr(export_lines, "PART_BYTES", 40)
    monkeypatch.setattr(export_work, "PART_BYTES", 40)
    source = replace(export_sources.SOURCES["order"], some=3)
    monkeypatch.setitem(export_sources.SOURCES, "order", source)


@pytest.fixture
def orders(api: Api) -> Api:
    """A client of a project with some orders."""
    for name in ALL:
        assert api.post("/v1/orders", {"source_id": name}).status == 200
    return api


def asked(api: Api, order: str = "created_at") -> tuple[str, str]:
    """An export of orders, and its action."""
    body = {"parameters": {"fields": ["source_id"], "order": order}}
    export = api.post("/v1/orders/export", body).json["id"]
    return export, api.get("/v1/async-actions").json["async_actions"][0]["id"]


def lines(api: Api, export: str) -> list[str]:
    found = api.get(f"/v1/exports/{export}").json
    assert found["status"] == "DONE", found
    body = api.get(found["result"]["url"]).body.decode()
    header, *rows = csv.reader(io.StringIO(body, newline=""))
    assert header == ["source_id"]
    return [name for (name,) in rows]


def work_of(store: Store, action: str) -> ExportWork:
    found = find(worker(store, 90), action)
    assert found is not None
    assert isinstance(found.action.work, ExportWork)
    return found.action.work


def leftovers() -> list[str]:
    """Whatever lies beside the files of exports."""
    listed: Any = files.connect(context.settings().region, None)
    found = listed.list_objects_v2(Bucket=context.settings().files).get("Contents", [])
    return [each["Key"] for each in found if not each["Key"].endswith(".csv")]


@pytest.mark.parametrize("order", SORTS)
@pytest.mark.parametrize("after", [False, True])
def test_death_at_a_call_of_the_store_changes_no_file(
    orders: Api, store: Store, order: str, *, after: bool
) -> None:
    export, action = asked(orders, order)

    assert work_on_and_on(store, action, after=after) > 5

    found = lines(orders, export)
    if order != "-updated_at":  # none was ever changed
        assert found == (ALL[::-1] if order == "-created_at" else ALL)
    assert sorted(found) == ALL
    assert orders.get(f"/v1/async-actions/{action}").json["result"]["done_count"] == ORDERS


@pytest.mark.parametrize("order", SORTS)
@pytest.mark.parametrize("after", [False, True])
def test_death_at_a_call_for_a_file_changes_no_file(
    orders: Api, store: Store, order: str, *, after: bool
) -> None:
    export, action = asked(orders, order)

    deaths = 0
    for life in range(1, 60):
        if dies_at_a_file(store, action, life, after=after):
            deaths += 1
        if orders.get(f"/v1/async-actions/{action}").json["status"] == "DONE":
            break

    assert deaths > 0
    assert sorted(lines(orders, export)) == ALL


def hurried(store: Store, number: int) -> Call:
    """A worker whose time is over when it has read the first orders."""
    call = worker(store, number)
    meter = call.store.meter
    patience = replace(call.store.patience, left=lambda: 9.0 if meter.calls < 11 else 5.0)
    return replace(call, store=replace(call.store, patience=patience))


@pytest.mark.parametrize("order", SORTS)
def test_what_is_too_short_for_a_part_is_laid_by(orders: Api, store: Store, order: str) -> None:
    export, action = asked(orders, order)

    async_work.work(hurried(store, 1), action)
    assert (work_of(store, action).rows, work_of(store, action).parts) == (3, ())
    assert len(leftovers()) == 1
    shown = orders.get(f"/v1/exports/{export}").json
    assert (shown["status"], shown["result"]) == ("IN_PROGRESS", None)
    progress = orders.get(f"/v1/async-actions/{action}").json["progress"]
    assert progress == 3 * 100 // ORDERS

    for number in range(2, 30):
        async_work.work(hurried(store, number), action)

    assert sorted(lines(orders, export)) == ALL
    assert leftovers() == []


class Overtaking:
    """A client in whose way another worker does all of it, before the n-th transaction."""

    def __init__(self, store: Store, action: str, place: int) -> None:
        self._store = store
        self._action = action
        self._left = place

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call: Callable[..., Any] = getattr(self._store.client, name)

        def overtaken(**request: object) -> Any:  # noqa: ANN401  # a client's answers
            self._left -= name == "transact_write_items"
            if self._left == 0 and name == "transact_write_items":
                async_work.work(worker(self._store, 2), self._action)
            return call(**request)

        return overtaken


@pytest.mark.parametrize("place", [1, 2, 4, 5])
def test_a_worker_that_was_overtaken_leaves_the_file_alone(
    orders: Api, store: Store, place: int
) -> None:
    export, action = asked(orders)

    async_work.work(worker(store, 1, Overtaking(store, action, place)), action)

    assert lines(orders, export) == ALL


def a_part(store: Store, action: str) -> ExportWork:
    """The work when the first part was uploaded, and nothing more."""
    call = worker(store, 50)
    left = iter([9.0] * 14)
    patience = replace(call.store.patience, left=lambda: next(left, 5.0))
    async_work.work(replace(call, store=replace(call.store, patience=patience)), action)
    work = work_of(store, action)
    assert work.upload is not None
    return work


def test_a_part_that_was_overwritten_has_the_file_begun_again(orders: Api, store: Store) -> None:
    export, action = asked(orders)
    work = a_part(store, action)
    late = Files(context.settings().files, context.settings().region)
    name = exports.file_of("shop", export)

    late.upload(name, str(work.upload), work.parts[0][0], b"what a worker wrote who was late")
    async_work.work(worker(store, 2), action)

    assert lines(orders, export) == ALL


class Forgetful:
    """A client of files whose service knows nothing of one upload any more."""

    def __init__(self, client: object, upload: str) -> None:
        self._client = client
        self._upload = upload

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call: Callable[..., Any] = getattr(self._client, name)

        def forgetting(**request: object) -> Any:  # noqa: ANN401  # a client's answers
            if request.get("UploadId") == self._upload:
                raise ClientError({"Error": {"Code": "NoSuchUpload", "Message": ""}}, name)
            return call(**request)

        return forgetting


def test_an_upload_that_is_gone_is_begun_again(orders: Api, store: Store) -> None:
    export, action = asked(orders)
    upload = a_part(store, action).upload
    known = context.settings()
    forgetful: Any = Forgetful(files.connect(known.region, None), str(upload))

    call = worker(store, 2, files=MortalFiles(known.files, known.region, mortal=forgetful))
    async_work.work(call, action)

    assert lines(orders, export) == ALL


def test_a_rest_that_is_gone_has_the_file_begun_again(orders: Api, store: Store) -> None:
    export, action = asked(orders)
    async_work.work(hurried(store, 1), action)

    Files(context.settings().files, context.settings().region).delete(
        str(work_of(store, action).rest)
    )
    async_work.work(worker(store, 2), action)

    assert lines(orders, export) == ALL


@pytest.mark.parametrize("begun", [hurried, None])
def test_an_export_that_is_deleted_under_way_leaves_nothing(
    orders: Api, store: Store, begun: Callable[[Store, int], Call] | None
) -> None:
    export, action = asked(orders)
    if begun is None:
        a_part(store, action)
    else:
        async_work.work(begun(store, 1), action)

    assert orders.delete(f"/v1/exports/{export}").status == 204
    async_work.work(worker(store, 2), action)

    found = orders.get(f"/v1/async-actions/{action}").json
    assert found["status"] == "FAILED"
    assert found["result"]["error"]["message"] == "The export was deleted"
    assert leftovers() == []
    known = Files(context.settings().files, context.settings().region)
    assert not known.has(exports.file_of("shop", export))


def test_too_much_to_be_sorted_is_an_error(
    orders: Api, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_work, "MOST_BYTES", 100)
    export, action = asked(orders, "status")

    async_work.work(worker(store, 1), action)

    found = orders.get(f"/v1/exports/{export}").json
    assert found["status"] == "ERROR"
    assert "order by created_at" in found["result"]["error"]["message"]
    assert orders.get(f"/v1/async-actions/{action}").json["status"] == "FAILED"


def test_a_file_of_too_many_parts_is_an_error(
    orders: Api, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_work, "PARTS", 20)
    export, action = asked(orders)

    async_work.work(worker(store, 1), action)

    assert orders.get(f"/v1/exports/{export}").json["status"] == "ERROR"
    assert orders.get(f"/v1/async-actions/{action}").json["status"] == "FAILED"
