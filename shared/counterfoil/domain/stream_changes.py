"""What a change of the table says about the hours that it moves (docs/decisions/0039)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one item: its keys, and what it has become; None when it is gone.

    Changes of one item come in order; any may come more than once.
    """

    pk: str
    sk: str
    image: Mapping[str, object] | None

    @property
    def project(self) -> str:
        """Whose item it is."""
        return self.pk.partition("#")[0]

    @property
    def collection(self) -> str:
        """The letters of what the item belongs to, as in `storage/keys.py`."""
        return self.pk.split("#")[1] if "#" in self.pk else ""

    def text(self, name: str) -> str | None:
        """A text of what the item has become."""
        value = None if self.image is None else self.image.get(name)
        return value if isinstance(value, str) else None
