"""Which route takes a request, as API Gateway HTTP API decides it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from local.http_messages import decoded
from local.template import ANY_METHOD, DEFAULT_ROUTE, Route

PARAMETER: Final = re.compile(r"\{([^}+]+)(\+?)\}")
STATIC, SINGLE, GREEDY = range(3)


@dataclass(frozen=True)
class Match:
    """The route and its path parameters, each percent-decoded once."""

    route: Route
    parameters: Mapping[str, str]


class Routes:
    """The routes of a template, the most specific first.

    Segment by segment a literal goes before `{name}` and that before `{name+}`; on equal paths a
    method goes before ANY; `$default` takes what is left. A path matches while it is still
    percent-encoded, so `%2F` never ends a segment.
    """

    def __init__(self, routes: Sequence[Route]) -> None:
        ordered = sorted(routes, key=_specificity)
        self._patterns = [
            (route, _pattern(route.path)) for route in ordered if route.path != DEFAULT_ROUTE
        ]
        self._default = next((route for route in ordered if route.path == DEFAULT_ROUTE), None)

    def match(self, method: str, encoded_path: str) -> Match | None:
        """The route of `method` and `encoded_path`, or None where nothing takes it."""
        for route, pattern in self._patterns:
            if route.method in {method, ANY_METHOD} and (found := pattern.fullmatch(encoded_path)):
                names = PARAMETER.findall(route.path)
                values = zip(names, found.groups(), strict=True)
                return Match(route, {name: decoded(value) for (name, _), value in values})
        return Match(self._default, {}) if self._default else None


def _specificity(route: Route) -> tuple[tuple[int, ...], bool]:
    return tuple(_rank(part) for part in route.path.split("/")), route.method == ANY_METHOD


def _rank(segment: str) -> int:
    found = PARAMETER.fullmatch(segment)
    if found is None:
        return STATIC
    return GREEDY if found[2] else SINGLE


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("/".join(_expression(segment) for segment in path.split("/")))


def _expression(segment: str) -> str:
    by_rank = {STATIC: re.escape(segment), SINGLE: "([^/]+)", GREEDY: "(.+)"}
    return by_rank[_rank(segment)]
