"""SQS on one machine: what a function sends is given to the function that reads its queue.

Messages live in memory: one under way when `make run` ends is lost, where SQS would keep it.
"""

import hashlib
import os
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from local.http_messages import HttpRequest, HttpResponse
from local.intrinsics import ACCOUNT, REGION
from local.invocation import FunctionFailedError, Invoke
from local.server import HOST, Server
from local.template import Template

SEND: Final = "AmazonSQS.SendMessage"
ENDPOINT: Final = "AWS_ENDPOINT_URL_SQS"
MOST_DELIVERIES: Final = 10
RETRY_SECONDS: Final = 2.0


class _Sent(BaseModel):
    model_config = ConfigDict(extra="ignore")

    queue: str = Field(alias="QueueUrl")
    body: str = Field(alias="MessageBody")
    delay_seconds: int = Field(default=0, alias="DelaySeconds")


class Queues:
    """Takes messages, and delivers each in a thread of its own until its function is done with it.

    A function that fails is given the message again after `retry_seconds`, ten times in all.
    """

    def __init__(
        self, template: Template, invoke: Invoke, retry_seconds: float = RETRY_SECONDS
    ) -> None:
        self._template = template
        self._readers = {template.queues[it.queue].url: it.function for it in template.read_queues}
        self._invoke = invoke
        self._retry_seconds = retry_seconds

    def handle(self, request: HttpRequest) -> HttpResponse:
        """The answer to one call of SQS's API, of which SendMessage is all that there is."""
        if request.joined_headers().get("x-amz-target") != SEND:
            return HttpResponse.refusal(HTTPStatus.BAD_REQUEST, f"only {SEND} is played here")
        try:
            sent = _Sent.model_validate_json(request.body)
        except ValidationError as error:
            return HttpResponse.refusal(HTTPStatus.BAD_REQUEST, str(error))
        if sent.queue not in self._readers:
            return HttpResponse.refusal(HTTPStatus.BAD_REQUEST, f"there is no queue {sent.queue}")
        message_id = str(uuid.uuid4())
        self._deliver_after(sent.delay_seconds, sent, message_id, 1)
        digest = hashlib.md5(sent.body.encode(), usedforsecurity=False).hexdigest()
        return HttpResponse.json(200, {"MessageId": message_id, "MD5OfMessageBody": digest})

    def _deliver_after(self, seconds: float, sent: _Sent, message_id: str, count: int) -> None:
        timer = threading.Timer(seconds, self._deliver, (sent, message_id, count))
        timer.daemon = True
        timer.start()

    def _deliver(self, sent: _Sent, message_id: str, count: int) -> None:
        function = self._template.functions[self._readers[sent.queue]]
        try:
            self._invoke(function, _event(sent, message_id, count), str(uuid.uuid4()))
        except FunctionFailedError:
            if count < MOST_DELIVERIES:
                self._deliver_after(self._retry_seconds, sent, message_id, count + 1)


def _event(sent: _Sent, message_id: str, count: int) -> dict[str, JsonValue]:
    record: Mapping[str, JsonValue] = {
        "messageId": message_id,
        "receiptHandle": message_id,
        "body": sent.body,
        "attributes": {"ApproximateReceiveCount": str(count)},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{sent.queue.rpartition('/')[2]}",
        "awsRegion": REGION,
    }
    return {"Records": [dict(record)]}


@contextmanager
def listening() -> Iterator[Server]:
    """A server that this process, and those that it starts, take for SQS."""
    server = Server(0)
    os.environ[ENDPOINT] = f"http://{HOST}:{server.port}"
    try:
        yield server
    finally:
        server.stop()
        os.environ.pop(ENDPOINT, None)
