"""What a decoder reads of its request, found in its own source.

Calls are followed as long as they hand the request on. A call that reads it is one of those below,
or something new, of which the generator has to be told (`told.py`).
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel

from counterfoil.api import queries, validation
from local.reference.endpoints import UndescribedError
from local.reference.parameters import (
    Parameter,
    any_filters,
    boundaries,
    choice,
    filters,
    flag,
    instant,
    number,
    pages,
    text,
)
from local.reference.told import BODIES, TOLD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Scope = dict[str, object]

# How a function reads the query: the parameters that a call of it makes, by the call's arguments.
_READERS: Final[Mapping[Callable[..., object], Callable[..., tuple[Parameter, ...]]]] = {
    queries.paging: pages,
    queries.number_of: number,
    queries.time_of: instant,
    queries.between: boundaries,
    queries.one_of: choice,
    queries.conditions: filters,
    queries.filters: any_filters,
    queries.refuse_unbuilt: lambda _names: (),
}
_METHODS: Final[Mapping[str, Callable[[str], tuple[Parameter, ...]]]] = {
    "query_value": text,
    "flag": flag,
}
_RAW: Final = frozenset({"query"})


@dataclass(slots=True)
class Readings:
    """All that a decoder reads: its body's model, and parameters of the query by name."""

    model: type[BaseModel] | None = None
    query: dict[str, Parameter] = field(default_factory=dict)

    def add(self, parameters: tuple[Parameter, ...]) -> None:
        """What is told of a parameter last counts."""
        self.query |= {each.name: each for each in parameters}


def readings(decode: Callable[..., object]) -> Readings:
    """What `decode` reads. Raises UndescribedError."""
    found = Readings()
    _Walk(found).through(decode, {})
    return found


class _Walk:
    def __init__(self, found: Readings) -> None:
        self._found = found
        self._been: set[tuple[Callable[..., object], str]] = set()

    def through(self, function: Callable[..., object], bound: Scope) -> None:
        """Note what `function` reads, with `bound` for its parameters."""
        if (function, repr(bound)) in self._been:
            return
        self._been.add((function, repr(bound)))
        name = f"{function.__module__}.{function.__qualname__}"
        if name in BODIES:
            self._found.model = BODIES[name]
            return
        variables = inspect.getclosurevars(function)
        scope: Scope = {**getattr(function, "__globals__", {}), **variables.nonlocals, **bound}
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                self._call(node, scope, name)
            elif _is_raw(node) and name not in TOLD:
                raise UndescribedError(f"{name} reads the query by itself: local/reference/told.py")
        self._found.add(TOLD.get(name, ()))

    def _call(self, call: ast.Call, scope: Scope, caller: str) -> None:
        if isinstance(call.func, ast.Attribute) and _is_request(call.func.value):
            self._method(call.func.attr, call, scope)
            return
        function = _resolved(call.func, scope)
        if function is validation.validated:
            self._body(call.args[0], scope)
        elif function is queries.parameters:
            if caller not in TOLD:
                raise UndescribedError(f"{caller} reads the query by itself")
        elif callable(function) and function in _READERS:
            arguments, named = _values(call, scope, caller)
            self._found.add(_READERS[function](*arguments, **named))
        elif inspect.isfunction(function) and any(map(_is_request, call.args)):
            self.through(function, _bound(function, call, scope))

    def _method(self, name: str, call: ast.Call, scope: Scope) -> None:
        if name == "payload":
            self._body(call.args[0], scope)
        elif name in _METHODS:
            value = _value(call.args[0], scope)
            if isinstance(value, str):
                self._found.add(_METHODS[name](value))

    def _body(self, node: ast.expr, scope: Scope) -> None:
        model = _value(node, scope)
        if inspect.isclass(model) and issubclass(model, BaseModel):
            self._found.model = model


def _values(call: ast.Call, scope: Scope, caller: str) -> tuple[list[object], Scope]:
    """The arguments of a call but the request. Raises UndescribedError for one that varies."""
    arguments = [_value(each, scope) for each in call.args if not _is_request(each)]
    named = {each.arg: _value(each.value, scope) for each in call.keywords if each.arg}
    if _UNKNOWN in (*arguments, *named.values()):
        raise UndescribedError(f"{caller} reads the query by names that are not constants")
    return arguments, named


_UNKNOWN: Final = object()


def _bound(function: Callable[..., object], call: ast.Call, scope: Scope) -> Scope:
    """The constants that a call gives to the parameters of `function`."""
    named = {each.arg: each.value for each in call.keywords if each.arg}
    given = {**dict(zip(inspect.signature(function).parameters, call.args, strict=False)), **named}
    values = {name: _value(node, scope) for name, node in given.items() if not _is_request(node)}
    return {name: value for name, value in values.items() if value is not _UNKNOWN}


def _value(node: ast.expr, scope: Scope) -> object:
    """What an expression of constants comes to, as its module would have it."""
    source = compile(ast.Expression(node), "<decoder>", "eval")
    try:
        return eval(source, scope)  # noqa: S307  # this repository's own source
    except (NameError, AttributeError, TypeError, KeyError):
        return _UNKNOWN


def _resolved(node: ast.expr, scope: Scope) -> object:
    if isinstance(node, ast.Name):
        return scope.get(node.id)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return getattr(scope.get(node.value.id), node.attr, None)
    return None


def _is_request(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "request"


def _is_raw(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in _RAW and _is_request(node.value)


def path_names(path: str) -> Iterator[str]:
    """The parameters of a path, in its order."""
    for part in path.split("/"):
        if part.startswith("{"):
            yield part.strip("{+}")
