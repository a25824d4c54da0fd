"""What invokes a function beside a route: a queue, the table's stream, a schedule."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, TypeAdapter

from local.errors import TemplateError
from local.filters import check
from local.intrinsics import ACCOUNT, REGION, STACK

FIFO: Final = ".fifo"
REPORTS: Final = "ReportBatchItemFailures"
# What create_queue takes; encryption means nothing on one machine.
QUEUE_ATTRIBUTES: Final = (
    "FifoQueue",
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "FifoThroughputLimit",
    "DelaySeconds",
    "MessageRetentionPeriod",
    "VisibilityTimeout",
)

Properties = Mapping[str, JsonValue]
Resolve = Callable[[JsonValue], JsonValue]


@dataclass(frozen=True)
class Queue:
    """A queue by its logical id; `attributes` are those of create_queue.

    What was received `most_receives` times goes to the queue `dead_letters`, a logical id too.
    """

    logical_id: str
    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    dead_letters: str | None = None
    most_receives: int = 0

    @property
    def is_fifo(self) -> bool:
        """Whether it keeps the order of each group."""
        return self.name.endswith(FIFO)

    @property
    def url(self) -> str:
        """What `!Ref` gives; its last part is all that an endpoint of this machine looks at."""
        return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{self.name}"

    @property
    def arn(self) -> str:
        """Its ARN in the account of this machine."""
        return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{self.name}"


@dataclass(frozen=True)
class QueueSource:
    """`function` is given up to `batch_size` messages of `queue`, a logical id."""

    function: str
    queue: str
    batch_size: int
    reports_failures: bool


@dataclass(frozen=True)
class StreamSource:
    """`function` is given the changes of `stream`, an ARN, that one of `patterns` takes.

    It gathers up to `batch_size` of them for up to `window_seconds`. `retries` is how often a batch
    is tried again before it goes to `on_failure`, a queue.
    """

    function: str
    stream: str
    patterns: tuple[Mapping[str, JsonValue], ...]
    batch_size: int
    window_seconds: int
    retries: int
    on_failure: str | None
    bisects: bool
    reports_failures: bool


@dataclass(frozen=True)
class Schedule:
    """`function` is given `event` whenever `expression` says so in the time zone `zone`."""

    function: str
    name: str
    expression: str
    zone: str
    event: dict[str, JsonValue]


Source = QueueSource | StreamSource | Schedule


def _named(value: object) -> object:
    """The logical id of `!GetAtt X.Arn` and `!Ref X`."""
    if isinstance(value, Mapping) and "Fn::GetAtt" in value:
        return value["Fn::GetAtt"][0]
    return value["Ref"] if isinstance(value, Mapping) and "Ref" in value else value


_Named = Annotated[str, BeforeValidator(_named)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Filter(_Part):
    pattern: str = Field(alias="Pattern")


class _Filters(_Part):
    filters: tuple[_Filter, ...] = Field(default=(), alias="Filters")

    def patterns(self) -> tuple[Mapping[str, JsonValue], ...]:
        patterns = tuple(_event(it.pattern) for it in self.filters)
        for pattern in patterns:
            check(pattern)
        return patterns


class _Destination(_Part):
    queue: _Named = Field(alias="Destination")


class _Destinations(_Part):
    on_failure: _Destination | None = Field(default=None, alias="OnFailure")


class _Mapping(_Part):
    response_types: tuple[str, ...] = Field(default=(), alias="FunctionResponseTypes")


class _QueueEvent(_Mapping):
    queue: _Named = Field(alias="Queue")
    batch_size: int = Field(default=10, alias="BatchSize")

    def source(self, function: str) -> QueueSource:
        reports = REPORTS in self.response_types
        return QueueSource(function, self.queue, self.batch_size, reports)


class _StreamEvent(_Mapping):
    stream: str = Field(alias="Stream")
    batch_size: int = Field(default=100, alias="BatchSize")
    window_seconds: int = Field(default=0, alias="MaximumBatchingWindowInSeconds")
    criteria: _Filters = Field(default=_Filters(), alias="FilterCriteria")
    retries: int = Field(default=-1, alias="MaximumRetryAttempts")
    destinations: _Destinations = Field(default=_Destinations(), alias="DestinationConfig")
    bisects: bool = Field(default=False, alias="BisectBatchOnFunctionError")

    def source(self, function: str) -> StreamSource:
        failed = self.destinations.on_failure
        return StreamSource(
            function=function,
            stream=self.stream,
            patterns=self.criteria.patterns(),
            batch_size=self.batch_size,
            window_seconds=self.window_seconds,
            retries=self.retries,
            on_failure=failed.queue if failed else None,
            bisects=self.bisects,
            reports_failures=REPORTS in self.response_types,
        )


class _ScheduleEvent(_Part):
    expression: str = Field(alias="ScheduleExpression")
    zone: str = Field(default="UTC", alias="ScheduleExpressionTimezone")
    given: str = Field(default="{}", alias="Input")

    def source(self, function: str, name: str) -> Schedule:
        return Schedule(function, name, self.expression, self.zone, _event(self.given))


class _RuleEvent(_Part):
    expression: str = Field(alias="Schedule")
    given: str = Field(default="{}", alias="Input")

    def source(self, function: str, name: str) -> Schedule:
        return Schedule(function, name, self.expression, "UTC", _event(self.given))


class _Redrive(_Part):
    target: _Named = Field(alias="deadLetterTargetArn")
    most: int = Field(alias="maxReceiveCount")


_EVENT: Final = TypeAdapter(dict[str, JsonValue])


def _event(text: str) -> dict[str, JsonValue]:
    return _EVENT.validate_json(text)


def sources(
    function: str, events: Mapping[str, tuple[str, Properties]], resolve: Resolve
) -> Iterator[Source]:
    """What invokes `function`, of its events by name: each a type and its properties."""
    for name, (kind, properties) in events.items():
        match kind:
            case "SQS":
                yield _QueueEvent.model_validate(properties).source(function)
            case "DynamoDB":
                given = {**properties, "Stream": resolve(properties.get("Stream"))}
                yield _StreamEvent.model_validate(given).source(function)
            case "ScheduleV2":
                resolved = resolve({**properties})
                yield _ScheduleEvent.model_validate(resolved).source(function, f"{function}{name}")
            case "Schedule":
                resolved = resolve({**properties})
                yield _RuleEvent.model_validate(resolved).source(function, f"{function}{name}")
            case "HttpApi":
                pass
            case _:
                raise TemplateError(f"template: {function} has an event of the kind {kind}")


def queue(logical_id: str, properties: Properties, resolve: Resolve) -> Queue:
    """The queue of these properties; one without a name is called like its resource."""
    given = {key: resolve(properties[key]) for key in QUEUE_ATTRIBUTES if key in properties}
    default = logical_id + (FIFO if given.get("FifoQueue") is True else "")
    written = properties.get("RedrivePolicy")
    redrive = _Redrive.model_validate(written) if written else None
    return Queue(
        logical_id=logical_id,
        name=str(resolve(properties.get("QueueName", default))),
        attributes={key: _text(value) for key, value in given.items()},
        dead_letters=redrive.target if redrive else None,
        most_receives=redrive.most if redrive else 0,
    )


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def bucket_name(logical_id: str, properties: Properties, resolve: Resolve) -> str:
    """The name of a bucket; without one, as CloudFormation begins one."""
    return str(resolve(properties.get("BucketName", f"{STACK}-{logical_id.lower()}")))
