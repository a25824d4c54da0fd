"""Keeps every message as an item."""

import os
from collections.abc import Mapping, Sequence

import boto3

from local.invocation import Context


def handler(event: Mapping[str, Sequence[Mapping[str, str]]], _context: Context) -> None:
    for record in event["Records"]:
        item = {"pk": {"S": "kept"}, "sk": {"S": record["body"]}}
        boto3.client("dynamodb").put_item(TableName=os.environ["SAMPLE_TABLE"], Item=item)
