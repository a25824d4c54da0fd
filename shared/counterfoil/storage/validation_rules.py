"""Validation rules in the store: the rule, the claim of its name, its assignments.

A rule's item carries two versions: `ver` moves with every change, `rv` only with what is copied
into the things that the rule is assigned to. Its count of assignments moves in the transaction
that assigns or unassigns, which conditions on `rv`: no copy is made of a rule that has changed,
and a rule is only removed when nothing has a copy. `pending` stays until every copy is of `rv`,
and so does `act`, the action that sees to it when they are many. `lc` are the collections that only
older copies name: a collection is counted as named until no copy is left that does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.timestamps import iso
from counterfoil.domain.validation_rules import ValidationRule
from counterfoil.storage import keys, product_collections
from counterfoil.storage.marshal import Attributes, deflate, number, text, unpacked
from counterfoil.storage.plans import ABSENT, Action, Guard

if TYPE_CHECKING:
    from collections.abc import Iterator

_ATTRIBUTES: Final = {"id", "created_at", "updated_at"}


@dataclass(frozen=True, slots=True)
class Stored:
    """A rule as it stands. A `deleted` one is on its way out and otherwise unknown.

    `pending` says that there may be copies of an older version. `action_id` is the action that
    replaces them, or takes them away; without one a request has to. `leaving` are the collections
    of products that such copies may name, but no longer the rule.
    """

    rule: ValidationRule
    edition: int
    version: int
    assignments: int
    pending: bool = False
    deleted: bool = False
    action_id: str | None = None
    leaving: frozenset[str] = frozenset()

    @property
    def collections(self) -> frozenset[str]:
        """All collections of products that are counted as named by it."""
        return self.rule.collections | self.leaving


def stored(item: Attributes | None, rule_id: str) -> Stored | None:
    """The rule that `item` is, deleted or not."""
    if item is None:
        return None
    rule = ValidationRule.model_validate(unpacked(item, rule_id))
    return Stored(
        rule,
        edition=number(item["ver"]),
        version=number(item["rv"]),
        assignments=number(item["n"]),
        pending=bool(item.get("pending", False)),
        deleted=bool(item.get("deleted", False)),
        action_id=text(item["act"]) if "act" in item else None,
        leaving=frozenset(text(item["lc"]).split(",")) if "lc" in item else frozenset(),
    )


def created(project: str, rule: ValidationRule, by: str) -> Iterator[Action]:
    """A new rule and the claim of its name, refused when another rule has that."""
    sets = {**_definition(project, rule), "ver": 1, "rv": 1, "n": 0, "by": by}
    yield Action(keys.rule(project, rule.id), Guard.STATE, sets=sets, conditions=(ABSENT,))
    yield _claimed(project, rule)
    yield from _named(project, frozenset(), rule.collections)


def changed(project: str, before: Stored, after: Stored, by: str) -> Iterator[Action]:
    """`after` in place of `before`, refused when it is no longer what was read.

    That copies are settled moves no version, so what says that they are not yet is only written
    when it changes.
    """
    sets = _definition(project, after.rule)
    is_due = (after.version, after.action_id) != (before.version, before.action_id)
    if is_due:
        sets |= {"pending": True, **_left(after)}
    yield Action(
        keys.rule(project, after.rule.id),
        Guard.STATE,
        sets={**sets, "ver": after.edition, "rv": after.version, "by": by},
        conditions=("#ver = :before",),
        values={"before": before.edition},
        removes=_unless_left(after) if is_due else (),
    )
    yield from _named(project, before.collections, after.collections)
    if after.rule.name != before.rule.name:
        yield _claimed(project, after.rule)
        yield _given_up(project, before.rule)


def settled(project: str, after: Stored) -> Iterator[Action]:
    """Every copy is of the version of `after`: refused when the rule has a newer one, and twice."""
    yield Action(
        keys.rule(project, after.rule.id),
        Guard.STATE,
        removes=("pending", "act", "lc"),
        conditions=("#rv = :rv AND #pending = :yes",),
        values={"rv": after.version, "yes": True},
    )
    yield from _named(project, after.collections, after.rule.collections)


def marked(project: str, before: Stored, after: Stored, by: str) -> Action:
    """The rule on its way out: in no list, and nothing can be assigned any more."""
    return Action(
        keys.rule(project, after.rule.id),
        Guard.STATE,
        sets={**_left(after), "deleted": True, "ver": after.edition, "rv": after.version, "by": by},
        removes=(*keys.LISTED, *_unless_left(after)),
        conditions=("#ver = :before",),
        values={"before": before.edition},
    )


def removed(project: str, before: Stored) -> Iterator[Action]:
    """The rule gone and its name free, refused while something has it assigned."""
    yield Action(
        keys.rule(project, before.rule.id),
        Guard.STATE,
        deletes=True,
        conditions=("#deleted = :yes AND #n = :none",),
        values={"yes": True, "none": 0},
    )
    yield _given_up(project, before.rule)
    yield from _named(project, before.collections, frozenset())


def _named(project: str, before: frozenset[str], after: frozenset[str]) -> Iterator[Action]:
    """The collections that a rule comes to name, or leaves."""
    for each in sorted(before ^ after):
        yield product_collections.used(project, each, 1 if each in after else -1)


def _left(after: Stored) -> Attributes:
    """Which action the copies are left to, and which collections these may name still."""
    left: Attributes = {} if after.action_id is None else {"act": after.action_id}
    return {**left, "lc": ",".join(sorted(after.leaving))} if after.leaving else left


def _unless_left(after: Stored) -> tuple[str, ...]:
    """What an earlier change has left of that."""
    return ("act",) if after.action_id is None else ()


def _claimed(project: str, rule: ValidationRule) -> Action:
    return Action(
        keys.rule_name(project, rule.name),
        Guard.SLOT,
        sets={"rule": rule.id},
        conditions=(ABSENT,),
    )


def _given_up(project: str, rule: ValidationRule) -> Action:
    return Action(
        keys.rule_name(project, rule.name),
        Guard.STATE,
        deletes=True,
        conditions=("#rule = :rule",),
        values={"rule": rule.id},
    )


def _definition(project: str, rule: ValidationRule) -> Attributes:
    body = rule.model_dump_json(exclude=_ATTRIBUTES, exclude_defaults=True)
    attributes: Attributes = {
        "body": deflate(body.encode()),
        "ca": iso(rule.created_at),
        **keys.listed(project, "Y", rule.id, rule.created_at, rule.updated_at, rule.name),
    }
    if rule.updated_at is not None:
        attributes["ua"] = iso(rule.updated_at)
    return attributes
