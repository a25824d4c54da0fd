"""A set of rules as it is sent: read with its bounds, refused with the exact path, written out.

Source: domain.md §8.1 to §8.4. What cannot be read is refused when the rule is made; nothing is
left to be found out by a redemption.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NoReturn

from pydantic_core import from_json, to_json

from counterfoil.domain.errors import InvalidValidationRules
from counterfoil.domain.history_windows import window
from counterfoil.domain.line_filters import line_filter
from counterfoil.domain.logic import MAX_DEPTH, TRUE, Logic, MalformedLogic, all_of, parse
from counterfoil.domain.rule_names import SUB, TOP, Name, Reads, canonical
from counterfoil.domain.rule_operands import require_operands
from counterfoil.domain.rule_operators import ALIASES, MalformedCondition, test_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import JsonValue

MAX_RULES: Final = 100
MAX_BYTES: Final = 32 * 1024
_LONGEST_TEXT: Final = 1_000
_SHOWN: Final = 60
_LOGIC: Final = "logic"


@dataclass(frozen=True, slots=True)
class Condition:
    """An operator of the contract and its values."""

    operator: str
    values: tuple[JsonValue, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `attribute` is what the contract calls its property: a metadata key, a window.

    `within` are the rules on the lines that it matches, `message` is the shop's own.
    """

    key: str
    name: Name
    attribute: str | None
    conditions: tuple[Condition, ...]
    within: RuleSet
    message: str | None

    @property
    def document(self) -> dict[str, JsonValue]:
        """The rule as it is kept and told."""
        told: dict[str, JsonValue] = {
            "name": self.name.name,
            "property": self.attribute,
            "conditions": {each.operator: [*each.values] for each in self.conditions},
            "rules": self.within.document if self.within.rules else {},
        }
        return told if self.message is None else {**told, "error": {"message": self.message}}


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules by their keys, in the order of these, and what is to become of them."""

    rules: tuple[Rule, ...] = ()
    logic: Logic = TRUE

    @property
    def document(self) -> dict[str, JsonValue]:
        """The set as it is kept and told; `logic` is always there."""
        return {**{each.key: each.document for each in self.rules}, _LOGIC: str(self.logic)}

    @property
    def text(self) -> str:
        """The document as one text, which `read` reads."""
        return to_json(self.document).decode() if self.rules else ""


NO_RULES: Final = RuleSet()


def rules_sent(document: Mapping[str, JsonValue]) -> RuleSet:
    """The set that a client sent. Raises InvalidValidationRules, naming what is wrong and where."""
    size = len(to_json(document))
    if size > MAX_BYTES:
        _refuse(".rules", f"must have at most {MAX_BYTES} bytes of JSON; it has {size}")
    return _Reader().rules(document, ".rules", 1, TOP)


@lru_cache(maxsize=256)
def read(text: str) -> RuleSet:
    """The set that `RuleSet.text` wrote; a copy that many requests go by is read once."""
    return _Reader().rules(from_json(text), ".rules", 1, TOP) if text else NO_RULES


class _Reader:
    """Reads a set and counts the rules of all its levels."""

    def __init__(self) -> None:
        self._count = 0

    def rules(
        self,
        document: Mapping[str, JsonValue],
        path: str,
        depth: int,
        names: Mapping[str, Name],
    ) -> RuleSet:
        if depth > MAX_DEPTH:
            _refuse(path, f"must not be nested more than {MAX_DEPTH} deep")
        found = []
        for key, value in document.items():
            if key != _LOGIC:
                found.append(self._rule(key, value, f"{path}[{key[:_SHOWN]!r}]", depth, names))
        keys = tuple(each.key for each in found)
        return RuleSet(tuple(found), _logic(document.get(_LOGIC), keys, path))

    def _rule(
        self, key: str, value: JsonValue, path: str, depth: int, names: Mapping[str, Name]
    ) -> Rule:
        self._count += 1
        if self._count > MAX_RULES:
            _refuse(path, f"is one rule too many; a set has at most {MAX_RULES}")
        if not 0 < len(key) <= _SHOWN or any(each.isspace() or each in "()" for each in key):
            _refuse(path, f"must have a key of 1 to {_SHOWN} characters, no space or parenthesis")
        if not isinstance(value, dict):
            _refuse(path, "must be an object")
        name = _name(value.get("name"), path, names)
        named = _property(name, value.get("property"), path)
        conditions = _conditions(name, value.get("conditions"), f"{path}.conditions")
        return Rule(
            key,
            name,
            named,
            conditions,
            self._within(name, value, path, depth),
            _error(value, path),
        )

    def _within(self, name: Name, value: Mapping[str, JsonValue], path: str, depth: int) -> RuleSet:
        sent = value.get("rules")
        if not sent:
            return NO_RULES
        if not isinstance(sent, dict):
            _refuse(f"{path}.rules", "must be an object")
        if not name.sub and set(sent) - {_LOGIC}:
            _refuse(f"{path}.rules", f"must be empty: {name.name} has no rules within")
        allowed = {each: SUB[each] for each in sorted(name.sub)}
        return self.rules(sent, f"{path}.rules", depth + 1, allowed)


def _logic(sent: JsonValue, keys: tuple[str, ...], path: str) -> Logic:
    """A set without `logic` wants all of its rules."""
    if sent is None:
        return all_of(keys)
    if not isinstance(sent, str):
        _refuse(f"{path}.{_LOGIC}", "must be a string")
    try:
        return parse(sent, keys)
    except MalformedLogic as error:
        _refuse(f"{path}.{_LOGIC}", str(error))


def _name(sent: JsonValue, path: str, names: Mapping[str, Name]) -> Name:
    if not isinstance(sent, str):
        _refuse(path, "should have required property 'name'")
    found = names.get(canonical(sent))
    if found is None:
        _refuse(f"{path}.name", f"must be one of {', '.join(names)}; it is {sent[:_SHOWN]}")
    return found


def _property(name: Name, sent: JsonValue, path: str) -> str | None:
    if sent is not None and (not isinstance(sent, str) or len(sent) > _LONGEST_TEXT):
        _refuse(f"{path}.property", f"must be a string of at most {_LONGEST_TEXT} characters")
    if name.needs_property and not sent:
        raise InvalidValidationRules(f"Rule '{name.name}' must have a 'property': {path}")
    if name.window and sent:
        try:
            window(sent)
        except ValueError as error:
            _refuse(f"{path}.property", str(error))
    return sent or None


def _conditions(name: Name, sent: JsonValue, path: str) -> tuple[Condition, ...]:
    """A rule on lines may match all of them; any other that asks nothing would pass everybody."""
    if sent is None:
        sent = {}
    if not isinstance(sent, dict):
        _refuse(path, "must be an object")
    found = tuple(_condition(name, operator, value, path) for operator, value in sent.items())
    if not found and name.reads is not Reads.LINES:
        _refuse(path, "must have at least 1 operator")
    _require_distinct(name, [each.operator for each in found], path)
    return found


def _require_distinct(name: Name, operators: Sequence[str], path: str) -> None:
    """An operator under two of its names would be kept once, and the other left out silently."""
    for each in operators:
        if operators.count(each) > 1:
            _refuse(f"{path}.{each}", "is given twice, under two of its names")
    if name.reads is Reads.LINES and {"$is", "$in"} <= set(operators):
        _refuse(f"{path}.$in", f"is what $is is to {name.name}; it can have one of them")


def _condition(name: Name, sent: str, value: JsonValue, path: str) -> Condition:
    operator = ALIASES.get(sent, sent)
    if operator not in name.operators:
        allowed = ", ".join(sorted(name.operators))
        _refuse(f"{path}[{sent[:_SHOWN]!r}]", f"is no operator of {name.name}, which has {allowed}")
    values = tuple(value) if isinstance(value, list) else (value,)
    condition = Condition(operator, values)
    try:
        if name.reads is Reads.LINES:
            line_filter(operator, values)
        else:
            require_operands(name.reads, values)
            test_of(operator, values)
    except MalformedCondition as error:
        _refuse(f"{path}.{operator}", str(error))
    return condition


def _error(value: Mapping[str, JsonValue], path: str) -> str | None:
    """The shop's own words for who does not meet the rule."""
    sent = value.get("error")
    if sent is None:
        return None
    message = sent.get("message") if isinstance(sent, dict) else sent
    if message is not None and (not isinstance(message, str) or len(message) > _LONGEST_TEXT):
        _refuse(f"{path}.error.message", f"must be a string of at most {_LONGEST_TEXT} characters")
    return message or None


def _refuse(path: str, words: str) -> NoReturn:
    raise InvalidValidationRules(f"Property {path} {words}"[:1_000])
