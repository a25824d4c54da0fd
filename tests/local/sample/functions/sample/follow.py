"""Writes a file of every item that was kept."""

import json
import os
from typing import Any

import boto3

from local.invocation import Context


def handler(event: dict[str, Any], _context: Context) -> None:
    for record in event["Records"]:
        image = record["dynamodb"]["NewImage"]
        boto3.client("s3").put_object(
            Bucket=os.environ["FILES_BUCKET"], Key=image["sk"]["S"], Body=json.dumps(image)
        )
