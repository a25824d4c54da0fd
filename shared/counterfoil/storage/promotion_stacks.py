"""Promotion stacks in the store: one item, guarded by its own version.

A stack is counted at the entries of its tiers in the same transaction, so that it never has a tier
of another campaign, and no tier is taken away that a stack still has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.promotions import PromotionStack
from counterfoil.domain.timestamps import iso
from counterfoil.storage import keys, offers, rosters
from counterfoil.storage.marshal import Attributes, deflate, number, unpacked
from counterfoil.storage.plans import ABSENT, Action, Guard

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ATTRIBUTES: Final = {"id", "created_at", "updated_at"}


@dataclass(frozen=True, slots=True)
class Stored:
    """A stack as it stands."""

    stack: PromotionStack
    version: int


def stored(items: Mapping[keys.Key, Attributes], project: str, stack_id: str) -> Stored | None:
    """The stack among `items`."""
    item = items.get(keys.promotion_stack(project, stack_id))
    if item is None:
        return None
    stack = PromotionStack.model_validate(unpacked(item, stack_id))
    return Stored(stack, number(item["ver"]))


def created(project: str, stack: PromotionStack, by: str) -> Iterator[Action]:
    """A new stack, refused unless its campaign is open and has all its tiers."""
    yield Action(
        keys.promotion_stack(project, stack.id),
        Guard.STATE,
        sets={**_attributes(project, stack), "ver": 1, "by": by},
        conditions=(ABSENT,),
    )
    yield offers.entered(project, stack.created_at, stack.id)
    yield from rosters.stack_entered(project, stack)
    for tier in stack.tiers:
        yield rosters.stacked(project, stack.campaign_id, tier)


def changed(project: str, before: Stored, after: PromotionStack, by: str) -> Iterator[Action]:
    """`after` in place of `before`, refused when that is no longer what stands there."""
    yield Action(
        keys.promotion_stack(project, after.id),
        Guard.STATE,
        sets={**_attributes(project, after), "ver": before.version + 1, "by": by},
        conditions=("#ver = :before",),
        values={"before": before.version},
    )
    had, has = set(before.stack.tiers), set(after.tiers)
    for tier in sorted(has - had):
        yield rosters.stacked(project, after.campaign_id, tier)
    for tier in sorted(had - has):
        yield rosters.unstacked(project, after.campaign_id, tier)


def removed(project: str, before: Stored) -> Iterator[Action]:
    """The stack gone."""
    stack = before.stack
    yield Action(
        keys.promotion_stack(project, stack.id),
        Guard.STATE,
        deletes=True,
        conditions=("#ver = :before",),
        values={"before": before.version},
    )
    yield offers.left(project, stack.created_at, stack.id)
    yield from rosters.stack_left(project, stack)
    for tier in stack.tiers:
        yield rosters.unstacked(project, stack.campaign_id, tier)


def _attributes(project: str, stack: PromotionStack) -> Attributes:
    body = stack.model_dump_json(exclude=_ATTRIBUTES, exclude_none=True)
    attributes: Attributes = {
        "body": deflate(body.encode()),
        "ca": iso(stack.created_at),
        **keys.listed(project, "PS", stack.id, stack.created_at, stack.updated_at),
    }
    if stack.updated_at is not None:
        attributes["ua"] = iso(stack.updated_at)
    return attributes
