"""Validations: what redeemables would do to an order; nothing is written (domain.md §2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain import ids
from counterfoil.domain.errors import NotFound, OrderBusy
from counterfoil.domain.orders import Order, draft, upserted
from counterfoil.domain.payloads import OrderPayload, StackPayload
from counterfoil.domain.stacking import Evaluation, evaluate
from counterfoil.domain.timestamps import millis
from counterfoil.domain.validation_sessions import terms_of
from counterfoil.operations import catalogue, redeemables, sessions, validation_sessions
from counterfoil.operations.commits import Proposal, commit
from counterfoil.operations.orders import Buyers, Pair
from counterfoil.operations.snapshots import completed
from counterfoil.storage import keys, orders
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterfoil.domain.stacking_rules import StackingRules
    from counterfoil.domain.validation_sessions import Terms
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.orders import Stored

    Items = Mapping[Key, Attributes]


@dataclass(frozen=True, slots=True)
class Validated:
    """What a validation found. `stored` tells an order that exists from one only sent.

    `session` is what was reserved, if that was asked for and something applies.
    """

    id: str
    evaluation: Evaluation
    stored: bool
    rules: StackingRules
    tracking_id: str | None
    payload: StackPayload
    request_id: str
    session: Terms | None = None


def validate(call: Call, payload: StackPayload) -> Validated:
    """What each redeemable of `payload` would do, one after the other.

    A session, if one is asked for, reserves what applies: that is all that a validation writes.
    Reads the order, the vouchers and the people in one trip. Raises NotFound for an unknown order
    or customer id, and OrderBusy while another request holds the order: what would be read is
    about to change.
    """
    redeemables.require_combinable(payload.redeemables)
    attempt = _Attempt(call, payload, terms_of(payload.session, call.ids.session_key))
    if attempt.reserves:
        return commit(call, attempt.propose)
    return attempt.decide(attempt.load())


def validate_each(call: Call, payload: StackPayload) -> tuple[Validated, ...]:
    """What each redeemable of `payload` would do if it were the only one; nothing is reserved.

    Reads as `validate` does, and raises what it raises.
    """
    redeemables.require_combinable(payload.redeemables)
    attempt = _Attempt(call, payload, None)
    return attempt.decide_each(attempt.load())


class _Attempt:
    """One validation: what it names, and the session that it asks for."""

    def __init__(self, call: Call, payload: StackPayload, terms: Terms | None) -> None:
        self._call = call
        self._payload = payload
        self._terms = terms
        self._sent = payload.order or OrderPayload()
        self._buyers = Buyers.of_stack(payload)
        self._slot = _slot(call, self._sent)
        wanted = [*redeemables.keys_of(call, payload.redeemables), *self._buyers.keys(call)]
        wanted += validation_sessions.keys_of(call, payload.session)
        wanted += catalogue.keys_of_lines(call, self._sent)
        self._keys = [*wanted, *([self._slot] if self._slot else [])]

    @property
    def reserves(self) -> bool:
        """Whether anything is to be held; a session of no millisecond is over at once."""
        return self._terms is not None and self._terms.milliseconds > 0

    def load(self) -> Items:
        """What is named, and what only that tells: campaigns, and the counters of a session."""
        call, payload = self._call, self._payload
        items = call.store.get_all(self._keys)
        session = validation_sessions.named(call, payload.session, items)
        held = validation_sessions.counters_of(call, session) if self.reserves else []

        def further(known: Items) -> list[Key]:
            return [*redeemables.further_keys(call, payload.redeemables, known), *held]

        return completed(call, items, further)

    def decide(self, items: Items) -> Validated:
        """What each redeemable would do, by `items`."""
        (validated,) = self._decided(items, alone=False)
        return validated

    def decide_each(self, items: Items) -> tuple[Validated, ...]:
        """What each would do alone, by `items`."""
        return tuple(self._decided(items, alone=True))

    def _decided(self, items: Items, *, alone: bool) -> Iterator[Validated]:
        call, payload = self._call, self._payload
        sent = catalogue.with_lines(call, self._sent, items)
        stored = _linked(call, sent, items.get(self._slot) if self._slot else None)
        pair = self._buyers.among(call, items)
        base = _base(call, sent, stored, _known(pair))
        project = redeemables.settings_of(call, payload.redeemables, items)
        session = validation_sessions.named(call, payload.session, items)
        own = validation_sessions.live(call, session)
        found = redeemables.candidates(call, payload.redeemables, items, project, own)
        if stored is not None:
            call.trace.ids["order_id"] = stored.order.id
        for together in [(each,) for each in found] if alone else [found]:
            evaluation = evaluate(together, base, project.rules, call.local_now)
            yield Validated(
                call.ids.validation,
                evaluation,
                stored is not None,
                project.rules,
                payload.tracking_id or _tracking(pair, base),
                payload,
                call.request_id,
                self._terms if evaluation.valid else None,
            )

    def propose(self, by: str) -> Proposal[Validated]:
        """The session of a validation that found something to reserve."""
        call, items = self._call, self.load()
        validated = self.decide(items)
        applicable, plan = validated.evaluation.applicable, Plan()
        if self._terms is None or not validated.evaluation.valid or not applicable:
            return Proposal(plan, validated)
        before = validation_sessions.named(call, self._payload.session, items)
        after = validation_sessions.reserved(call, self._terms, applicable)
        plan.add(*validation_sessions.reserving(call, (before, after), applicable, items, by))
        return Proposal(plan, validated)


def _tracking(pair: Pair, base: Order) -> str | None:
    """Of the customer named, who may be new if they have a source_id, else of the order's."""
    customer = None if pair.customer is None else pair.customer.after
    if customer is not None and (customer.source_id or customer.id == base.customer_id):
        return ids.tracking_id(customer.id)
    return None if base.customer_id is None else ids.tracking_id(base.customer_id)


def _slot(call: Call, sent: OrderPayload) -> Key | None:
    if sent.id is not None:
        return keys.order(call.project, sent.id)
    if sent.source_id is not None:
        return keys.order(call.project, ids.order_id(call.project, sent.source_id))
    return None


def _linked(call: Call, sent: OrderPayload, item: Attributes | None) -> Stored | None:
    """The stored order that `sent` names. Raises NotFound for an unknown id, and OrderBusy."""
    if sent.id is not None:
        stored = orders.stored(item)
        if stored is None:
            raise NotFound("order", sent.id)
    else:
        stored = sessions.find_behind(call, sent.source_id, item)
    if stored is not None and stored.is_held(millis(call.now)):
        raise OrderBusy(stored.order.id)
    return stored


def _known(pair: Pair) -> tuple[str | None, str | None]:
    """The ids of people who are stored; one who would be new has none yet."""
    customer, referrer = pair.customer, pair.referrer
    return (
        customer.after.id if customer is not None and customer.before is not None else None,
        referrer.after.id if referrer is not None and referrer.before is not None else None,
    )


def _base(
    call: Call, sent: OrderPayload, stored: Stored | None, people: tuple[str | None, str | None]
) -> Order:
    if stored is None:
        return draft(sent, call.ids.order, call.ids, people)
    return upserted(stored.order, sent, call.ids, people)
