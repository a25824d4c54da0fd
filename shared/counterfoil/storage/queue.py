"""The queue of async actions: a message names an action, and a worker is given it at least once.

Nothing rests on a message coming once, soon or in order: the action's own item says what is left
to do.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from counterfoil.domain.errors import Unavailable
from counterfoil.storage.client import CONNECT_SECONDS, READ_SECONDS, session_of

if TYPE_CHECKING:
    from collections.abc import Mapping

# Longer than a function can run: the action has been committed by then, or never will be.
_AFTER_COMMIT_SECONDS: Final = 15


class Message(NamedTuple):
    """Which action of which project."""

    project: str
    action_id: str

    @classmethod
    def of(cls, body: str) -> Message:
        """The message that `text` wrote."""
        known: Mapping[str, str] = json.loads(body)
        return cls(known["project"], known["action"])

    @property
    def text(self) -> str:
        """The message as it travels."""
        return json.dumps({"project": self.project, "action": self.action_id})


class Client(Protocol):
    """The one call that the service makes."""

    def send_message(self, **request: object) -> object:
        """Give the queue a message."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue of `url`; its client is made when the first message is sent."""

    url: str
    region: str | None = None
    endpoint: str | None = None

    def promise(self, message: Message) -> None:
        """Have `message` delivered once the action was committed, be this process dead by then.

        Raises Unavailable; the action must not be committed then, for nobody might work on it.
        """
        self._send(message, _AFTER_COMMIT_SECONDS)

    def hand_over(self, message: Message) -> None:
        """Have `message` delivered now. Raises Unavailable."""
        self._send(message, 0)

    def _send(self, message: Message, delay_seconds: int) -> None:
        client = connect(self.region, self.endpoint)
        try:
            client.send_message(
                QueueUrl=self.url, MessageBody=message.text, DelaySeconds=delay_seconds
            )
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(unknown=False) from error


@cache
def connect(region: str | None, _endpoint: str | None) -> Client:
    """The process's client; botocore reads the endpoint, which here only tells clients apart."""
    client: Client = session_of("sqs").create_client(  # type: ignore[assignment]  # botocore makes the method at run time
        "sqs",
        region_name=region,
        config=Config(
            retries={"total_max_attempts": 2},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            user_agent="counterfoil",
        ),
    )
    return client
