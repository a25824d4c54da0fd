"""Customers in the store: read with what a request needs, written only when something changes.

Source: protocol.md §2, §7.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.customers import Customer
from counterfoil.domain.timestamps import iso
from counterfoil.storage import keys
from counterfoil.storage.marshal import Attributes, deflate, inflate, number, text
from counterfoil.storage.plans import ABSENT, Action, Guard

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterfoil.storage.store import Store

# What `stands` reads of an item.
STANDING: Final = ("deleted",)
_ATTRIBUTES: Final = {"id", "created_at", "updated_at", "deleted"}


@dataclass(frozen=True, slots=True)
class Stored:
    """A customer as they stand, with the version that a change is conditioned on."""

    customer: Customer
    version: int


def get(store: Store, project: str, customer_id: str) -> Stored | None:
    """The customer with `customer_id`, deleted or not, strongly consistent."""
    return stored(store.get(keys.customer(project, customer_id)))


def listed(store: Store, project: str, customer_ids: Sequence[str]) -> Iterator[Customer]:
    """The customers with these ids that are not deleted; they may lag, as lists do."""
    wanted = [keys.customer(project, each) for each in customer_ids]
    items = store.get_all(wanted, consistent=False)
    for key in wanted:
        found = stored(items.get(key))
        if found is not None and not found.customer.deleted:
            yield found.customer


def stands(item: Attributes | None) -> bool:
    """Whether the item is a customer's who is not deleted, told without reading the profile."""
    return item is not None and not item.get("deleted", False)


def stored(item: Attributes | None) -> Stored | None:
    """The customer of an item."""
    if item is None:
        return None
    body = json.loads(inflate(item["body"]))
    customer = Customer.model_validate(
        {
            **body,
            "id": text(item["pk"]).rpartition("#")[2],
            "created_at": item["ca"],
            "updated_at": item.get("ua"),
            "deleted": item.get("deleted", False),
        }
    )
    return Stored(customer, number(item["pv"]))


def written(project: str, before: Stored | None, after: Customer, by: str) -> Action:
    """`after` in place of `before`: refused when it is no longer what was read."""
    body = after.model_dump_json(exclude=_ATTRIBUTES, exclude_defaults=True)
    sets: Attributes = {
        "body": deflate(body.encode()),
        "pv": 1 if before is None else before.version + 1,
        "ca": iso(after.created_at),
        "by": by,
        "deleted": after.deleted,
    }
    if after.updated_at is not None:
        sets["ua"] = iso(after.updated_at)
    listed = _listed(project, after)
    # A customer who came back has not changed since.
    removes = ("ua",) if after.updated_at is None and before is not None else ()
    return Action(
        keys.customer(project, after.id),
        Guard.STATE,
        sets=sets if after.deleted else {**sets, **listed},
        # A deleted customer leaves every list; the item stays, so that the id can come back.
        removes=(*removes, *(tuple(listed) if after.deleted else ())),
        conditions=(ABSENT,) if before is None else ("#pv = :pv",),
        values={} if before is None else {"pv": before.version},
    )


def _listed(project: str, customer: Customer) -> dict[str, str]:
    name = customer.source_id or customer.id
    return keys.listed(project, "C", customer.id, customer.created_at, customer.updated_at, name)
