"""How often a redeemable was used, and what a gift card has left.

Source: protocol.md §1.6, §1.9, §4; domain.md §1.9, §4.7.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from counterfoil.domain.holds import Hold
    from counterfoil.domain.validation_sessions import Reservation


@dataclass(frozen=True, slots=True)
class GiftBalance:
    """The money of a gift card, in credits of one minor unit.

    `loaded` and `subtracted` are what was put on it and taken off by hand, `spent` what live
    redemptions took, `available` the balance less what live sessions hold.
    """

    loaded: int
    subtracted: int
    spent: int
    available: int

    @classmethod
    def opening(cls, amount: int) -> GiftBalance:
        """A new card with `amount` on it."""
        return cls(loaded=amount, subtracted=0, spent=0, available=amount)

    @property
    def balance(self) -> int:
        """What is on the card, held by a session or not."""
        return self.loaded - self.subtracted - self.spent

    def less(self, spent: int) -> GiftBalance:
        """What is left once a redemption took `spent`."""
        return replace(self, spent=self.spent + spent, available=self.available - spent)


@dataclass(frozen=True, slots=True)
class Counter:
    """One bucket of a counter; `taken` is what was used and what live sessions hold.

    `version` is the definition's version and `generation` its life: both must still be these when
    a redemption is committed. `holds` are those that are stored; of a counter seen at a moment
    (`holds.seen_at`), `lapsed` are those that are over and `own` what the request itself reserved,
    neither of which is in `taken` or takes from a gift's `available`.
    """

    used: int
    taken: int
    version: int
    generation: str
    bucket: int = 0
    gift: GiftBalance | None = None
    holds: tuple[Hold, ...] = ()
    lapsed: tuple[Hold, ...] = ()
    own: Reservation | None = None
