"""Products: upsert, get, update, delete (domain.md §1.14, §2.10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain import ids
from counterfoil.domain.errors import NotFound
from counterfoil.domain.products import Product, draft, upserted
from counterfoil.operations import families
from counterfoil.operations.commits import Proposal, commit
from counterfoil.operations.snapshots import Snapshot
from counterfoil.storage import keys, products, skus
from counterfoil.storage.plans import Plan
from counterfoil.storage.store import Question

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.domain.catalogue_payloads import ProductBody
    from counterfoil.domain.skus import Sku
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.products import Stored

SHOWN_SKUS: Final = 100


@dataclass(frozen=True, slots=True)
class Update:
    """What is to change of the product that `name`, an id or source_id, stands for."""

    name: str
    payload: ProductBody


@dataclass(frozen=True, slots=True)
class Known:
    """A product with the oldest of its SKUs, and how many it has."""

    product: Product
    skus: tuple[Sku, ...]
    total: int


def upsert(call: Call, payload: ProductBody) -> Product:
    """The product that `payload` names by id or source_id, changed, or else a new one.

    Without either there is a new product each time. Raises NotFound for an unknown id.
    """
    named = _id_of(call, payload)
    wanted = [] if named is None else [keys.product(call.project, named)]
    snapshot = Snapshot(call, wanted)

    def propose(by: str) -> Proposal[Product]:
        items = snapshot.take()
        before = products.stored(items.get(wanted[0])) if wanted else None
        if before is not None:
            return _changed(call, before, payload, by)
        if payload.id is not None:
            raise NotFound("product", payload.id)
        after = draft(payload, named or call.ids.product, call.now)
        return Proposal(families.change(call, None, after, by), _traced(call, after))

    return commit(call, propose)


def get(call: Call, name: str) -> Known:
    """The product with the id or source_id `name` and its SKUs, strongly consistent.

    One read of its partition has both. Raises NotFound.
    """
    for each in ids.product_ids(call.project, name):
        partition = keys.product(call.project, each).pk
        found = call.store.query(Question(partition, limit=SHOWN_SKUS + 2))
        stored = products.stored(found[0]) if found else None
        if stored is not None:
            total = len(found) - 1
            if total > SHOWN_SKUS:
                total = call.store.count(Question(partition, starts=keys.LISTED_SKU))
            shown = skus.listed(found[1 : SHOWN_SKUS + 1])
            return Known(_traced(call, stored.product), shown, total)
    raise NotFound("product", name)


def update(call: Call, request: Update) -> Product:
    """The product with what the payload names changed. Raises NotFound."""
    snapshot = Snapshot(call, keys_of(call, request.name))

    def propose(by: str) -> Proposal[Product]:
        before = require(call, request.name, snapshot.take())
        return _changed(call, before, request.payload, by)

    return commit(call, propose)


def delete(call: Call, name: str) -> None:
    """The product and its SKUs gone; orders keep what they know of them. Raises NotFound.

    There is nowhere to bring it back from, so `force` makes no difference. A product that is gone
    when the plan is made anew was deleted by this request, or by another just now.
    """
    snapshot = Snapshot(call, keys_of(call, name))
    planned_before = False

    def propose(_: str) -> Proposal[None]:
        nonlocal planned_before
        items = snapshot.take()
        if planned_before and find(call, name, items) is None:
            return Proposal(Plan(), None)
        before = require(call, name, items)
        planned_before = True
        return Proposal(families.removal(call, before), None)

    commit(call, propose)


def keys_of(call: Call, name: str) -> list[Key]:
    """What must be loaded to know the product that `name` stands for."""
    return [keys.product(call.project, each) for each in ids.product_ids(call.project, name)]


def find(call: Call, name: str, items: Mapping[Key, Attributes]) -> Stored | None:
    """The product that `name` stands for among `items`."""
    found = (products.stored(items.get(key)) for key in keys_of(call, name))
    return next((each for each in found if each is not None), None)


def require(call: Call, name: str, items: Mapping[Key, Attributes]) -> Stored:
    """The same. Raises NotFound."""
    found = find(call, name, items)
    if found is None:
        raise NotFound("product", name)
    _traced(call, found.product)
    return found


def _id_of(call: Call, payload: ProductBody) -> str | None:
    """The id that `payload` names or derives; None for a product without a name, or an odd one."""
    if payload.id is not None:
        return payload.id if ids.is_product_id(payload.id) else None
    if payload.source_id is not None:
        return ids.product_id(call.project, payload.source_id)
    return None


def _changed(call: Call, before: Stored, payload: ProductBody, by: str) -> Proposal[Product]:
    after = _traced(call, upserted(before.product, payload, call.now))
    if after is before.product:
        return Proposal(Plan(), after)
    return Proposal(families.change(call, before, after, by), after)


def _traced(call: Call, product: Product) -> Product:
    call.trace.ids["product_id"] = product.id
    return product
