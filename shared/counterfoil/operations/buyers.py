"""The people of an order: who they are in a payload, in the store and in a plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from counterfoil.domain import ids
from counterfoil.domain.customer_payloads import CustomerPayload
from counterfoil.domain.errors import NotFound
from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.operations import people

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterfoil.domain.qualification_payloads import QualificationPayload
    from counterfoil.domain.redemption_payloads import StackPayload
    from counterfoil.operations.call import Call
    from counterfoil.operations.people import Person
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.plans import Action


@dataclass(frozen=True, slots=True)
class Buyers:
    """The customer and the referrer of an order, as a payload names them.

    A customer known only by a tracking id is nobody when that leads nowhere.
    """

    customer: CustomerPayload | None
    referrer: CustomerPayload | None
    tracked: bool = False

    @staticmethod
    def of(payload: OrderPayload) -> Buyers:
        """The people whom an order names."""
        referrer = payload.referrer
        if referrer is None and payload.referrer_id is not None:
            referrer = CustomerPayload(id=payload.referrer_id)
        return Buyers(payload.customer, referrer)

    @staticmethod
    def of_stack(payload: StackPayload | QualificationPayload) -> Buyers:
        """The people of a validation, qualification or redemption (domain.md §3.5).

        A customer named beside the order wins over the order's own; where neither is named, a
        tracking id of ours leads to one.
        """
        buyers = Buyers.of(payload.order or OrderPayload())
        if payload.customer is not None:
            return replace(buyers, customer=payload.customer)
        known = ids.tracked_customer(payload.tracking_id or "")
        if buyers.customer is not None or known is None:
            return buyers
        return replace(buyers, customer=CustomerPayload(id=known), tracked=True)

    def keys(self, call: Call) -> list[Key]:
        """What must be loaded to know them."""
        return [
            *people.keys_of(call, self.customer),
            *people.keys_of(call, self.referrer),
        ]

    def among(self, call: Call, items: Mapping[Key, Attributes]) -> Pair:
        """Who they are. Raises NotFound for an unknown customer id."""
        try:
            customer = people.person(call, self.customer, items, "customer")
        except NotFound:
            if not self.tracked:
                raise
            customer = None
        return Pair(customer, people.person(call, self.referrer, items, "referrer"))


@dataclass(frozen=True, slots=True)
class Pair:
    """The people of an order as they will be after the call."""

    customer: Person | None
    referrer: Person | None

    @property
    def ids(self) -> tuple[str | None, str | None]:
        """The ids of customer and referrer."""
        customer = None if self.customer is None else self.customer.after.id
        referrer = None if self.referrer is None else self.referrer.after.id
        return customer, referrer

    def writes(self, call: Call, by: str) -> Iterator[Action]:
        """What is new of them."""
        return people.writes(call, (self.customer, self.referrer), by)
