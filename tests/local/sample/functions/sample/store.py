"""Puts one item more into the table and answers with their number."""

import os

import boto3

from local.event import Event
from local.invocation import Context


def handler(event: Event, context: Context) -> dict[str, int]:
    del event
    client = boto3.client("dynamodb")
    table = os.environ["SAMPLE_TABLE"]
    item = {"pk": {"S": "sample"}, "sk": {"S": context.aws_request_id}}
    client.put_item(TableName=table, Item=item)
    found = client.query(
        TableName=table,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "sample"}},
        ConsistentRead=True,
    )
    return {"items": found["Count"]}
