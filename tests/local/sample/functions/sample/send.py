"""Puts the text of its path into the queue."""

import os
from collections.abc import Mapping

import boto3

from local.invocation import Context


def handler(event: Mapping[str, Mapping[str, str]], _context: Context) -> dict[str, str]:
    text = event["pathParameters"]["text"]
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=text)
    return {"sent": text}
