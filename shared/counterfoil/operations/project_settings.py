"""Categories and stacking rules: read, and changed one at a time (domain.md §2.10, §2.12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from counterfoil.domain import project_settings as deciding
from counterfoil.domain.errors import NotFound
from counterfoil.operations.commits import Proposal, commit
from counterfoil.operations.snapshots import Snapshot
from counterfoil.storage import keys, settings
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.domain.categories import Category
    from counterfoil.domain.category_payloads import CategoryPayload, CategoryUpdate
    from counterfoil.domain.project_settings import ProjectSettings
    from counterfoil.domain.stacking_rule_payloads import StackingRulesPayload
    from counterfoil.domain.stacking_rules import ProjectRules
    from counterfoil.operations.call import Call

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CategoryChange:
    """What is to change of the category with the id."""

    identifier: str
    payload: CategoryUpdate


@dataclass(frozen=True, slots=True)
class CategoryDeletion:
    """A category to be deleted, and taken out of the stacking rules if they name it."""

    identifier: str
    from_rules_too: bool


@dataclass(frozen=True, slots=True)
class OfProject(Generic[T]):
    """What a management request wants of the project that its path names."""

    project: str
    wanted: T


@dataclass(frozen=True, slots=True)
class RulesChange:
    """What is to change of the stacking rules with the id."""

    identifier: str
    payload: StackingRulesPayload


def categories(call: Call, _: None) -> tuple[Category, ...]:
    """All of them, in the order of their creation."""
    return settings.get(call.store, call.project).categories


def category(call: Call, identifier: str) -> Category:
    """Raises NotFound."""
    return settings.get(call.store, call.project).require_category(identifier)


def require_category(call: Call, identifier: str | None) -> None:
    """Raises NotFound for a category that is named and does not exist; asks only if one is."""
    if identifier is not None:
        category(call, identifier)


def create_category(call: Call, payload: CategoryPayload) -> Category:
    """Raises InvalidPayload when there are as many as there can be."""
    name = call.ids.category

    def decide(before: ProjectSettings) -> ProjectSettings:
        return deciding.with_category(before, payload, name, call.now)

    return _change(call, decide, lambda after: after.require_category(name))


def update_category(call: Call, change: CategoryChange) -> Category:
    """Raises NotFound."""

    def decide(before: ProjectSettings) -> ProjectSettings:
        return deciding.with_changed_category(before, change.identifier, change.payload, call.now)

    return _change(call, decide, lambda after: after.require_category(change.identifier))


def delete_category(call: Call, deletion: CategoryDeletion) -> None:
    """Raises NotFound, and ResourceInUse."""

    def decide(before: ProjectSettings) -> ProjectSettings:
        return deciding.without_category(
            before, deletion.identifier, call.now, from_rules_too=deletion.from_rules_too
        )

    _delete(call, decide)


def stacking_rules(call: Call, request: OfProject[None]) -> ProjectRules | None:
    """Those that were set; None while the defaults are in force. Raises NotFound."""
    require_own(call, request.project)
    return settings.get(call.store, call.project).stacking


def one_of_stacking_rules(call: Call, request: OfProject[str]) -> ProjectRules:
    """Raises NotFound."""
    require_own(call, request.project)
    return settings.get(call.store, call.project).require_stacking(request.wanted)


def create_stacking_rules(call: Call, request: OfProject[StackingRulesPayload]) -> ProjectRules:
    """Raises NotFound, StackingRulesExist, and InvalidPayload."""
    require_own(call, request.project)
    name = call.ids.stacking_rules

    def decide(before: ProjectSettings) -> ProjectSettings:
        return deciding.with_stacking(before, request.wanted, name, call.now)

    return _change(call, decide, lambda after: after.require_stacking(name))


def update_stacking_rules(call: Call, request: OfProject[RulesChange]) -> ProjectRules:
    """Raises NotFound, and InvalidPayload."""
    require_own(call, request.project)
    name, payload = request.wanted.identifier, request.wanted.payload

    def decide(before: ProjectSettings) -> ProjectSettings:
        return deciding.with_changed_stacking(before, name, payload, call.now)

    return _change(call, decide, lambda after: after.require_stacking(name))


def delete_stacking_rules(call: Call, request: OfProject[str]) -> None:
    """The defaults are in force again. Raises NotFound."""
    require_own(call, request.project)
    _delete(call, lambda before: deciding.without_stacking(before, request.wanted))


def require_own(call: Call, project: str) -> None:
    """A key manages the project that it opens; any other is as good as none."""
    if project != call.project:
        raise NotFound("project", project)


def _change(
    call: Call,
    decide: Callable[[ProjectSettings], ProjectSettings],
    answer: Callable[[ProjectSettings], T],
) -> T:
    """The `answer` that the settings hold after `decide`, which is asked anew when others changed
    them meanwhile.
    """
    snapshot = Snapshot(call, [keys.settings(call.project)])

    def propose(by: str) -> Proposal[T]:
        before = settings.stored(snapshot.take(), call.project)
        after = decide(before.settings)
        plan = Plan()
        if after != before.settings:
            plan.add(settings.changed(call.project, before, after, by))
        return Proposal(plan, answer(after))

    return commit(call, propose)


def _delete(call: Call, decide: Callable[[ProjectSettings], ProjectSettings]) -> None:
    """As `_change`; what is gone when the plan is made anew was deleted by this request, or just
    now by another.
    """
    planned_before = False

    def once(before: ProjectSettings) -> ProjectSettings:
        nonlocal planned_before
        try:
            return decide(before)
        except NotFound:
            if planned_before:
                return before
            raise
        finally:
            planned_before = True

    _change(call, once, lambda _: None)
