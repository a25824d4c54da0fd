"""What template.yaml says about functions, routes and tables, with every reference resolved."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, ValidationError

from local.errors import TemplateError
from local.intrinsics import ACCOUNT, REGION, STACK, Loader, Resolver
from local.sources import Queue, QueueSource, Schedule, Source, StreamSource
from local.sources import bucket_name as name_of_bucket
from local.sources import queue as queue_of
from local.sources import sources as sources_of

__all__ = ["Function", "Route", "TableProperties", "Template", "TemplateError", "load"]

ROOT: Final = Path(__file__).resolve().parent.parent
TEMPLATE: Final = ROOT / "template.yaml"
# Who is told what happens on this machine is on it too, as a rule.
HERE: Final[Mapping[str, str]] = {"AllowPrivateWebhooks": "true"}
DEFAULT_ROUTE: Final = "$default"
ANY_METHOD: Final = "ANY"

# What create_table takes. Streams stay off (dynoxide slows down as their records pile up);
# backups, encryption, TTL and deletion protection mean nothing on one machine.
TABLE_PROPERTIES: Final = (
    "AttributeDefinitions",
    "KeySchema",
    "LocalSecondaryIndexes",
    "GlobalSecondaryIndexes",
    "BillingMode",
    "ProvisionedThroughput",
)
INDEX_PROPERTIES: Final = ("IndexName", "KeySchema", "Projection", "ProvisionedThroughput")

TableProperties = Mapping[str, JsonValue]


@dataclass(frozen=True)
class Function:
    """One Lambda function: `handler` as in the template, `orders.create_order.handler`."""

    logical_id: str
    handler: str
    environment: Mapping[str, str]
    timeout_seconds: int
    memory_mb: int


@dataclass(frozen=True)
class Route:
    """`method` may be ANY; `path` is a template such as `/v1/orders/{orderId+}`, or `$default`."""

    method: str
    path: str
    function: str

    @property
    def key(self) -> str:
        """The routeKey of the event."""
        return DEFAULT_ROUTE if self.path == DEFAULT_ROUTE else f"{self.method} {self.path}"


@dataclass(frozen=True)
class Template:
    """`functions` and `tables` by logical id; the tables are `create_table` arguments.

    `queues` and the names of `buckets` are by logical id too; `sources` are what invokes functions
    beside routes.
    """

    functions: Mapping[str, Function]
    routes: tuple[Route, ...]
    tables: Mapping[str, TableProperties]
    queues: Mapping[str, Queue] = field(default_factory=dict)
    buckets: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()

    @property
    def read_queues(self) -> tuple[QueueSource, ...]:
        """What reads the queues."""
        return tuple(it for it in self.sources if isinstance(it, QueueSource))

    @property
    def streams(self) -> tuple[StreamSource, ...]:
        """What is given the changes of tables."""
        return tuple(it for it in self.sources if isinstance(it, StreamSource))

    @property
    def schedules(self) -> tuple[Schedule, ...]:
        """What is invoked by the clock."""
        return tuple(it for it in self.sources if isinstance(it, Schedule))

    def environment(self) -> Mapping[str, str]:
        """The variables of all functions together: one process serves them all.

        Raises `TemplateError` when two functions want different values for one name.
        """
        merged: dict[str, str] = {}
        for function in self.functions.values():
            for name, value in function.environment.items():
                if merged.setdefault(name, value) != value:
                    raise TemplateError(
                        f"template: {name} is {merged[name]!r} for one function and {value!r} for"
                        f" {function.logical_id}; one process cannot serve both"
                    )
        return merged


class _Variables(BaseModel):
    variables: Mapping[str, str | int | float | bool] = Field(default={}, alias="Variables")


class _FunctionProperties(BaseModel):
    model_config = ConfigDict(extra="ignore")

    handler: str = Field(alias="Handler")
    environment: _Variables = Field(default=_Variables(), alias="Environment")
    timeout: int = Field(default=3, alias="Timeout")
    memory: int = Field(default=128, alias="MemorySize")


class _HttpApiEvent(BaseModel):
    model_config = ConfigDict(extra="ignore")

    path: str = Field(default=DEFAULT_ROUTE, alias="Path")
    method: str = Field(default=ANY_METHOD, alias="Method")


class _Resource(BaseModel):
    kind: str = Field(alias="Type")
    properties: Mapping[str, JsonValue] = Field(default={}, alias="Properties")


class _Parameter(BaseModel):
    default: JsonValue = Field(default="", alias="Default")


class _Globals(BaseModel):
    function: Mapping[str, JsonValue] = Field(default={}, alias="Function")


class _Document(BaseModel):
    parameters: Mapping[str, _Parameter] = Field(default={}, alias="Parameters")
    conditions: Mapping[str, JsonValue] = Field(default={}, alias="Conditions")
    global_values: _Globals = Field(default=_Globals(), alias="Globals")
    resources: Mapping[str, _Resource] = Field(alias="Resources")

    def of_kind(self, kind: str) -> Mapping[str, _Resource]:
        return {name: it for name, it in self.resources.items() if it.kind == kind}


_MAPPING: Final = TypeAdapter(dict[str, JsonValue])
_FUNCTION_KEYS: Final = ("Handler", "Environment", "Timeout", "MemorySize")


def load(path: Path = TEMPLATE, parameters: Mapping[str, str] | None = None) -> Template:
    """The template at `path`; a parameter that is not given has its Default."""
    document = _read(path)
    try:
        return _described(document, parameters or {})
    except ValidationError as error:
        raise TemplateError(f"template: {path.name}: {_first(error)}") from error


def _described(document: _Document, parameters: Mapping[str, str]) -> Template:
    tables = _table_names(document)
    defaults = {name: parameter.default for name, parameter in document.parameters.items()}
    plain = {**{name: name for name in document.resources}, **tables, **defaults, **parameters}
    early = Resolver(plain, document.conditions)
    queues, buckets = _queues(document, early), _buckets(document, early)
    urls = {name: queue.url for name, queue in queues.items()}
    attributes = _attributes(tables, queues, buckets)
    resolver = Resolver({**plain, **urls, **buckets}, document.conditions, attributes)
    functions = document.of_kind("AWS::Serverless::Function")
    return Template(
        functions={name: _function(name, document, resolver) for name in functions},
        routes=tuple(
            route for name, it in functions.items() for route in _routes(name, it, resolver)
        ),
        tables={
            name: _table(document.resources[name], table_name, resolver)
            for name, table_name in tables.items()
        },
        queues=queues,
        buckets=buckets,
        sources=tuple(
            source for name, it in functions.items() for source in _sources(name, it, resolver)
        ),
    )


def _table_names(document: _Document) -> Mapping[str, str]:
    return {
        name: _table_name(name, resource)
        for name, resource in document.of_kind("AWS::DynamoDB::Table").items()
    }


def _queues(document: _Document, resolver: Resolver) -> Mapping[str, Queue]:
    return {
        name: queue_of(name, it.properties, resolver.resolve)
        for name, it in document.of_kind("AWS::SQS::Queue").items()
    }


def _buckets(document: _Document, resolver: Resolver) -> Mapping[str, str]:
    return {
        name: name_of_bucket(name, it.properties, resolver.resolve)
        for name, it in document.of_kind("AWS::S3::Bucket").items()
    }


def _attributes(
    tables: Mapping[str, str], queues: Mapping[str, Queue], buckets: Mapping[str, str]
) -> Mapping[str, Mapping[str, str]]:
    """What `!GetAtt` gives by logical id and attribute."""
    return {
        **{name: {"StreamArn": stream_arn(table)} for name, table in tables.items()},
        **{
            name: {"Arn": it.arn, "QueueName": it.name, "QueueUrl": it.url}
            for name, it in queues.items()
        },
        **{name: {"Arn": f"arn:aws:s3:::{bucket}"} for name, bucket in buckets.items()},
    }


def stream_arn(table: str) -> str:
    """The ARN of a table's stream."""
    return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}/stream/2026-01-01T00:00:00.000"


def _read(path: Path) -> _Document:
    try:
        # The loader is SafeLoader with CloudFormation's tags.
        return _Document.model_validate(yaml.load(path.read_text("utf-8"), Loader))  # noqa: S506
    except FileNotFoundError as error:
        raise TemplateError(f"template: there is no {path}") from error
    except yaml.YAMLError as error:
        raise TemplateError(f"template: {path.name}: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        raise TemplateError(f"template: {path.name}: {_first(error)}") from error


def _first(error: ValidationError) -> str:
    detail = error.errors()[0]
    return f"{'.'.join(str(part) for part in detail['loc'])}: {detail['msg']}"


def _table_name(logical_id: str, resource: _Resource) -> str:
    given = resource.properties.get("TableName")
    if isinstance(given, str):
        return given
    return STACK if logical_id == "Table" else f"{STACK}-{logical_id}"


def _function(name: str, document: _Document, resolver: Resolver) -> Function:
    common = document.global_values.function
    own = document.resources[name].properties
    merged: dict[str, JsonValue] = {
        key: own.get(key, common.get(key)) for key in _FUNCTION_KEYS if key in {**common, **own}
    }
    properties = _FunctionProperties.model_validate(resolver.resolve(merged))
    inherited = _Variables.model_validate(resolver.resolve(common.get("Environment", {})))
    variables = {**inherited.variables, **properties.environment.variables}
    return Function(
        logical_id=name,
        handler=properties.handler,
        environment={key: _text(value) for key, value in variables.items()},
        timeout_seconds=properties.timeout,
        memory_mb=properties.memory,
    )


def _text(value: str | float) -> str:
    """As CloudFormation hands it over: true and false in lower case."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _routes(name: str, resource: _Resource, resolver: Resolver) -> tuple[Route, ...]:
    events = _MAPPING.validate_python(resource.properties.get("Events", {}))
    found = (_Resource.model_validate(event) for event in events.values())
    return tuple(_route(name, event, resolver) for event in found if event.kind == "HttpApi")


def _route(name: str, event: _Resource, resolver: Resolver) -> Route:
    wanted = {key: event.properties[key] for key in ("Path", "Method") if key in event.properties}
    http = _HttpApiEvent.model_validate(resolver.resolve(wanted))
    method = http.method.upper().replace("X-AMAZON-APIGATEWAY-ANY-METHOD", ANY_METHOD)
    return Route(method=method, path=http.path, function=name)


def _sources(name: str, resource: _Resource, resolver: Resolver) -> Iterator[Source]:
    events = _MAPPING.validate_python(resource.properties.get("Events", {}))
    found = {key: _Resource.model_validate(event) for key, event in events.items()}
    kinds = {key: (event.kind, event.properties) for key, event in found.items()}
    return sources_of(name, kinds, resolver.resolve)


def _table(resource: _Resource, table_name: str, resolver: Resolver) -> TableProperties:
    given = resource.properties
    kept = {key: resolver.resolve(given[key]) for key in TABLE_PROPERTIES if key in given}
    for key in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
        indexes = kept.get(key)
        if isinstance(indexes, list):
            kept[key] = [_index(_MAPPING.validate_python(index)) for index in indexes]
    return {"TableName": table_name, **kept}


def _index(index: Mapping[str, JsonValue]) -> JsonValue:
    return {key: index[key] for key in INDEX_PROPERTIES if key in index}
