"""What is noted of the writes of a client, and the records that are made of it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import boto3
import pytest

from local import tables, template
from local.changes import Change, Recorder
from local.records import change_records
from local.template import Template, stream_arn
from tests.local.clients import EVENTS_TEMPLATE

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import UniversalAttributeValueTypeDef

TABLE = "counterfoil"
ONE = {"pk": {"S": "p"}, "sk": {"S": "E#1"}}
TWO = {"pk": {"S": "p"}, "sk": {"S": "E#2"}}


def changed(key: Mapping[str, Mapping[str, str]], *, is_new: bool = False) -> Change:
    return Change(TABLE, {name: {**value} for name, value in key.items()}, is_new)


@pytest.fixture(scope="module")
def described() -> Template:
    return template.load(EVENTS_TEMPLATE)


@pytest.fixture
def noted() -> list[Change]:
    return []


@pytest.fixture
def client(pure_moto: str, described: Template, noted: list[Change]) -> "DynamoDBClient":
    made = boto3.client("dynamodb", region_name=pure_moto)
    tables.create_tables_with(made, described)
    for name, hook in Recorder(described, noted.extend).hooks():
        made.meta.events.register(name, hook)
    return made


def test_every_kind_of_write_is_noted(client: "DynamoDBClient", noted: list[Change]) -> None:
    client.put_item(TableName=TABLE, Item={**ONE, "n": {"N": "1"}})
    client.update_item(TableName=TABLE, Key=ONE, UpdateExpression="REMOVE n")
    client.delete_item(TableName=TABLE, Key=ONE)
    client.batch_write_item(RequestItems={TABLE: [{"PutRequest": {"Item": TWO}}]})

    assert [change.key["sk"] for change in noted] == [ONE["sk"]] * 3 + [TWO["sk"]]
    assert not any(change.is_new for change in noted)


def test_a_transaction_is_its_writes(client: "DynamoDBClient", noted: list[Change]) -> None:
    absent = "attribute_not_exists(pk)"
    client.transact_write_items(
        TransactItems=[
            {"Put": {"TableName": TABLE, "Item": ONE, "ConditionExpression": absent}},
            {
                "Update": {
                    "TableName": TABLE,
                    "Key": TWO,
                    "UpdateExpression": "SET n = :n",
                    "ExpressionAttributeValues": {":n": {"N": "1"}},
                    "ConditionExpression": absent,
                }
            },
            {
                "ConditionCheck": {
                    "TableName": TABLE,
                    "Key": {"pk": {"S": "q"}, "sk": {"S": "q"}},
                    "ConditionExpression": absent,
                }
            },
        ]
    )

    assert noted == [
        changed(ONE, is_new=True),
        changed(TWO, is_new=True),
    ]


def test_what_was_refused_or_read_is_not_noted(
    client: "DynamoDBClient", noted: list[Change]
) -> None:
    with pytest.raises(client.exceptions.ConditionalCheckFailedException):
        client.put_item(TableName=TABLE, Item=ONE, ConditionExpression="attribute_exists(pk)")
    client.get_item(TableName=TABLE, Key=ONE)

    assert noted == []


@pytest.mark.parametrize(
    ("condition", "is_new"),
    [
        ("attribute_not_exists(pk)", True),
        ("attribute_not_exists(#key) AND attribute_not_exists(#other)", True),
        ("(attribute_not_exists(pk)) AND #other = :one", True),
        ("attribute_not_exists(#other)", False),
        ("attribute_not_exists(pk) OR #other = :one", False),
        ("", False),
    ],
)
def test_a_write_that_asked_for_absence_made_something_new(
    described: Template,
    condition: str,
    is_new: bool,  # noqa: FBT001  # a table
) -> None:
    noted: list[Change] = []
    recorder = Recorder(described, noted.extend)
    context: dict[str, object] = {}
    sent = {"TableName": TABLE, "Key": ONE, "ConditionExpression": condition}
    names = {"ExpressionAttributeNames": {"#key": "pk", "#other": "other"}}

    hooks = {name.split(".")[0]: hook for name, hook in recorder.hooks()}
    hooks["before-parameter-build"](params={**sent, **names}, context=context)
    hooks["after-call-error"](context=context)

    assert [change.is_new for change in noted] == [is_new]


def test_a_record_tells_the_item_as_a_stream_does(client: "DynamoDBClient") -> None:
    item: dict[str, UniversalAttributeValueTypeDef] = {
        **ONE,
        "b": {"B": b"\x00\xff"},
        "l": {"L": [{"BOOL": True}, {"N": "1.5"}]},
    }
    client.put_item(TableName=TABLE, Item=item)

    (record,) = change_records(client, [changed(ONE, is_new=True)])

    assert (record["eventName"], record["eventSource"]) == ("INSERT", "aws:dynamodb")
    assert record["eventSourceARN"] == stream_arn(TABLE)
    told = record["dynamodb"]
    assert isinstance(told, dict)
    assert told["Keys"] == ONE
    assert told["NewImage"] == {
        **ONE,
        "b": {"B": "AP8="},
        "l": {"L": [{"BOOL": True}, {"N": "1.5"}]},
    }


def test_what_is_gone_is_told_without_an_item_and_what_came_and_went_not_at_all(
    client: "DynamoDBClient",
) -> None:
    (removed,) = change_records(client, [changed(ONE)])
    passing = change_records(client, [changed(ONE, is_new=True)])

    assert removed["eventName"] == "REMOVE"
    assert isinstance(removed["dynamodb"], dict)
    assert "NewImage" not in removed["dynamodb"]
    assert passing == []


def test_many_changes_are_told_in_the_order_in_which_they_were_made(
    client: "DynamoDBClient",
) -> None:
    keys = [{"pk": {"S": "p"}, "sk": {"S": f"E#{number:03d}"}} for number in range(130)]
    for key in keys:
        client.put_item(TableName=TABLE, Item=key)

    records = change_records(client, [changed(key) for key in (*keys, ONE)])

    told = [it["dynamodb"] for it in records if isinstance(it["dynamodb"], dict)]
    assert [it["Keys"] for it in told] == [*keys, ONE]
    numbers = [str(it["SequenceNumber"]) for it in told]
    assert numbers == sorted(set(numbers))
