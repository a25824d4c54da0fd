"""Customers as pages show them, masked where they have to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.operations import customer_lists

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from counterfoil.api.dashboard.masking import Mask
    from counterfoil.api.dashboard.visits import Visit
    from counterfoil.domain.customers import Customer


@dataclass(frozen=True, slots=True)
class Person:
    """`shown` is what they are called."""

    id: str
    shown: str
    source_id: str | None
    email: str | None
    phone: str | None


def person(customer: Customer, mask: Mask) -> Person:
    """`customer` for whoever `mask` is of."""
    name, email = mask.name(customer.name), mask.email(customer.email)
    source_id = mask.text(customer.source_id)
    return Person(
        id=customer.id,
        shown=name or source_id or email or customer.id,
        source_id=source_id,
        email=email,
        phone=mask.phone(customer.phone),
    )


def people(visit: Visit, customer_ids: Iterable[str | None]) -> Mapping[str, Person]:
    """Those of `customer_ids` who are known, by id."""
    found = customer_lists.named(visit.call, customer_ids)
    return {each.id: person(each, visit.mask) for each in found.values()}
