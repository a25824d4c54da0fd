"""What template.yaml says about functions, routes and tables, with every reference resolved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, ValidationError

from local.errors import TemplateError
from local.intrinsics import STACK, Loader, Resolver

__all__ = ["Function", "Route", "TableProperties", "Template", "TemplateError", "load"]

ROOT: Final = Path(__file__).resolve().parent.parent
TEMPLATE: Final = ROOT / "template.yaml"
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

    `queues` tells by a queue's name, as `!Ref` has it, which function reads it.
    """

    functions: Mapping[str, Function]
    routes: tuple[Route, ...]
    tables: Mapping[str, TableProperties]
    queues: Mapping[str, str] = field(default_factory=dict)

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


class _QueueSource(BaseModel):
    model_config = ConfigDict(extra="ignore")

    queue: Mapping[str, tuple[str, str]] = Field(alias="Queue")


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
    tables = {
        name: _table_name(name, resource)
        for name, resource in document.of_kind("AWS::DynamoDB::Table").items()
    }
    values = {name: parameter.default for name, parameter in document.parameters.items()}
    references = {**{name: name for name in document.resources}, **tables, **values}
    resolver = Resolver({**references, **(parameters or {})}, document.conditions)
    functions = document.of_kind("AWS::Serverless::Function")
    try:
        return Template(
            functions={name: _function(name, document, resolver) for name in functions},
            routes=tuple(
                route for name, it in functions.items() for route in _routes(name, it, resolver)
            ),
            tables={
                name: _table(document.resources[name], table_name, resolver)
                for name, table_name in tables.items()
            },
            queues=_queues(functions, references),
        )
    except ValidationError as error:
        raise TemplateError(f"template: {path.name}: {_first(error)}") from error


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


def _queues(
    functions: Mapping[str, _Resource], references: Mapping[str, JsonValue]
) -> Mapping[str, str]:
    """By the name that `!Ref` gives a queue, the function that reads it."""
    readers: dict[str, str] = {}
    for name, resource in functions.items():
        events = _MAPPING.validate_python(resource.properties.get("Events", {}))
        for event in map(_Resource.model_validate, events.values()):
            if event.kind == "SQS":
                source = _QueueSource.model_validate(event.properties).queue
                readers[str(references[source["Fn::GetAtt"][0]])] = name
    return readers


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
