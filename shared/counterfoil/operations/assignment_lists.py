"""Lists of assignments (domain.md §2.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain import ids
from counterfoil.operations import rule_holders
from counterfoil.operations.lists import Page, Paging, page_of, walk
from counterfoil.storage import assignments, keys, validation_rules
from counterfoil.storage.lists import key_of

if TYPE_CHECKING:
    from counterfoil.domain.assignments import Assignment, HolderKind
    from counterfoil.operations.call import Call

_PREFIXES: Final[tuple[tuple[str, HolderKind], ...]] = (
    (ids.CAMPAIGN, "campaign"),
    (ids.PROMOTION_TIER, "promotion_tier"),
    ("", "voucher"),
)


@dataclass(frozen=True, slots=True)
class AssignmentsWanted:
    """Which assignments: of one rule, of one thing, of both, or all."""

    paging: Paging
    rule_id: str | None = None
    object_id: str | None = None


def list_assignments(call: Call, wanted: AssignmentsWanted) -> Page[Assignment]:
    """One page. What one rule or one thing has is strongly consistent, all lag a moment."""
    if wanted.object_id is not None:
        found = _of_thing(call, wanted.object_id)
        fits = found is not None and wanted.rule_id in (None, found.rule_id)
        return page_of([found] if found is not None and fits else [], wanted.paging)
    if wanted.rule_id is not None:
        return _of_rule(call, wanted.rule_id, wanted.paging)
    listed = walk(call, "YA", wanted.paging)
    entries = listed.entries(wanted.paging.start, wanted.paging.stop)
    in_order = [key_of(entry) for entry in entries]
    items = call.store.get_all(in_order, consistent=False)
    read = (assignments.stored(items.get(key)) for key in in_order)
    return Page(tuple(each for each in read if each is not None), listed.total())


def _of_rule(call: Call, rule_id: str, paging: Paging) -> Page[Assignment]:
    """A rule that nobody knows has none."""
    stored = validation_rules.stored(call.store.get(keys.rule(call.project, rule_id)), rule_id)
    if stored is None:
        return Page((), 0)
    found = assignments.of_rule(
        call.store, call.project, rule_id, newest_first=paging.descending, limit=paging.stop
    )
    return Page(tuple(found[paging.start :]), stored.assignments)


def _of_thing(call: Call, name: str) -> Assignment | None:
    """What a thing has tells its copy; the prefix of an id tells what it is of."""
    kind = next(kind for prefix, kind in _PREFIXES if name.startswith(prefix))
    items = call.store.get_all(rule_holders.keys_of(call, kind, name))
    holder = rule_holders.find(call, kind, name, items)
    copy = None if holder is None else holder.rule
    if copy is None:
        return None
    own = keys.assignment(call.project, copy.rule_id, copy.assignment_id)
    return assignments.stored(call.store.get(own))
