"""SKUs: upsert, get, list, update, delete (domain.md §1.14, §2.10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain import ids
from counterfoil.domain.errors import AlreadyExists, NotFound
from counterfoil.domain.skus import Sku, SkuProduct, draft, upserted
from counterfoil.operations import families
from counterfoil.operations.commits import Proposal, commit
from counterfoil.operations.lists import Page, page_of
from counterfoil.operations.products import keys_of as product_keys
from counterfoil.operations.products import require as require_product
from counterfoil.operations.snapshots import Snapshot
from counterfoil.storage import keys, products, skus
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from counterfoil.domain.catalogue_payloads import SkuBody
    from counterfoil.operations.call import Call
    from counterfoil.operations.lists import Paging
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.plans import Action
    from counterfoil.storage.skus import Stored


@dataclass(frozen=True, slots=True)
class Creation:
    """A SKU for the product that `product`, an id or source_id, stands for."""

    product: str
    payload: SkuBody


@dataclass(frozen=True, slots=True)
class SkusWanted:
    """One page of the SKUs of the product that `product` stands for."""

    product: str
    paging: Paging


@dataclass(frozen=True, slots=True)
class Named:
    """The SKU that `name`, an id or source_id, stands for, of the product `product`."""

    product: str
    name: str


@dataclass(frozen=True, slots=True)
class Update:
    """What is to change of a SKU."""

    named: Named
    payload: SkuBody


def upsert(call: Call, request: Creation) -> Sku:
    """The SKU that the payload names by id or source_id, changed, or else a new one.

    Raises NotFound for an unknown product, or an unknown id of a SKU, and AlreadyExists when the
    SKU belongs to another product: a source_id names one SKU of the project.
    """
    payload = request.payload
    named = _id_of(call, payload)
    wanted = [] if named is None else [keys.sku(call.project, named)]
    snapshot = Snapshot(call, [*product_keys(call, request.product), *wanted])

    def propose(by: str) -> Proposal[Sku]:
        items = snapshot.take()
        parent = require_product(call, request.product, items)
        before = skus.stored(items.get(wanted[0])) if wanted else None
        if before is not None:
            if before.sku.product.id != parent.product.id:
                raise AlreadyExists("sku", payload.id or payload.source_id or before.sku.id)
            return _changed(call, before, payload, by)
        if payload.id is not None:
            raise NotFound("sku", payload.id)
        product = SkuProduct.of(parent.product)
        after = draft(payload, named or call.ids.sku, product, call.now)
        plan = Plan()
        plan.add(*skus.created(call.project, after, by), _regrouped(call, parent))
        return Proposal(plan, _traced(call, after))

    return commit(call, propose)


def get(call: Call, name: str) -> Sku:
    """The SKU with the id or source_id `name`, strongly consistent. Raises NotFound."""
    return require(call, name, call.store.get_all(keys_of(call, name))).sku


def list_skus(call: Call, wanted: SkusWanted) -> Page[Sku]:
    """One page of the SKUs of a product, strongly consistent. Raises NotFound."""
    items = call.store.get_all(product_keys(call, wanted.product))
    parent = require_product(call, wanted.product, items)
    paging = wanted.paging
    found = sorted(
        families.skus_of(call, parent.product.id),
        key=lambda each: _place(each, paging.sorted_by),
        reverse=paging.descending,
    )
    return page_of(found, paging)


def update(call: Call, request: Update) -> Sku:
    """The SKU with what the payload names changed. Raises NotFound."""
    named = request.named
    snapshot = Snapshot(call, [*product_keys(call, named.product), *keys_of(call, named.name)])

    def propose(by: str) -> Proposal[Sku]:
        before = _require_of_product(call, named, snapshot.take())
        return _changed(call, before, request.payload, by)

    return commit(call, propose)


def delete(call: Call, named: Named) -> None:
    """The SKU gone. Raises NotFound; see `products.delete` for one that is gone in between."""
    snapshot = Snapshot(call, [*product_keys(call, named.product), *keys_of(call, named.name)])
    planned_before = False

    def propose(_: str) -> Proposal[None]:
        nonlocal planned_before
        items = snapshot.take()
        if planned_before and _find(call, named.name, items) is None:
            return Proposal(Plan(), None)
        before = _require_of_product(call, named, items)
        planned_before = True
        parent = require_product(call, named.product, items)
        plan = Plan()
        plan.add(*skus.removed(call.project, before.sku), _regrouped(call, parent))
        return Proposal(plan, None)

    commit(call, propose)


def keys_of(call: Call, name: str) -> list[Key]:
    """What must be loaded to know the SKU that `name` stands for."""
    return [keys.sku(call.project, each) for each in ids.sku_ids(call.project, name)]


def require(call: Call, name: str, items: Mapping[Key, Attributes]) -> Stored:
    """The SKU that `name` stands for among `items`. Raises NotFound."""
    found = _find(call, name, items)
    if found is None:
        raise NotFound("sku", name)
    _traced(call, found.sku)
    return found


def _find(call: Call, name: str, items: Mapping[Key, Attributes]) -> Stored | None:
    found = (skus.stored(items.get(key)) for key in keys_of(call, name))
    return next((each for each in found if each is not None), None)


def _require_of_product(call: Call, named: Named, items: Mapping[Key, Attributes]) -> Stored:
    parent = require_product(call, named.product, items)
    found = require(call, named.name, items)
    if found.sku.product.id != parent.product.id:
        raise NotFound("sku", named.name)
    return found


def _regrouped(call: Call, parent: products.Stored) -> Action:
    return products.regrouped(call.project, parent.product.id, parent.written_by)


def _id_of(call: Call, payload: SkuBody) -> str | None:
    if payload.id is not None:
        return payload.id if ids.is_sku_id(payload.id) else None
    if payload.source_id is not None:
        return ids.sku_id(call.project, payload.source_id)
    return None


def _changed(call: Call, before: Stored, payload: SkuBody, by: str) -> Proposal[Sku]:
    after = _traced(call, upserted(before.sku, payload, call.now))
    plan = Plan()
    if after is not before.sku:
        plan.add(*skus.changed(call.project, before, after, by))
    return Proposal(plan, after)


def _place(sku: Sku, field: str) -> tuple[datetime, str]:
    latest = sku.updated_at or sku.created_at
    return latest if field == "updated_at" else sku.created_at, sku.id


def _traced(call: Call, sku: Sku) -> Sku:
    call.trace.ids["sku_id"] = sku.id
    return sku
