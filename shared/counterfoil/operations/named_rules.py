"""A validation rule by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain.errors import NotFound
from counterfoil.storage import keys, validation_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.validation_rules import Stored

KIND: Final = "validation_rules"


def get(call: Call, rule_id: str) -> Stored:
    """The rule, strongly consistent. Raises NotFound."""
    return require(call, rule_id, call.store.get_all([keys.rule(call.project, rule_id)]))


def require(call: Call, rule_id: str, items: Mapping[Key, Attributes]) -> Stored:
    """The rule with `rule_id` among `items`. Raises NotFound."""
    found = traced(call, rule_id, items)
    if found is None or found.deleted:
        raise NotFound(KIND, rule_id)
    return found


def traced(call: Call, rule_id: str, items: Mapping[Key, Attributes]) -> Stored | None:
    """The rule with `rule_id` among `items`, even a deleted one; its id comes into the log line."""
    call.trace.ids["rule_id"] = rule_id
    return validation_rules.stored(items.get(keys.rule(call.project, rule_id)), rule_id)
