"""What a client may send of a category."""

from __future__ import annotations

from counterfoil.domain.categories import Hierarchy, Name
from counterfoil.domain.payloads import Payload


class CategoryUpdate(Payload):
    """What may change of a category; null leaves it as it is."""

    name: Name | None = None
    hierarchy: Hierarchy | None = None


class CategoryPayload(CategoryUpdate):
    """A category to be created."""

    name: Name
