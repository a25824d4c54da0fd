"""Fails in each way that a function can, and answers in each way that is allowed."""

import os
import threading
from collections.abc import Mapping

import boto3

from local.invocation import Context

ANSWERS: Mapping[str, object] = {
    "nonsense": {"statusCode": 200, "body": {"not": "text"}},
    "plain": {"kind": "plain"},
    "bytes": {"statusCode": 201, "body": "AP8=", "isBase64Encoded": True},
    "empty": {"statusCode": 204},
    "injection": {"statusCode": 200, "headers": {"x-a": "1\r\nx-b: 2"}, "body": "ok"},
}


def handler(event: Mapping[str, Mapping[str, str]], _context: Context) -> object:
    kind = event["pathParameters"]["kind"]
    if kind == "raise":
        raise RuntimeError("on purpose")
    if kind == "exit":
        os._exit(3)
    if kind == "written":
        item = {"pk": {"S": "kept"}, "sk": {"S": "written"}}
        boto3.client("dynamodb").put_item(TableName=os.environ["SAMPLE_TABLE"], Item=item)
    if kind in {"hang", "written"}:
        threading.Event().wait(60)
    return ANSWERS[kind]
