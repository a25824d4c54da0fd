"""What the rules of one redeemable look at, at its turn in a call."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from counterfoil.domain.counts import NO_SHARE, Counts, Share

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.domain.counts import Place
    from counterfoil.domain.line_facts import LineFact
    from counterfoil.domain.occasions import Occasion
    from counterfoil.domain.orders import Order

_NOTHING = Counts()


@dataclass(frozen=True)
class Facts:
    """The order as it stands, and what the redeemable would add to what is counted.

    `total_after` is what would be left to pay, None while the effect is not known. `counts` is
    what stands at each place, `before` what redeemables before it in this call have added there,
    and `share` what it adds itself.
    """

    order: Order
    occasion: Occasion
    total_after: int | None = None
    share: Share = NO_SHARE
    counts: Mapping[Place, Counts] = field(default_factory=dict)
    before: Mapping[Place, Share] = field(default_factory=dict)

    @cached_property
    def lines(self) -> tuple[LineFact, ...]:
        """The lines of the order."""
        return self.occasion.lines_of(self.order)

    @cached_property
    def amount(self) -> int | None:
        """What is left to pay at this turn; None while nothing is known of it."""
        return self.order.total_amount

    def counted(self, place: Place) -> Counts:
        """What stands at `place`; nothing where nobody was counted yet."""
        return self.counts.get(place, _NOTHING)

    def added(self, place: Place) -> Share:
        """What this call has added there, this redeemable included."""
        before = self.before.get(place)
        return self.share if before is None else before.plus(self.share)
