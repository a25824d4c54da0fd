"""Filters in a query string, brought to the form that they have in a body (domain.md §10.3).

`filters[<field>][conditions][<operator>]=v`, with an index after the operator or without one, is
`{"<field>": {"conditions": {"<operator>": ["v"]}}}`. A field of several steps has dots between
them: `filters[metadata][channel]` is `metadata.channel`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain.errors import InvalidQuery

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic import JsonValue

    # The steps of a parameter's name, which lie in brackets, and its value.
    Parameter = tuple[tuple[str, ...], str]

FILTERS: Final = "filters"
_JUNCTION: Final = "junction"
_CONDITIONS: Final = "conditions"
_SHOWN: Final = 100


def sent_filters(parameters: Iterable[Parameter]) -> Mapping[str, JsonValue]:
    """What the `filters` among `parameters` say, as a body would; empty when there are none.

    Raises InvalidQuery for a name that has not the form of a filter.
    """
    operators: dict[str, dict[str, list[JsonValue]]] = {}
    sent: dict[str, JsonValue] = {}
    for steps, value in parameters:
        if steps[:1] != (FILTERS,):
            continue
        if steps[1:] == (_JUNCTION,):
            sent[_JUNCTION] = value
            continue
        field, operator = _condition(steps)
        operators.setdefault(field, {}).setdefault(operator, []).append(value)
    for field, found in operators.items():
        sent[field] = {_CONDITIONS: dict(found)}
    return sent


def _condition(steps: tuple[str, ...]) -> tuple[str, str]:
    """The field and the operator; an index may follow: what order values have does not matter."""
    rest = steps[1:]
    place = rest.index(_CONDITIONS) if _CONDITIONS in rest else 0
    after = rest[place + 1 :]
    # At the beginning there is no field before it.
    if place == 0 or len(after) not in (1, 2):
        shown = "".join(f"[{step[:_SHOWN]}]" for step in rest[:4])
        message = "must be filters[<field>][conditions][<operator>]"
        raise InvalidQuery(f"Property .{FILTERS}{shown} {message}")
    return ".".join(rest[:place]), after[0]
