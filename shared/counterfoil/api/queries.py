"""Query strings of lists: pages, orders, dates, and the filter grammar (domain.md §10.1 to §10.3).

Names are paths in brackets, with or without one around the first: `filters[result][conditions]`,
`[filters][result]...`, `created_at[before]`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NoReturn

from counterfoil.api.property_paths import property_path
from counterfoil.domain.errors import InvalidPayload, InvalidQuery
from counterfoil.domain.filter_queries import sent_filters
from counterfoil.domain.filters import Condition, Operator
from counterfoil.domain.timestamps import iso
from counterfoil.operations.lists import Between, Paging

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from pydantic import JsonValue

    from counterfoil.api.request import Request

MAX_LIMIT: Final = 100
NEWEST_FIRST: Final = "-created_at"
_LIMIT: Final = 10
_DIGITS: Final = 9
_OPERATOR_AT: Final = 2

Steps = tuple[str, ...]


def paging(
    request: Request,
    fields: Sequence[str],
    last_page: int,
    limit: int = _LIMIT,
    default: str = NEWEST_FIRST,
    *,
    cursors: bool = False,
) -> Paging:
    """`limit`, `page` and `order` of the query; `default` is the order unless it says otherwise.

    A list with `cursors` takes one in place of a page. Raises InvalidQuery, naming the parameter.
    """
    order = request.query_value("order") or default
    allowed = [f"{sign}{field}" for field in fields for sign in ("", "-")]
    if order not in allowed:
        _refuse(("order",), f"must be one of {', '.join(allowed)}")
    return Paging(
        limit=number_of(request, "limit", limit, MAX_LIMIT),
        page=number_of(request, "page", 1, last_page),
        order=order,
        cursor=_cursor(request) if cursors else None,
    )


def filters(
    request: Request, read: Callable[[Mapping[str, JsonValue]], object]
) -> Mapping[str, JsonValue]:
    """What `filters` says, in the form of a body, empty when it was not sent.

    Raises InvalidQuery for another form, and for what `read` refuses.
    """
    sent = sent_filters(parameters(request))
    try:
        if sent:
            read(sent)
    except InvalidPayload as error:
        raise InvalidQuery(error.details) from error
    return sent


def time_of(request: Request, *steps: str) -> str | None:
    """An ISO date or date-time of the query in the form of sort keys; None when it has none."""
    for found, value in parameters(request):
        if found == steps:
            return _time(steps, value)
    return None


def between(request: Request, field: str) -> Between:
    """`field[after]` and `field[before]` of the query."""
    return Between(time_of(request, field, "after"), time_of(request, field, "before"))


def refuse_unbuilt(request: Request, names: Collection[str]) -> None:
    """Raises InvalidQuery for a filter that is not built: all things would be a wrong answer."""
    for steps, _ in parameters(request):
        if steps and steps[0] in names:
            _refuse(steps[:1], "is not supported yet")


def one_of(request: Request, name: str, allowed: Sequence[str]) -> str | None:
    """One of the values `allowed`; None when it was not sent. Raises InvalidQuery, naming it."""
    given = request.query_value(name)
    if given is not None and given not in allowed:
        _refuse((name,), f"must be one of {', '.join(allowed)}")
    return given


def parameters(request: Request) -> Iterator[tuple[Steps, str]]:
    """Every parameter with its name as a path."""
    for name, value in request.query:
        yield tuple(step for step in name.replace("]", "").split("[") if step), value


def conditions(request: Request, fields: Collection[str]) -> tuple[tuple[Condition, ...], bool]:
    """The conditions of `filters`, and whether one field's are enough (`junction` is `or`).

    Raises InvalidQuery for a field, a form or an operator that is not known.
    """
    values: dict[tuple[str, Operator], list[str]] = {}
    either = False
    for steps, value in parameters(request):
        if steps[:1] != ("filters",):
            continue
        if steps[1:] == ("junction",):
            either = _junction(steps, value)
        else:
            values.setdefault(_condition(steps, fields), []).append(value)
    found = (Condition(field, operator, tuple(each)) for (field, operator), each in values.items())
    return tuple(found), either


def _condition(steps: Steps, fields: Collection[str]) -> tuple[str, Operator]:
    field, *rest = steps[1:] or ("",)
    if field not in fields:
        _refuse(steps, f"is not a filter; filters are {', '.join(fields)}")
    # An index may follow the operator: `[$in][0]`; what order the values have does not matter.
    if len(rest) < _OPERATOR_AT or rest[0] != "conditions":
        _refuse(steps, f"must be filters[{field}][conditions][<operator>]")
    try:
        return field, Operator(rest[1])
    except ValueError:
        _refuse(steps, f"must have one of the operators {', '.join(Operator)}")


def _cursor(request: Request) -> str | None:
    cursor = request.query_value("cursor")
    if cursor is not None and request.query_value("page") is not None:
        _refuse(("page",), "cannot be sent with a cursor, which says where the page begins")
    return cursor


def _junction(steps: Steps, value: str) -> bool:
    if value.lower() not in ("and", "or"):
        _refuse(steps, "must be and or or")
    return value.lower() == "or"


def number_of(request: Request, name: str, default: int, highest: int) -> int:
    """A whole number from 1 to `highest` of the query. Raises InvalidQuery, naming it."""
    given = request.query_value(name)
    if given is None:
        return default
    if not (given.isascii() and given.removeprefix("-").isdigit() and len(given) <= _DIGITS):
        _refuse((name,), "must be an integer")
    if int(given) < 1:
        _refuse((name,), "cannot be lower than 1")
    if int(given) > highest:
        _refuse((name,), f"must be <= {highest}")
    return int(given)


def _time(steps: Steps, value: str) -> str:
    try:
        at = datetime.fromisoformat(value)
        return iso(at if at.tzinfo else at.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        _refuse(steps, "cannot be recognized as a ISO-8601 compliant date")


def _refuse(steps: Steps, words: str) -> NoReturn:
    raise InvalidQuery(f"Property {property_path(steps)} {words}")
