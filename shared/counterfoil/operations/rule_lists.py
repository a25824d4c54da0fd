"""The list of validation rules (domain.md §2.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.operations.lists import (
    Page,
    Paging,
    Times,
    ids_on,
    ids_to_look_at,
    page_of,
    walk,
)
from counterfoil.storage import keys, validation_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.operations.call import Call
    from counterfoil.storage.validation_rules import Stored


@dataclass(frozen=True, slots=True)
class RulesWanted:
    """Which rules: those that were created at `times`."""

    paging: Paging
    times: Times


def list_rules(call: Call, wanted: RulesWanted) -> Page[Stored]:
    """One page. Times are looked for in 10,000 rules, unless the list is in their order."""
    paging, times = wanted.paging, wanted.times
    if times.kept_by(paging.sorted_by):
        listed = walk(call, "Y", paging, times)
        return Page(tuple(_read(call, ids_on(listed, paging))), listed.total())
    looked_at = _read(call, ids_to_look_at(call, "Y", paging, times))
    return page_of([each for each in looked_at if _is_in(times, each)], paging)


def _read(call: Call, rule_ids: Sequence[str]) -> list[Stored]:
    wanted = {each: keys.rule(call.project, each) for each in rule_ids}
    items = call.store.get_all([*wanted.values()], consistent=False)
    found = (validation_rules.stored(items.get(key), each) for each, key in wanted.items())
    return [stored for stored in found if stored is not None and not stored.deleted]


def _is_in(times: Times, stored: Stored) -> bool:
    return times.hold(stored.rule.created_at, stored.rule.updated_at)
