"""Whom and what rules are to judge, as far as it tells what else must be loaded for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.operations import bindings
from counterfoil.operations.occasions import product_keys
from counterfoil.storage import keys

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from counterfoil.domain.candidates import Candidate
    from counterfoil.domain.order_lines import OrderLine
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes

    Items = Mapping[Key, Attributes]


@dataclass(frozen=True, slots=True)
class Subject:
    """The customer and the lines of a call, by what was loaded of it so far."""

    customer_id: Callable[[Items], str | None]
    lines: Callable[[Items], Sequence[OrderLine]]

    def keys_for(self, call: Call, candidate: Candidate, items: Items) -> list[Key]:
        """What the rules of `candidate` need to be judged."""
        if not candidate.rules and (candidate.campaign is None or not candidate.campaign.counted):
            return []
        customer_id = self.customer_id(items)
        wanted = bindings.needed_keys(call, candidate, customer_id, items)
        needs = bindings.needs_of(call, candidate)
        if needs and customer_id is not None:
            wanted.append(keys.customer(call.project, customer_id))
        if needs.products:
            wanted += product_keys(call, needs, self.lines(items), items)
        return wanted
