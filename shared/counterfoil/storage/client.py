"""The low-level client, the shapes it answers in, and which of its failures are passing.

botocore's own retries are off: it repeats a write whose answer was lost without knowing whether it
may, and a bare ADD 1 was seen to count twice. `store.py` has the one retry loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, TypedDict, TypeGuard

import botocore.session
from botocore.config import Config
from botocore.loaders import Loader
from botocore.parsers import JSONParser, ResponseParserFactory

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from botocore.session import Session

    from counterfoil.storage.marshal import Typed

CONNECT_SECONDS: Final = 1
READ_SECONDS: Final = 2

_SERVICE: Final = "dynamodb"
_NOT_EXECUTED: Final = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "TransactionConflictException",
    }
)
_PERHAPS_EXECUTED: Final = frozenset(
    {"InternalServerError", "ServiceUnavailable", "TransactionInProgressException"}
)
_PASSING_REASONS: Final = frozenset(
    {"None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
)
_SERVER_ERROR: Final = 500

WireItem = dict[str, "Typed"]


class ConsumedCapacity(TypedDict, total=False):
    """What one call cost at one table, indexes included."""

    CapacityUnits: float


class Keys(TypedDict):
    """The keys of one table that a batch asks for, or has left over."""

    Keys: list[WireItem]


class Answer(TypedDict, total=False):
    """The parts of the store's answers that are read here."""

    Item: WireItem
    Attributes: WireItem
    Items: list[WireItem]
    Count: int
    Responses: dict[str, list[WireItem]]
    UnprocessedKeys: dict[str, Keys]
    LastEvaluatedKey: WireItem
    ConsumedCapacity: ConsumedCapacity | list[ConsumedCapacity]


class Client(Protocol):
    """The five calls that the service makes."""

    def get_item(self, **request: object) -> Answer:
        """One item."""

    def batch_get_item(self, **request: object) -> Answer:
        """Up to a hundred items."""

    def query(self, **request: object) -> Answer:
        """A page of one partition."""

    def update_item(self, **request: object) -> Answer:
        """One conditioned write."""

    def transact_write_items(self, **request: object) -> Answer:
        """Up to a hundred conditioned writes, all or none."""


def connect(region: str | None) -> Client:
    """A client for all requests of this process, thread-safe.

    Endpoint and credentials come from AWS's own settings.
    """
    session = session_of(_SERVICE)
    session.register_component("response_parser_factory", _PlainAnswers())
    client: Client = session.create_client(  # type: ignore[assignment]  # botocore makes the methods at run time
        _SERVICE,
        region_name=region,
        config=Config(
            retries={"total_max_attempts": 1},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            parameter_validation=False,
            max_pool_connections=50,
            tcp_keepalive=True,
            # botocore's own text is put together anew, twice, in every call: an eighth of its CPU.
            user_agent="counterfoil",
        ),
    )
    return client


def session_of(service: str) -> Session:
    """What makes clients of `service`, and of nothing else."""
    session = botocore.session.get_session()
    session.register_component("data_loader", _OneServiceLoader(service))
    return session


class _OneServiceLoader(Loader):
    """Knows the one service that is asked for.

    Botocore looks into the folders of all its four hundred services to see whether a name is one
    of them; that was a third of the time to make a client, and three quarters of one of S3.
    """

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def list_available_services(self, type_name: str) -> list[str]:
        """That one."""
        del type_name
        return [self._service]


class _PlainAnswers(ResponseParserFactory):
    """Answers as their JSON has them, bytes in base64 included, which `marshal` reads.

    Botocore walks through every value of an answer by the service's model, only to copy it: of a
    batch with two months of history that took longer than everything else in the call.
    """

    def create_parser(self, protocol_name: str) -> JSONParser:
        """The parser of the one service that is asked."""
        del protocol_name
        return _PlainJson()


class _PlainJson(JSONParser):
    def _handle_json_body(self, raw_body: bytes, shape: object) -> object:
        del shape
        return self._parse_body_as_json(raw_body)  # type: ignore[attr-defined]  # its stubs leave it out


def is_item(value: object) -> TypeGuard[WireItem]:
    """Whether a refusal carries the item that stands there."""
    return isinstance(value, dict) and bool(value)


def code_of(error: ClientError) -> str:
    """The store's name for `error`."""
    return error.response["Error"]["Code"]


def is_passing(error: ClientError) -> bool:
    """Whether the same call may succeed a moment later."""
    if code_of(error) == "TransactionCanceledException":
        reasons = error.response.get("CancellationReasons", [])
        return {reason.get("Code", "None") for reason in reasons} <= _PASSING_REASONS
    return code_of(error) in _NOT_EXECUTED or may_have_run(error)


def may_have_run(error: ClientError) -> bool:
    """Whether the call may have taken effect although it failed."""
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return code_of(error) in _PERHAPS_EXECUTED or status >= _SERVER_ERROR
