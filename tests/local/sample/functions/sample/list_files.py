"""Answers with the files that there are."""

import os

import boto3

from local.event import Event
from local.invocation import Context


def handler(event: Event, _context: Context) -> dict[str, dict[str, str]]:
    del event
    client, bucket = boto3.client("s3"), os.environ["FILES_BUCKET"]
    names = [it["Key"] for it in client.list_objects_v2(Bucket=bucket).get("Contents", [])]
    read = {name: client.get_object(Bucket=bucket, Key=name)["Body"].read() for name in names}
    return {"files": {name: body.decode() for name, body in read.items()}}
