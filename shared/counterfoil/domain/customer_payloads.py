"""What a client may send of a customer."""

from __future__ import annotations

from counterfoil.domain.metadata import SentMetadata
from counterfoil.domain.payloads import Day, Payload, Reference, SourceId, Text


class AddressPayload(Payload):
    """A customer's postal address."""

    city: Text | None = None
    state: Text | None = None
    line_1: Text | None = None
    line_2: Text | None = None
    country: Text | None = None
    postal_code: Text | None = None


class CustomerPayload(Payload):
    """A customer as sent: to be created, changed or only named (domain.md §1.8).

    `birthday` is the vendor's older name of `birthdate`, which outranks it.
    """

    id: Reference | None = None
    source_id: SourceId | None = None
    name: Text | None = None
    description: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    birthdate: Day | None = None
    birthday: Day | None = None
    address: AddressPayload | None = None
    metadata: SentMetadata | None = None
