"""Product collections: create, get, update, delete (domain.md §1.14, §2.10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain.errors import NotFound, ResourceInUse
from counterfoil.domain.product_collections import KIND, ProductCollection, created, updated
from counterfoil.operations.commits import Proposal, commit
from counterfoil.operations.snapshots import Snapshot
from counterfoil.storage import keys, product_collections
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.domain.product_collection_payloads import CollectionPayload, CollectionUpdate
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.product_collections import Stored


@dataclass(frozen=True, slots=True)
class Update:
    """What is to change of the collection with the id."""

    collection_id: str
    payload: CollectionUpdate


def create(call: Call, payload: CollectionPayload) -> ProductCollection:
    """A new collection; names need not be unique. Raises InvalidPayload."""
    new = _traced(call, created(payload, call.project, call.ids.product_collection, call.now))

    def propose(by: str) -> Proposal[ProductCollection]:
        plan = Plan()
        plan.add(product_collections.created(call.project, new, by))
        return Proposal(plan, new)

    return commit(call, propose)


def get(call: Call, collection_id: str) -> ProductCollection:
    """The collection, strongly consistent. Raises NotFound."""
    key = keys.product_collection(call.project, collection_id)
    return _require(call, collection_id, call.store.get_all([key])).collection


def update(call: Call, request: Update) -> ProductCollection:
    """The collection with what the payload names changed, in force at once for all rules.

    Raises NotFound, InvalidPayload.
    """
    snapshot = Snapshot(call, [keys.product_collection(call.project, request.collection_id)])

    def propose(by: str) -> Proposal[ProductCollection]:
        before = _require(call, request.collection_id, snapshot.take())
        after = updated(before.collection, request.payload, call.project, call.now)
        plan = Plan()
        if after is not before.collection:
            plan.add(product_collections.changed(call.project, before, after, by))
        return Proposal(plan, after)

    return commit(call, propose)


def delete(call: Call, collection_id: str) -> None:
    """The collection gone. Raises NotFound, and ResourceInUse while a validation rule names it.

    One that is gone when the plan is made anew was deleted by this request, or by another just now.
    """
    snapshot = Snapshot(call, [keys.product_collection(call.project, collection_id)])
    planned_before = False

    def propose(_: str) -> Proposal[None]:
        nonlocal planned_before
        items = snapshot.take()
        plan = Plan()
        if planned_before and not items:
            return Proposal(plan, None)
        before = _require(call, collection_id, items)
        if before.uses:
            rules = "1 validation rule" if before.uses == 1 else f"{before.uses} validation rules"
            raise ResourceInUse(KIND, collection_id, rules)
        planned_before = True
        plan.add(product_collections.removed(call.project, before))
        return Proposal(plan, None)

    commit(call, propose)


def _require(call: Call, collection_id: str, items: Mapping[Key, Attributes]) -> Stored:
    found = product_collections.stored(items, call.project, collection_id)
    if found is None:
        raise NotFound(KIND, collection_id)
    _traced(call, found.collection)
    return found


def _traced(call: Call, collection: ProductCollection) -> ProductCollection:
    call.trace.ids["collection_id"] = collection.id
    return collection
