"""Creates the template's queues and buckets at an endpoint."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final, Protocol, TypedDict

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.errors import TablesError
from local.intrinsics import REGION
from local.sources import Queue
from local.template import Template

# Longer than a queue is waited at.
READ_SECONDS: Final = 30
MISSING: Final = frozenset({"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"})


class Created(TypedDict):
    """What create_queue answers."""

    QueueUrl: str


class Described(TypedDict):
    """What get_queue_attributes answers."""

    Attributes: dict[str, str]


class Received(TypedDict, total=False):
    """What receive_message answers."""

    Messages: list["Message"]


class Message(TypedDict, total=False):
    """A message as it is received."""

    MessageId: str
    ReceiptHandle: str
    MD5OfBody: str
    Body: str
    Attributes: dict[str, str]
    MessageAttributes: dict[str, dict[str, object]]


class Sqs(Protocol):
    """What is used of SQS's client; its stubs are not installed."""

    def get_queue_url(self, **request: object) -> Created:
        """That of the queue of this name."""

    def create_queue(self, **request: object) -> Created:
        """A queue, new or as it is."""

    def get_queue_attributes(self, **request: object) -> Described:
        """What it was created with."""

    def set_queue_attributes(self, **request: object) -> object:
        """Change it."""

    def receive_message(self, **request: object) -> Received:
        """Messages that are due."""

    def delete_message(self, **request: object) -> object:
        """Be done with one."""

    def send_message(self, **request: object) -> object:
        """Put one in."""

    def change_message_visibility(self, **request: object) -> object:
        """When it is given out again."""


class Buckets(Protocol):
    """What is used of S3's client, likewise."""

    def create_bucket(self, **request: object) -> object:
        """A bucket, new or as it is."""

    def list_buckets(self) -> Mapping[str, list[dict[str, str]]]:
        """Those that are there."""


@cache
def sqs() -> Sqs:
    """The process's client; endpoint, region and credentials come from the standard variables."""
    config = Config(read_timeout=READ_SECONDS, max_pool_connections=50)
    client: Sqs = boto3.client("sqs", config=config)
    return client


def create_resources(template: Template) -> None:
    """The template's queues and buckets are there afterwards. Raises TablesError."""
    try:
        create_queues(sqs(), template)
        buckets: Buckets = boto3.client("s3", config=Config(s3={"addressing_style": "path"}))
        create_buckets(buckets, template)
    except (BotoCoreError, ClientError) as error:
        raise TablesError(f"the queues and buckets cannot be created: {error}") from error


def create_queues(client: Sqs, template: Template) -> Mapping[str, str]:
    """The URL of each queue by its logical id; those there already get the template's attributes.

    Dead letters come first: a queue is created with the ARN of its own.
    """
    urls: dict[str, str] = {}
    arns: dict[str, str] = {}
    for queue in _last_stops_first(template):
        attributes = {**queue.attributes}
        if queue.dead_letters:
            redrive = {
                "deadLetterTargetArn": arns[queue.dead_letters],
                "maxReceiveCount": queue.most_receives,
            }
            attributes["RedrivePolicy"] = json.dumps(redrive)
        url = _create(client, queue, attributes)
        found = client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        urls[queue.logical_id], arns[queue.logical_id] = url, found["Attributes"]["QueueArn"]
    return urls


def _create(client: Sqs, queue: Queue, attributes: Mapping[str, str]) -> str:
    """Created bare, for one that has other attributes would be refused, and then given its own."""
    unchangeable = {"FifoQueue": "true"} if queue.is_fifo else {}
    url = (
        _known(client, queue)
        or client.create_queue(QueueName=queue.name, Attributes=unchangeable)["QueueUrl"]
    )
    changing = {key: value for key, value in attributes.items() if key not in unchangeable}
    if changing:
        client.set_queue_attributes(QueueUrl=url, Attributes=changing)
    return url


def _known(client: Sqs, queue: Queue) -> str | None:
    """Ministack would create a second queue of one name when it comes back on another port."""
    try:
        return client.get_queue_url(QueueName=queue.name)["QueueUrl"]
    except ClientError as error:
        if error.response["Error"]["Code"] in MISSING:
            return None
        raise


def _last_stops_first(template: Template) -> Iterator[Queue]:
    yield from sorted(template.queues.values(), key=lambda queue: queue.dead_letters is not None)


def create_buckets(client: Buckets, template: Template) -> None:
    """The template's buckets are there afterwards, empty or as they were."""
    known = {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}
    for name in set(template.buckets.values()) - known:
        client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
