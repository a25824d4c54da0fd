"""The `logic` of a set of rules: a boolean expression over their keys (domain.md §8.1).

`and` binds tighter than `or`, parentheses group, letters of any case; the empty text is true. Where
a key must stand, a word is one if a rule is called that. There is no `not`, so a rule that comes to
hold never makes the whole fail: what guards a decision under concurrency rests on that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

MAX_LENGTH: Final = 10_000
MAX_DEPTH: Final = 32
_TOKEN: Final = re.compile(r"\s*(?:([()])|([^\s()]+))")
_WORDS: Final = ("and", "or")


class MalformedLogic(Exception):
    """What is wrong with a text that is to be a logic, as the end of a sentence about it."""


@dataclass(frozen=True, slots=True)
class Named:
    """The rule with this key."""

    key: str

    def __str__(self) -> str:
        return self.key


@dataclass(frozen=True, slots=True)
class Joined:
    """Two or more parts joined by one word; without any part it is true."""

    word: Literal["and", "or"]
    parts: tuple[Logic, ...]

    def __str__(self) -> str:
        return f" {self.word} ".join(
            f"({part})" if self._needs_brackets(part) else str(part) for part in self.parts
        )

    def _needs_brackets(self, part: Logic) -> bool:
        """Only `and` within `or` is read the same without them."""
        return isinstance(part, Joined) and (self.word, part.word) != ("or", "and")


Logic = Named | Joined
TRUE: Final = Joined("and", ())


def all_of(keys: Collection[str]) -> Logic:
    """Every rule must hold: what a set without `logic` means."""
    named = tuple(Named(key) for key in keys)
    return named[0] if len(named) == 1 else Joined("and", named)


def parse(text: str, keys: Collection[str]) -> Logic:
    """The logic that `text` says over `keys`. Raises MalformedLogic.

    >>> str(parse("1 AND (2 or 3)", ("1", "2", "3")))
    '1 and (2 or 3)'
    """
    _require_length(text)
    if not text.strip():
        return TRUE
    found = _Parser(text, keys).whole()
    # It is kept as this writes it, which may be with more spaces.
    _require_length(str(found))
    return found


def holds(logic: Logic, rule_holds: Callable[[str], bool]) -> bool:
    """Whether `logic` is true; a rule is asked about only when it matters."""
    if isinstance(logic, Named):
        return rule_holds(logic.key)
    ends_with = logic.word == "or"
    for part in logic.parts:
        # Nearly all parts are keys: asked here, they take no call more.
        met = rule_holds(part.key) if isinstance(part, Named) else holds(part, rule_holds)
        if met is ends_with:
            return met
    return not ends_with


def keys_in(logic: Logic) -> Iterator[str]:
    """The keys that `logic` names, in its order; a key as often as it is named."""
    if isinstance(logic, Named):
        yield logic.key
        return
    for part in logic.parts:
        yield from keys_in(part)


def _require_length(text: str) -> None:
    if len(text) > MAX_LENGTH:
        message = f"must have at most {MAX_LENGTH} characters"
        raise MalformedLogic(message)


class _Parser:
    """Descends from `or` over `and` to a key or a group; each step takes what it knows."""

    def __init__(self, text: str, keys: Collection[str]) -> None:
        self._tokens = [bracket or word for bracket, word in _TOKEN.findall(text)]
        self._keys = keys
        self._place = 0
        self._depth = 0

    def whole(self) -> Logic:
        found = self._either()
        if self._place < len(self._tokens):
            message = f"has {self._next()[:100]!r} where it should end"
            raise MalformedLogic(message)
        return found

    def _either(self) -> Logic:
        return self._joined("or", self._both)

    def _both(self) -> Logic:
        return self._joined("and", self._one)

    def _joined(self, word: Literal["and", "or"], part: Callable[[], Logic]) -> Logic:
        parts = [part()]
        while self._next().lower() == word:
            self._place += 1
            parts.append(part())
        return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))

    def _one(self) -> Logic:
        token = self._next()
        self._place += 1
        if token == "(":  # noqa: S105  # a bracket
            return self._group()
        if token in self._keys:
            return Named(token)
        if token in {"", ")"} or token.lower() in _WORDS:
            message = f"lacks a rule's key {f'before {token!r}' if token else 'at its end'}"
            raise MalformedLogic(message)
        message = f"names {token[:100]!r}, which is no key of its rules"
        raise MalformedLogic(message)

    def _group(self) -> Logic:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            message = f"must not be nested more than {MAX_DEPTH} deep"
            raise MalformedLogic(message)
        found = self._either()
        if self._next() != ")":
            message = "has a parenthesis that is not closed"
            raise MalformedLogic(message)
        self._place += 1
        self._depth -= 1
        return found

    def _next(self) -> str:
        """The token to come; empty at the end."""
        return self._tokens[self._place] if self._place < len(self._tokens) else ""
