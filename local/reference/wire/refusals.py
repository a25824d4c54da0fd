"""What every refusal looks like."""

from typing import NotRequired

from pydantic import JsonValue
from typing_extensions import TypedDict

from local.reference.wire.explanations import Explanation


class CustomMessage(TypedDict):
    """What the shop's rule wants its customer to be told."""

    message: str


class Refusal(TypedDict):
    """Why a request was refused: act on `key`, show `message`, log `details` and `request_id`.

    `resource_*` name what it is about; `redeemable_*` the voucher or tier that was refused.
    """

    code: int
    key: NotRequired[str]
    message: str
    details: str
    request_id: NotRequired[str]
    resource_id: NotRequired[str]
    resource_type: NotRequired[str]
    redeemable_type: NotRequired[str]
    redeemable_id: NotRequired[str]
    error: NotRequired[CustomMessage]
    explanation: NotRequired[Explanation]
    dry_run: NotRequired[dict[str, JsonValue]]


class TooLarge(TypedDict):
    """The body is too large."""

    statusCode: int  # as the contract has it
    error: str
    message: str
