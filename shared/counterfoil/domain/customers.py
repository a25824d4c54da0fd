"""A customer: profile, summary, and what a payload changes.

Source: domain.md §1.8; protocol.md §7.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict, Field

from counterfoil.domain.metadata import Metadata, merged

if TYPE_CHECKING:
    from counterfoil.domain.customer_payloads import CustomerPayload


class Address(BaseModel):
    """A postal address; every part may be unknown."""

    model_config = ConfigDict(frozen=True)

    city: str | None = None
    state: str | None = None
    line_1: str | None = None
    line_2: str | None = None
    country: str | None = None
    postal_code: str | None = None


class Customer(BaseModel):
    """One customer's profile. `deleted` keeps the id for the same source_id to come back to."""

    model_config = ConfigDict(frozen=True)

    id: str
    source_id: str | None = None
    name: str | None = None
    description: str | None = None
    email: str | None = None
    phone: str | None = None
    birthdate: date | None = None
    address: Address | None = None
    metadata: Metadata = Field(default_factory=dict)
    created_at: datetime
    updated_at: datetime | None = None
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """What a customer's lifetime item counts; amounts in minor units.

    `last_order_amount` is None where nobody has asked for the newest order.
    """

    orders_count: int = 0
    orders_amount: int = 0
    last_order_amount: int | None = None
    last_order_date: str | None = None
    redemptions_succeeded: int = 0
    redemptions_failed: int = 0
    rollbacks_succeeded: int = 0
    rollbacks_failed: int = 0
    gift_credits: int = 0

    @property
    def average_amount(self) -> int:
        """The mean order, rounded half up to the minor unit; 0 without orders."""
        if self.orders_count == 0:
            return 0
        return (2 * self.orders_amount + self.orders_count) // (2 * self.orders_count)


_PROFILE: Final = ("name", "description", "email", "phone", "birthdate")


def draft(payload: CustomerPayload, customer_id: str, now: datetime) -> Customer:
    """A new customer as `payload` describes it."""
    blank = Customer(id=customer_id, source_id=payload.source_id, created_at=now)
    return blank.model_copy(update=_changes(blank, payload))


def upserted(customer: Customer, payload: CustomerPayload, now: datetime) -> Customer:
    """`customer` with the fields that `payload` names; null clears one.

    The same object when nothing changes, so that naming a customer writes nothing. A deleted
    customer comes back, with nothing left of the old profile. The source_id never changes.
    """
    if customer.deleted:
        blank = Customer(id=customer.id, source_id=customer.source_id, created_at=now)
        return blank.model_copy(update=_changes(blank, payload))
    after = customer.model_copy(update=_changes(customer, payload))
    # Compared as JSON: to Python, metadata of `true` and of 1 would be equal.
    if after.model_dump_json() == customer.model_dump_json():
        return customer
    return after.model_copy(update={"updated_at": max(now, customer.updated_at or now)})


def deleted(customer: Customer, now: datetime) -> Customer:
    """What is kept of a deleted customer: that there was one, for the same source_id to find."""
    return Customer(
        id=customer.id,
        source_id=customer.source_id,
        created_at=customer.created_at,
        updated_at=max(now, customer.updated_at or now),
        deleted=True,
    )


def together(base: Customer | None, first: Customer, second: Customer) -> Customer:
    """What became of `base` in `first`, and over it what became of it in `second`.

    For one call that names a customer twice; `base` None or deleted stands for an empty profile.
    """
    kept = Customer(id=first.id, created_at=first.created_at)
    if base is not None and not base.deleted:
        kept = base
    changes: dict[str, object] = {
        field: getattr(second, field)
        for field in (*_PROFILE, "address", "updated_at")
        if getattr(second, field) != getattr(kept, field)
    }
    said = {
        name: value
        for name, value in second.metadata.items()
        if name not in kept.metadata or kept.metadata[name] != value
    }
    return first.model_copy(update={**changes, "metadata": merged(first.metadata, said)})


def _changes(customer: Customer, payload: CustomerPayload) -> dict[str, object]:
    changes: dict[str, object] = {
        field: getattr(payload, field) for field in _PROFILE if payload.sent(field)
    }
    if payload.sent("birthday") and not payload.sent("birthdate"):
        changes["birthdate"] = payload.birthday
    if payload.sent("address"):
        given = payload.address
        kept = customer.address or Address()
        changes["address"] = given and kept.model_copy(update=given.model_dump(exclude_unset=True))
    if payload.metadata:
        changes["metadata"] = merged(customer.metadata, payload.metadata)
    return changes
