"""Every route with what its handler declares: who may call it, and what reads and renders it.

A handler is a closure over its route (`api/endpoint.py`), and says there all that is asked here.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import yaml

from local import template
from local.errors import LocalError
from local.intrinsics import Loader
from local.template import DEFAULT_ROUTE, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from counterfoil.storage.credentials import Kind
    from local.template import Route

# What is no operation of the API, and why.
LEFT_OUT: Final[Mapping[str, str]] = {
    "RefuseRoute": "it answers what no route takes",
    "ServeReference": "it serves this very description",
    "ServeDashboard": "its pages are for people",
    "AnswerPreflight": "browsers ask it by themselves, before what is described here",
}

# What has an edge of its own, and what opens it in place of a key.
OPENED_OTHERWISE: Final[Mapping[str, str]] = {"DownloadExport": "the token of its address"}


class UndescribedError(LocalError):
    """The code does something that the reference has no words for yet."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What a handler gives to `endpoint`."""

    decode: Callable[..., object]
    encode: Callable[..., object]
    opened_by: Kind
    reads_forms: bool
    rehearses: bool
    explains: bool


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One route. `declared` None is one that answers anybody."""

    name: str
    folder: str
    summary: str
    method: str
    path: str
    declared: Declared | None

    @property
    def place(self) -> str:
        """Its path without the mark of parameters that may have a `/`."""
        return self.path.replace("+}", "}")


def endpoints() -> tuple[Endpoint, ...]:
    """All that the reference describes, by path and method. Raises UndescribedError."""
    described = template.load()
    summaries = _summaries()
    found = (
        _endpoint(route, described.functions[route.function].handler, summaries[route.function])
        for route in described.routes
        if route.path != DEFAULT_ROUTE and route.function not in LEFT_OUT
    )
    return tuple(sorted(found, key=lambda each: (each.place, each.method)))


def _endpoint(route: Route, handler: str, summary: str) -> Endpoint:
    folder, module, name = handler.split(".")
    declared = _declared(route.function, getattr(_module(folder, module), name))
    return Endpoint(route.function, folder, summary, route.method, route.path, declared)


def _module(folder: str, name: str) -> object:
    functions = str(ROOT / "functions")
    if functions not in sys.path:
        sys.path.append(functions)
    return importlib.import_module(f"{folder}.{name}")


def _declared(name: str, handler: Callable[..., object]) -> Declared | None:
    enclosed = inspect.getclosurevars(handler).nonlocals
    if "respond" in enclosed or name in OPENED_OTHERWISE:
        return None
    route = enclosed.get("route")
    if route is None:
        raise UndescribedError(f"{name} is made by neither endpoint() nor open_endpoint()")
    return Declared(
        decode=route.decode,
        encode=route.encode,
        opened_by=route.opened_by,
        reads_forms=getattr(route.read, "__name__", "") == "form_request",
        rehearses=route.rehearses,
        explains=route.explains,
    )


def _summaries() -> Mapping[str, str]:
    # The loader is SafeLoader with CloudFormation's tags.
    document = yaml.load(template.TEMPLATE.read_text("utf-8"), Loader)  # noqa: S506
    return dict(_descriptions(document["Resources"]))


def _descriptions(resources: Mapping[str, dict[str, object]]) -> Iterator[tuple[str, str]]:
    for name, resource in resources.items():
        properties = resource.get("Properties")
        if isinstance(properties, dict) and "Description" in properties:
            yield name, str(properties["Description"])
