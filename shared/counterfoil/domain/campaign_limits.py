"""The one condition that a rule may have: how many redemptions a campaign has at the most.

Source: domain.md §1.13, §8.1. Whatever else a rule asks for would be a restriction that
nobody keeps, so it is refused (docs/decisions/0011).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from counterfoil.domain.errors import InvalidValidationRules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.domain.rule_payloads import RuleUpdate

    Entry = Mapping[str, JsonValue]

NAME: Final = "campaign.redemptions.count"
MOST: Final = 1_000_000_000
Operator = Literal["$less_than_or_equal", "$less_than"]
_OPERATORS: Final[tuple[Operator, ...]] = ("$less_than_or_equal", "$less_than")
_SUPPORTED: Final = f"supported are applicable_to and a single {NAME}"


class CampaignLimit(BaseModel):
    """The condition as it was sent: the rule's key, the operator and its number."""

    model_config = ConfigDict(frozen=True)

    key: str
    operator: Operator
    number: int

    @property
    def redemptions(self) -> int:
        """The most redemptions there may be, the one under test included."""
        return max(0, self.number - (self.operator == "$less_than"))


def limit_sent(payload: RuleUpdate) -> CampaignLimit | None:
    """The limit that `payload` has. Raises InvalidValidationRules for any other condition."""
    _require_none("bundle_rules", payload.bundle_rules or {})
    rules = payload.rules or {}
    entries = [(key, value) for key, value in rules.items() if key != "logic"]
    if len(entries) == 1:
        key, value = entries[0]
        if key and isinstance(value, dict) and value.get("name") == NAME:
            _require_logic(key, rules.get("logic"))
            return _limit(key, value)
    _require_none("rules", rules)
    return None


def _require_none(field: str, rules: Entry) -> None:
    """A condition that is not evaluated would be passed by everyone."""
    for key, value in rules.items():
        if key == "logic" and not value:
            continue
        if key == "logic":
            message = f"Property .{field}.logic names rules that are not there: {value}"
            raise InvalidValidationRules(message[:500])
        name = value.get("name") if isinstance(value, dict) else None
        words = f"({name}) is not supported yet; {_SUPPORTED}"
        raise InvalidValidationRules(f"Property .{field}['{key[:100]}'] {words[:400]}")


def _require_logic(key: str, logic: JsonValue) -> None:
    """An empty logic is true of anything, and would switch the limit off."""
    if logic is not None and (not isinstance(logic, str) or logic.strip() != key):
        message = f"Property .rules.logic must be the name of the only rule: {key[:100]}"
        raise InvalidValidationRules(message)


def _limit(key: str, entry: Entry) -> CampaignLimit:
    path = f"Property .rules['{key[:100]}']"
    for field in ("property", "rules", "error"):
        if entry.get(field):
            message = f"{path}.{field} is not supported yet beside {NAME}"
            raise InvalidValidationRules(message)
    conditions = entry.get("conditions")
    sent = conditions if isinstance(conditions, dict) else {}
    for operator in _OPERATORS:
        number = _number(sent.get(operator))
        if len(sent) == 1 and number is not None:
            return CampaignLimit(key=key, operator=operator, number=number)
    message = f"{path}.conditions must be {' or '.join(_OPERATORS)} with one whole number"
    raise InvalidValidationRules(f"{message} of 0 to {MOST}; others are not supported yet")


def _number(sent: JsonValue) -> int | None:
    """The whole number that a condition has, in a list or bare (domain.md §8.1)."""
    value = sent[0] if isinstance(sent, list) and len(sent) == 1 else sent
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value <= MOST and value == int(value) else None
