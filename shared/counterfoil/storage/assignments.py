"""Assignments in the store: an item under the rule, and the copy in what has the rule.

Both move in one transaction with the rule's count. The copy is guarded by the version of what it
lies in, so a decision that was made without it, or by an older one, is refused (protocol.md §9).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain.assignments import Assignment
from counterfoil.domain.timestamps import iso
from counterfoil.storage import definitions, keys
from counterfoil.storage.definitions import Changes, Life, Place
from counterfoil.storage.marshal import Attributes, deflate, number
from counterfoil.storage.plans import ABSENT, Action, Guard
from counterfoil.storage.store import Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.domain.campaigns import Campaign
    from counterfoil.domain.promotions import PromotionTier
    from counterfoil.domain.vouchers import Voucher
    from counterfoil.storage.store import Store

    Definition = Voucher | PromotionTier | Campaign

_ATTRIBUTES: Final = {"id", "created_at", "updated_at"}


def stored(item: Attributes | None) -> Assignment | None:
    """The assignment that `item` is."""
    if item is None:
        return None
    return Assignment.model_validate(
        {
            "id": str(item["sk"]).removeprefix(keys.ASSIGNMENTS),
            "rule_id": str(item["pk"]).rpartition("#")[2],
            "kind": item["kind"],
            "object_id": item["oid"],
            "created_at": item["ca"],
            "counting": _counting(item),
        }
    )


def _counting(item: Attributes) -> str | None:
    """`jobs` are those that count for it after all and are not over; it is there from the first."""
    if "jobs" not in item:
        return None
    return "PENDING" if number(item["jobs"]) > 0 else "DONE"


def of_rule(
    store: Store,
    project: str,
    rule_id: str,
    *,
    newest_first: bool = False,
    limit: int | None = None,
    beyond: str | None = None,
) -> list[Assignment]:
    """The rule's assignments in the order of their creation, strongly consistent.

    They begin after the one with the id `beyond`, be that still there or not.
    """
    known = None if beyond is None else keys.assignment(project, rule_id, beyond)._asdict()
    question = Question(
        keys.rule(project, rule_id).pk,
        starts=keys.ASSIGNMENTS,
        newest_first=newest_first,
        limit=limit,
        beyond=known,
    )
    found = (stored(item) for item in store.query(question))
    return [each for each in found if each is not None]


def created(project: str, new: Assignment, version: int, by: str) -> tuple[Action, Action]:
    """A new assignment, refused when the rule is no longer of `version`."""
    created_at = iso(new.created_at)
    attributes: Attributes = {
        "kind": new.kind,
        "oid": new.object_id,
        "ca": created_at,
        "by": by,
        "g1p": keys.listing(project, "YA", keys.shard_of(new.id)),
        "g1s": keys.at(created_at, new.id),
        **({} if new.counting is None else {"jobs": 1}),
    }
    item = Action(
        keys.assignment(project, new.rule_id, new.id),
        Guard.STATE,
        sets=attributes,
        conditions=(ABSENT,),
    )
    rule = Action(
        keys.rule(project, new.rule_id),
        Guard.STATE,
        adds={"n": 1},
        conditions=("#rv = :rv",),
        values={"rv": version},
    )
    return item, rule


def removed(project: str, rule_id: str, assignment_id: str) -> tuple[Action, Action]:
    """The assignment gone, refused when it is gone already."""
    item = Action(
        keys.assignment(project, rule_id, assignment_id),
        Guard.STATE,
        deletes=True,
        conditions=("attribute_exists(#oid)",),
    )
    rule = Action(
        keys.rule(project, rule_id),
        Guard.STATE,
        adds={"n": -1},
        conditions=("#n >= :one",),
        values={"one": 1},
    )
    return item, rule


def counting(project: str, rule_id: str, assignment_id: str, jobs: int) -> Action:
    """More jobs that count for the assignment, or fewer; refused when it is gone."""
    return Action(
        keys.assignment(project, rule_id, assignment_id),
        Guard.STATE,
        adds={"jobs": jobs},
        conditions=("attribute_exists(#oid)",),
    )


def copied(place: Place, life: Life, holder: Definition, by: str) -> Iterator[Action]:
    """`holder` with another copy of a rule or none, refused when it is no longer what was read."""
    body = holder.model_dump_json(exclude=_ATTRIBUTES, exclude_none=True)
    return definitions.changed(place, life, Changes({"body": deflate(body.encode())}, by=by))
