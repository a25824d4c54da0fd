"""Whether an event source's pattern takes a record: EventBridge's patterns, as far as used here."""

from collections.abc import Mapping
from typing import Final

from pydantic import JsonValue

from local.errors import TemplateError

_MISSING: Final = object()
Pattern = Mapping[str, JsonValue]


def check(pattern: JsonValue) -> None:
    """Raises TemplateError for what cannot be followed here, before anything is to be judged."""
    match pattern:
        case dict():
            for wanted in pattern.values():
                check(wanted)
        case list():
            for rule in pattern:
                _allows(rule, _MISSING)
        case _:
            raise TemplateError(f"template: a pattern's values are a list, not {pattern!r}")


def takes(patterns: tuple[Pattern, ...], record: Mapping[str, JsonValue]) -> bool:
    """Whether one of `patterns` takes `record`; no pattern takes every record."""
    return not patterns or any(_fits(pattern, record) for pattern in patterns)


def _fits(pattern: Pattern, value: object) -> bool:
    """Every name of the pattern has to fit; a name that is absent fits `exists: false` alone."""
    given = value if isinstance(value, Mapping) else {}
    return all(_fits_one(wanted, given.get(name, _MISSING)) for name, wanted in pattern.items())


def _fits_one(wanted: JsonValue, value: object) -> bool:
    if isinstance(wanted, dict):
        return _fits(wanted, value)
    return isinstance(wanted, list) and any(_allows(rule, value) for rule in wanted)


def _allows(rule: JsonValue, value: object) -> bool:
    match rule:
        case {"prefix": str(start)}:
            return isinstance(value, str) and value.startswith(start)
        case {"exists": bool(wanted)}:
            return (value is not _MISSING) == wanted
        case dict() | list():
            raise TemplateError(f"template: the pattern {rule} cannot be followed on this machine")
        case _:
            return value == rule
