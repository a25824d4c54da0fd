"""The queue of deliveries: first in, first out within a group, and no group waits for another.

A message is given out at least once. What of it was done already, the delivery's own item says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypedDict

from botocore.exceptions import BotoCoreError, ClientError

from counterfoil.domain.errors import Unavailable
from counterfoil.storage import queue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.domain.deliveries import Notice

_LONGEST_SECONDS: Final = 12 * 3600


class Refused(TypedDict):
    """One message that the queue did not take."""

    Id: str


class Answer(TypedDict, total=False):
    """The part of an answer that is read here."""

    Failed: list[Refused]


class Client(Protocol):
    """The calls that the service makes."""

    def send_message_batch(self, **request: object) -> Answer:
        """Give the queue up to ten messages."""

    def change_message_visibility(self, **request: object) -> object:
        """Have a message given out again after so many seconds."""


@dataclass(frozen=True, slots=True)
class DeliveryQueue:
    """The queue of `url`; its client is made when it is first used."""

    url: str
    region: str | None = None
    endpoint: str | None = None

    def send(self, notices: Sequence[Notice]) -> set[int]:
        """Give the queue up to ten notices; the places of those that it did not take for certain.

        Those may be on their way all the same. Of equal ones within five minutes it takes one.
        """
        entries = [
            {
                "Id": str(place),
                "MessageBody": notice.text,
                "MessageGroupId": notice.group,
                "MessageDeduplicationId": notice.once,
            }
            for place, notice in enumerate(notices)
        ]
        try:
            answer = self._client.send_message_batch(QueueUrl=self.url, Entries=entries)
        except (BotoCoreError, ClientError):
            return set(range(len(notices)))
        return {int(each["Id"]) for each in answer.get("Failed", [])}

    def put_off(self, receipt: str, seconds: int) -> None:
        """Have the message of `receipt` given out again after `seconds`, unless it is deleted.

        Raises Unavailable; it is then given out when its time is up that the queue has set.
        """
        wanted = min(seconds, _LONGEST_SECONDS)
        try:
            self._client.change_message_visibility(
                QueueUrl=self.url, ReceiptHandle=receipt, VisibilityTimeout=wanted
            )
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(unknown=True) from error

    @property
    def _client(self) -> Client:
        client: Client = queue.connect(self.region, self.endpoint)  # type: ignore[assignment]  # botocore makes all of SQS's methods
        return client
