"""What a viewer is shown of persons: enough to tell two apart, not enough to write to one.

Hidden are names, e-mail addresses, telephone numbers, a customer's metadata, source_ids that are
an address, and addresses wherever else they stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.domain.metadata import Metadata

_HIDDEN: Final = "•••"
_ADDRESS: Final = re.compile(r"[^\s@]+@[^\s@]+")
_SHOWN_DIGITS: Final = 2


@dataclass(frozen=True, slots=True)
class Mask:
    """`hides` is whether anything is hidden at all."""

    hides: bool

    def name(self, text: str | None) -> str | None:
        """A name: its initials."""
        if not self.hides or not text:
            return text
        return " ".join(f"{word[0]}{_HIDDEN}" for word in text.split()) or _HIDDEN

    def email(self, text: str | None) -> str | None:
        """An e-mail address: its first letter."""
        if not self.hides or not text:
            return text
        return _masked_address(text)

    def phone(self, text: str | None) -> str | None:
        """A telephone number: its last digits."""
        if not self.hides or not text:
            return text
        return f"{_HIDDEN}{text[-_SHOWN_DIGITS:]}"

    def secret(self, text: str | None) -> str | None:
        """What is shown not at all."""
        return _HIDDEN if self.hides and text else text

    def text(self, text: str | None) -> str | None:
        """Any other text: without the e-mail addresses in it."""
        if not self.hides or not text:
            return text
        return _ADDRESS.sub(lambda found: _masked_address(found[0]), text)

    def metadata(self, known: Metadata) -> Mapping[str, object]:
        """A customer's metadata: its names."""
        return dict.fromkeys(known, _HIDDEN) if self.hides else {**known}

    def values(self, known: object) -> object:
        """Any other value, however deep: without the e-mail addresses in it."""
        if isinstance(known, str):
            return self.text(known)
        if isinstance(known, dict):
            return {self.text(str(key)): self.values(value) for key, value in known.items()}
        if isinstance(known, list | tuple):
            return [self.values(value) for value in known]
        return known


def _masked_address(text: str) -> str:
    local, at, domain = text.partition("@")
    if not at:
        return f"{text[:1]}{_HIDDEN}"
    ending = domain.rpartition(".")[2] if "." in domain else ""
    return f"{local[:1]}{_HIDDEN}@{domain[:1]}{_HIDDEN}{'.' if ending else ''}{ending}"
