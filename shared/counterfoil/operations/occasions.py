"""What all redeemables of a call look at alike, made of what was loaded for their rules.

The order of the call is in none of it: what it has added to the history is taken off again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING

from counterfoil.domain.catalogue import Catalogue
from counterfoil.domain.history_windows import window
from counterfoil.domain.occasions import Occasion
from counterfoil.domain.rule_evaluation import NO_NEEDS, Needs
from counterfoil.domain.segments import asks_history, asks_last_order, windows_of
from counterfoil.domain.shoppers import Purchases, Shopper
from counterfoil.domain.timestamps import from_iso
from counterfoil.operations import catalogue
from counterfoil.operations.bindings import needs_of
from counterfoil.storage import history, keys, product_collections, segments

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from counterfoil.domain.candidates import Candidate
    from counterfoil.domain.customers import Customer
    from counterfoil.domain.metadata import Metadata
    from counterfoil.domain.order_lines import OrderLine
    from counterfoil.domain.product_collections import ProductCollection
    from counterfoil.domain.purchase_history import Contribution
    from counterfoil.domain.segments import Segment
    from counterfoil.operations.call import Call
    from counterfoil.operations.trial_orders import Trial
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes

    Items = Mapping[Key, Attributes]


@dataclass(frozen=True, slots=True)
class Parties:
    """Whom and what a call is about: its customer, the order with what that has counted for.

    `counted` is what the order has added to the history already, None when nothing.
    """

    customer: Customer | None = None
    counted: Contribution | None = None
    has_order: bool = True
    metadata: Metadata | None = None
    counts: bool = True

    @staticmethod
    def of_trial(trial: Trial, metadata: Metadata | None) -> Parties:
        """Those of an order that redeemables are only tried on."""
        has_order = trial.stored or trial.has_order
        return Parties(trial.customer, trial.counted, has_order=has_order, metadata=metadata)


def occasion_of(
    call: Call,
    candidates: Iterable[Candidate],
    parties: Parties,
    items: Items,
    lines: Sequence[OrderLine] = (),
) -> Occasion:
    """What the rules of all `candidates` look at beside each one's own counts."""
    needs = reduce(Needs.plus, (needs_of(call, each) for each in candidates), NO_NEEDS)
    known = segments.known(items, call.project, needs.segments)
    asked = _Asked.of(needs, known)
    return Occasion(
        now=call.local_now,
        project=call.project,
        week_start=call.week_start,
        shopper=_shopper(call, parties, asked, items),
        has_order=parties.has_order,
        metadata=parties.metadata or {},
        api_key=call.app_id,
        segments=known,
        collections=_collections(call, needs, items),
        catalogue=_catalogue(call, needs, lines, items),
        counts=parties.counts,
        explains=call.explains,
    )


def product_keys(call: Call, needs: Needs, lines: Sequence[OrderLine], items: Items) -> list[Key]:
    """What must be loaded of the catalogue for rules that ask what lines are of."""
    if not needs.products:
        return []
    return catalogue.keys_of(call, catalogue.names_asked(call, lines, items))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of a customer's history, by rules and by the filters of segments."""

    windows: frozenset[str]
    history: bool
    last_order: bool
    segments: frozenset[str]

    @staticmethod
    def of(needs: Needs, known: Mapping[str, Segment]) -> _Asked:
        filters = known.values()
        return _Asked(
            needs.windows.union(*(windows_of(each) for each in filters)),
            needs.history or any(asks_history(each) for each in filters),
            any(asks_last_order(each) for each in filters),
            needs.segments,
        )


def _shopper(call: Call, parties: Parties, asked: _Asked, items: Items) -> Shopper | None:
    customer, counted = parties.customer, parties.counted
    if customer is None:
        return None
    if not asked.history:
        return Shopper(customer)
    project, own = call.project, counted if counted and counted.customer_id == customer.id else None
    summary = history.totals(items.get(keys.lifetime(project, customer.id)))
    if own is not None:
        summary = replace(
            summary,
            orders_count=summary.orders_count - 1,
            orders_amount=summary.orders_amount - own.amount,
        )
    known = Shopper(
        customer,
        summary,
        windows=_windows(call, customer.id, asked.windows, own, items),
        static_segments=segments.joined(items, project, customer.id, asked.segments),
    )
    return _with_last_order(call, known, own) if asked.last_order else known


def _windows(
    call: Call, customer_id: str, wanted: Iterable[str], own: Contribution | None, items: Items
) -> dict[str, Purchases]:
    today = call.today
    days = history.windows_in(items, call.project, customer_id, wanted, today)
    found = {
        each: _less(bought, own if _is_within(each, own, today.isoformat(), call) else None)
        for each, bought in days.items()
    }
    for each, orders in history.hours(
        call.store, call.project, customer_id, wanted, call.now
    ).items():
        others = [one for one in orders if own is None or one.order_id != own.order_id]
        found[each] = Purchases(len(others), sum(one.amount for one in others))
    return found


def _is_within(name: str, own: Contribution | None, today: str, call: Call) -> bool:
    if own is None:
        return False
    return window(name).first_day(call.today).isoformat() <= own.day <= today


def _less(bought: Purchases, own: Contribution | None) -> Purchases:
    if own is None:
        return bought
    return Purchases(bought.count - 1, bought.amount - own.amount)


def _with_last_order(call: Call, known: Shopper, own: Contribution | None) -> Shopper:
    """The newest counted order that is not the call's own."""
    found = history.newest(call.store, call.project, known.customer.id, count=2)
    others = [each for each in found if own is None or each.order_id != own.order_id]
    if not others:
        return known
    last = others[0]
    return replace(known, last_order_at=from_iso(last.created_at), last_order_amount=last.amount)


def _collections(call: Call, needs: Needs, items: Items) -> dict[str, ProductCollection]:
    found = (product_collections.stored(items, call.project, each) for each in needs.collections)
    return {each.collection.id: each.collection for each in found if each is not None}


def _catalogue(call: Call, needs: Needs, lines: Sequence[OrderLine], items: Items) -> Catalogue:
    if not needs.products:
        return Catalogue(call.project, {}, {})
    names = catalogue.names_asked(call, lines, items)
    return catalogue.known(call, names, items)
