"""Answers with the event, its environment and its process."""

import json
import os

from local.event import Event
from local.invocation import Context


def handler(event: Event, context: Context) -> dict[str, object]:
    answer = {
        "event": event,
        "function": context.function_name,
        "request_id": context.aws_request_id,
        "remaining": context.get_remaining_time_in_millis(),
        "environment": {k: v for k, v in os.environ.items() if k.startswith("SAMPLE_")},
        "pid": os.getpid(),
    }
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json", "x-flag": True},
        "cookies": ["a=1", "b=2"],
        "body": json.dumps(answer),
    }
