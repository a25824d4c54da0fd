"""SQS's event sources: each queue's messages are handed to the function that reads it.

The queues themselves are ministack's, which keeps the order of a FIFO queue's groups, delays, and
puts by what was received too often. As on AWS, a message whose function failed is given out again
when its visibility timeout is over, or when the function itself said.
"""

import contextlib
import threading
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from local.invocation import FunctionFailedError, Invoke
from local.records import event_of, failures, message_record
from local.resources import Message, Sqs
from local.sources import QueueSource
from local.template import Template

# Ministack looks every 0.1 s; a longer wait would only hold up its end.
WAIT_SECONDS: Final = 1
MOST_RECEIVED: Final = 10
AT_ONCE: Final = 8
RETRY_SECONDS: Final = 0.5


class QueueSources:
    """Receives in a thread for each source, and invokes up to `AT_ONCE` functions for each."""

    def __init__(self, template: Template, invoke: Invoke, client: Sqs) -> None:
        self._template = template
        self._invoke = invoke
        self._client = client
        self._ended = threading.Event()

    def start(self) -> None:
        """Begins to receive."""
        for source in self._template.read_queues:
            name = f"queue {source.queue}"
            threading.Thread(target=self._follow, args=(source,), name=name, daemon=True).start()

    def stop(self) -> None:
        """Receives nothing more; what is being worked on is not waited for."""
        self._ended.set()

    def _follow(self, source: QueueSource) -> None:
        room = threading.BoundedSemaphore(AT_ONCE)
        pool = ThreadPoolExecutor(AT_ONCE, f"reader of {source.queue}")
        while not self._ended.is_set():
            room.acquire()
            done = pool.submit(self.hand_over, source, self._received(source))
            done.add_done_callback(lambda _: room.release())
        pool.shutdown(wait=False, cancel_futures=True)

    def _received(self, source: QueueSource) -> Sequence[Message]:
        """Up to a batch of messages; none after a while without any."""
        try:
            received = self._client.receive_message(
                QueueUrl=self._template.queues[source.queue].url,
                MaxNumberOfMessages=min(source.batch_size, MOST_RECEIVED),
                WaitTimeSeconds=WAIT_SECONDS,
                AttributeNames=["All"],
            )
        except (BotoCoreError, ClientError):
            self._ended.wait(RETRY_SECONDS)  # the engine is gone; who started it notices
            return ()
        return received.get("Messages", ())

    def hand_over(self, source: QueueSource, messages: Sequence[Message]) -> None:
        """Messages that the function has done are gone from the queue afterwards."""
        if not messages:
            return
        queue = self._template.queues[source.queue]
        records = [message_record(message, queue) for message in messages]
        function = self._template.functions[source.function]
        try:
            answer = self._invoke(function, event_of(records), str(uuid.uuid4()))
        except FunctionFailedError:
            return
        ids = [message["MessageId"] for message in messages]
        undone = failures(answer, ids) if source.reports_failures else set()
        delete = partial(self._client.delete_message, QueueUrl=queue.url)
        for message in messages:
            if message["MessageId"] not in undone:
                # Too late is no harm: the message comes once more.
                with contextlib.suppress(BotoCoreError, ClientError):
                    delete(ReceiptHandle=message["ReceiptHandle"])
