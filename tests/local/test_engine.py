import http.client
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config

from local import engine, install
from local.engine import Engine
from local.errors import EngineError, TablesError
from local.install import Kind
from local.tables import create_tables
from local.template import TableProperties, Template
from tests.local.clients import await_end

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from pydantic import JsonValue

pytestmark = pytest.mark.engine


def a_client(running: Engine) -> "DynamoDBClient":
    return boto3.client("dynamodb", endpoint_url=running.endpoint)


def put(running: Engine, sk: str) -> None:
    a_client(running).put_item(
        TableName="counterfoil",
        Item={"pk": {"S": "a"}, "sk": {"S": sk}, "body": {"B": b"\x00\xff"}},
    )


def stored(running: Engine) -> list[str]:
    found = a_client(running).scan(TableName="counterfoil", ConsistentRead=True)["Items"]
    return sorted(item["sk"]["S"] for item in found)


def fetched(address: str) -> tuple[int, bytes]:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def test_an_engine_answers_when_start_returns(running: Engine) -> None:
    assert engine.answers(running.endpoint)


def test_an_engine_listens_on_loopback_only(running: Engine) -> None:
    port = int(running.endpoint.rpartition(":")[2])
    listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    addresses = {fields[1] for fields in listening if fields[3] == "0A"}

    assert {it for it in addresses if it.endswith(f":{port:04X}")} == {f"0100007F:{port:04X}"}


def test_stopping_ends_the_engine_and_its_watcher(running: Engine) -> None:
    running.stop()
    running.stop()

    await_end({running.pid, running.watcher.pid})
    assert not engine.answers(running.endpoint)


def test_the_tables_are_those_of_the_template(running: Engine, sample: Template) -> None:
    assert create_tables(running.endpoint, sample) == ("counterfoil",)

    table = a_client(running).describe_table(TableName="counterfoil")["Table"]
    assert table["KeySchema"] == sample.tables["Table"]["KeySchema"]
    assert [index["IndexName"] for index in table["GlobalSecondaryIndexes"]] == ["lists"]
    assert not table.get("StreamSpecification", {}).get("StreamEnabled")


def test_a_table_that_is_there_keeps_its_items(running: Engine, sample: Template) -> None:
    create_tables(running.endpoint, sample)
    put(running, "1")

    create_tables(running.endpoint, sample)

    assert stored(running) == ["1"]


def test_a_table_with_other_indexes_is_one_clear_line(running: Engine, sample: Template) -> None:
    create_tables(running.endpoint, sample)
    index: JsonValue = {
        "IndexName": "renamed",
        "KeySchema": [{"AttributeName": "list", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    changed: TableProperties = {**sample.tables["Table"], "GlobalSecondaryIndexes": [index]}

    with pytest.raises(TablesError, match="counterfoil has other keys or indexes"):
        create_tables(
            running.endpoint, Template(functions={}, routes=(), tables={"Table": changed})
        )


def test_data_in_a_folder_survives_a_stop(kind: Kind, data: Path, sample: Template) -> None:
    first = engine.start(kind, data)
    create_tables(first.endpoint, sample)
    put(first, "1")
    first.stop()

    second = engine.start(kind, data)

    assert stored(second) == ["1"]
    second.stop()


def test_what_dynoxide_acknowledged_survives_a_kill(data: Path, sample: Template) -> None:
    if not install.is_installed(Kind.DYNOXIDE):
        pytest.skip("dynoxide cannot be had on this machine")
    first = engine.start(Kind.DYNOXIDE, data)
    create_tables(first.endpoint, sample)
    for number in range(200):
        put(first, f"{number:03}")
    os.kill(first.pid, signal.SIGKILL)
    first.stop()

    second = engine.start(Kind.DYNOXIDE, data)

    assert stored(second) == [f"{number:03}" for number in range(200)]
    second.stop()


def test_an_engine_in_memory_begins_empty(kind: Kind, sample: Template) -> None:
    first = engine.start(kind, None)
    create_tables(first.endpoint, sample)
    put(first, "1")
    first.stop()

    second = engine.start(kind, None)
    create_tables(second.endpoint, sample)

    assert stored(second) == []
    second.stop()


def test_two_engines_run_side_by_side(kind: Kind, running: Engine) -> None:
    other = engine.start(kind, None)

    assert other.endpoint != running.endpoint
    other.stop()
    assert engine.answers(running.endpoint)


def test_a_folder_belongs_to_one_engine_at_a_time(kind: Kind, data: Path) -> None:
    first = engine.start(kind, data)

    with pytest.raises(EngineError, match="is used by another run"):
        engine.start(kind, data, is_given_up=lambda: True)
    first.stop()


def test_a_folder_that_cannot_be_made_is_one_clear_line(kind: Kind, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(EngineError, match="cannot be used"):
        engine.start(kind, tmp_path / "file" / "data")


def test_an_address_opens_a_file_whatever_credentials_the_shell_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "once")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    running = engine.launch(Kind.MINISTACK, None, (engine.QUEUES, engine.FILES))
    try:
        engine.await_answers(running, lambda: False)
        client = boto3.client(
            "s3",
            endpoint_url=running.endpoint,
            aws_access_key_id=engine.CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=engine.CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            aws_session_token="",
            region_name=engine.CREDENTIALS["AWS_REGION"],
            config=Config(signature_version="s3v4"),
        )
        client.create_bucket(
            Bucket="files",
            CreateBucketConfiguration={"LocationConstraint": "eu-central-1"},
        )
        client.put_object(Bucket="files", Key="a.csv", Body=b"id")
        params = {"Bucket": "files", "Key": "a.csv"}
        address = client.generate_presigned_url("get_object", Params=params, ExpiresIn=60)

        assert fetched(address) == (200, b"id")
        assert fetched(address.replace("a.csv", "b.csv"))[0] == 403
    finally:
        running.stop()
