"""Redemptions: load everything, decide, commit once (domain.md §3, §5; protocol.md §4, §8)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from counterfoil.domain import events, ids
from counterfoil.domain.errors import NotFound, OrderBusy
from counterfoil.domain.order_lines import lines_of
from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.domain.orders import Order, OrderStatus, draft, touched, upserted
from counterfoil.domain.records import portrait
from counterfoil.domain.redemptions import (
    Circumstances,
    Redeemed,
    Refused,
    redeem,
    refusal_stopping,
    refuse,
    status_after,
)
from counterfoil.domain.stacking import evaluate
from counterfoil.operations import orders as order_plans
from counterfoil.operations import people, redeemables, sessions, validation_sessions
from counterfoil.operations.buyers import Buyers, Pair
from counterfoil.operations.carts import Cart
from counterfoil.operations.commits import Proposal, SlotTaken, commit
from counterfoil.operations.occasions import Parties, occasion_of
from counterfoil.operations.slots import Slot
from counterfoil.operations.snapshots import Snapshot
from counterfoil.operations.subjects import Subject
from counterfoil.storage import customers, history, keys, orders, records, uses
from counterfoil.storage.order_events import Facts
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from counterfoil.domain.customers import Customer
    from counterfoil.domain.order_lines import OrderLine
    from counterfoil.domain.redemption_payloads import StackPayload
    from counterfoil.domain.stacking import Evaluation
    from counterfoil.domain.validation_sessions import ValidationSession
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.orders import Stored
    from counterfoil.storage.plans import Action

    Items = Mapping[Key, Attributes]

_TRIES: Final = 2
_NOT_OPENED: Final[Stored | None] = None


def redeem_stack(call: Call, payload: StackPayload) -> Redeemed:
    """The redeemables of `payload` redeemed together on its order, which is made if need be.

    Raises RedemptionRefused once the refusal is recorded, NotFound for an unknown order or
    customer id, OrderBusy, and InvalidRedeemables or DuplicatedRedeemables for what can never be.
    """
    redeemables.require_combinable(payload.redeemables)
    sent = payload.order or OrderPayload()
    slot = Slot(None if sent.id else sent.source_id)
    buyers = Buyers.of_stack(payload)
    attempt = _Attempt(call, payload, buyers, slot)
    opened = _linked(call, sent)
    if opened is not None:
        return attempt.on_stored(opened)
    for _ in range(_TRIES):
        try:
            return attempt.on_new(slot)
        except SlotTaken as taken:
            opened = sessions.open_behind(call, sent.source_id or "", taken.item)
            if opened is not None:
                return attempt.on_stored(opened)
            slot = Slot(sent.source_id, left=True)
    raise OrderBusy(slot.order_id(call))


def _linked(call: Call, sent: OrderPayload) -> Stored | None:
    """The stored order that `sent` surely or probably stands for, opened before all else.

    One that is named by id must exist: raises NotFound. One that brings neither lines nor an amount
    is a link to what is stored (domain.md §5.1); opened first, its customer is read with the rest.
    """
    if sent.id is not None:
        opened = sessions.open_by_id(call, sent.id)
        if opened is None:
            raise NotFound("order", sent.id)
        return opened
    if sent.source_id is not None and sent.items is None and sent.amount is None:
        return sessions.open_by_source(call, sent.source_id)
    return None


class _Attempt:
    """One redemption on its way: what it asks for, and the snapshot that its plans share."""

    def __init__(self, call: Call, payload: StackPayload, buyers: Buyers, slot: Slot) -> None:
        self._call = call
        self._payload = payload
        self._sent = payload.order or OrderPayload()
        self._buyers = buyers
        self._cart = Cart(call, self._sent)
        named = None if buyers.customer is None else people.id_of(call, buyers.customer)
        wanted = [*redeemables.keys_of(call, payload.redeemables, named), *buyers.keys(call)]
        wanted += validation_sessions.keys_of(call, payload.session) + self._cart.keys()
        self._named, self._opened = named, _NOT_OPENED
        self._snapshot = Snapshot(call, [*wanted, *slot.keys(call)], self._further)

    def _further(self, items: Items) -> list[Key]:
        subject = Subject(lambda _: self._customer_id, self._lines)
        call, payload = self._call, self._payload
        own = validation_sessions.named(call, payload.session, items)
        return [
            *redeemables.further_keys(call, payload.redeemables, items, subject),
            *validation_sessions.counters_of(call, own),
        ]

    @property
    def _customer_id(self) -> str | None:
        """Of who is named, else of the stored order's customer."""
        opened = self._opened
        return self._named or (None if opened is None else opened.order.customer_id)

    def _lines(self, items: Items) -> Sequence[OrderLine]:
        before = () if self._opened is None else self._opened.order.items
        sent = self._cart.order(items).items
        return before if sent is None else lines_of(sent, before, self._call.ids)

    def on_new(self, slot: Slot) -> Redeemed:
        """Redeem on an order that does not exist yet. Raises SlotTaken when it does."""
        call = self._call
        order_id = slot.order_id(call)
        call.trace.ids["order_id"] = order_id

        def propose(by: str) -> Proposal[Redeemed]:
            items = self._snapshot.take()
            slot.require_free(call, self._snapshot, items)
            pair = self._buyers.among(call, items)
            order = draft(self._cart.order(items), order_id, call.ids, pair.ids)
            return self._decide(order, None, pair, items, by)

        return commit(call, propose)

    def on_stored(self, opened: Stored) -> Redeemed:
        """Redeem on the order that this request holds."""
        call = self._call
        self._opened = opened
        owner = opened.order.customer_id
        if owner is not None and (self._buyers.customer is None or self._buyers.tracked):
            self._snapshot.add(keys.customer(call.project, owner))

        def propose(by: str) -> Proposal[Redeemed]:
            items = self._snapshot.take()
            pair = self._buyers.among(call, items)
            order = upserted(opened.order, self._cart.order(items), call.ids, pair.ids)
            return self._decide(order, opened, pair, items, by)

        return commit(call, propose, opened)

    def _decide(
        self,
        order: Order,
        opened: Stored | None,
        pair: Pair,
        items: Items,
        by: str,
    ) -> Proposal[Redeemed]:
        call, self._seen = self._call, items
        session = validation_sessions.named(call, self._payload.session, items)
        parties = self._parties(_customer(call, pair, order, items))
        evaluation = self._evaluated(order, items, parties, validation_sessions.live(call, session))
        facts = self._circumstances(parties.customer)
        stopping = refusal_stopping(evaluation)
        if stopping is not None:
            return self._refusal(opened, pair, refuse(evaluation, stopping, facts), by)
        redeemed = redeem(
            order, evaluation, status_after(self._sent), facts, stored=opened is not None
        )
        plan = self._success(opened, pair, redeemed, by)
        plan.add(*validation_sessions.used_up(call, session, evaluation.applicable, items, by))
        self._cart.keep(items)
        expand = self._payload.expand or ()
        told = replace(redeemed, request_id=call.request_id, expand=expand)
        return Proposal(plan, told, redeemed.redemptions)

    def _parties(self, customer: Customer | None) -> Parties:
        opened = self._opened
        return Parties(
            customer,
            None if opened is None else opened.counted,
            has_order=opened is not None or self._payload.order is not None,
            metadata=self._payload.metadata,
        )

    def _evaluated(
        self, order: Order, items: Items, parties: Parties, own: ValidationSession | None
    ) -> Evaluation:
        call, sent = self._call, self._payload.redeemables
        project = redeemables.settings_of(call, sent, items)
        found = redeemables.candidates(call, sent, items, project, own, order.customer_id)
        occasion = occasion_of(call, found, parties, items, order.items)
        return evaluate(found, order, project.rules, occasion)

    def _success(self, opened: Stored | None, pair: Pair, redeemed: Redeemed, by: str) -> Plan:
        call = self._call
        first = redeemed.records[0].id
        call.trace.ids["redemption_id"] = first
        failed = len(redeemed.failures)
        kinds = (events.REDEEMED, *([events.REDEMPTION_FAILED] if failed else []))
        if opened is None:
            plan = order_plans.creation(call, redeemed.order, by, kinds, first)
        else:
            plan = order_plans.change(call, opened, redeemed.order, by, kinds, first)
        plan.add(*(records.written(call.project, each, by) for each in redeemed.records))
        plan.add(*uses.counted_up(call.project, redeemed, self._seen))
        plan.add(*self._history_unmoved(redeemed))
        counts = {
            "redemptions_succeeded": len(redeemed.redemptions),
            "redemptions_failed": failed,
            "gift_credits": sum(each.use.credits for each in redeemed.redemptions if each.use),
        }
        plan.add(*history.summarised(call.project, redeemed.order.customer_id, **counts))
        plan.add(*pair.writes(call, by))
        return plan

    def _history_unmoved(self, redeemed: Redeemed) -> Iterator[Action]:
        """Where a rule was met by the purchase history, this must be what the rule saw."""
        customer_id = redeemed.order.customer_id
        historic = any(each.historic for each in redeemed.evaluation.applicable)
        if historic and customer_id is not None:
            project, items = self._call.project, self._seen
            seen = history.version(items.get(keys.lifetime(project, customer_id)))
            yield history.unmoved(project, customer_id, seen)

    def _refusal(
        self, opened: Stored | None, pair: Pair, refused: Refused, by: str
    ) -> Proposal[Redeemed]:
        """What a refusal writes: it states what was seen, and conditions on nothing else.

        A linked order takes the payload's status, when it has one, and nothing more (§3.4); the
        records say which one it is, though the contract shows no order in them.
        """
        call = self._call
        first = refused.records[0]
        tried_on = {"order_id": None if opened is None else opened.order.id}
        call.trace.ids["redemption_id"] = first.id
        kinds = (events.REDEMPTION_FAILED,)
        plan = Plan()
        kept = (each.model_copy(update=tried_on) for each in refused.records)
        plan.add(*(records.written(call.project, each, by) for each in kept))
        if opened is not None and self._sent.status is not None:
            status = OrderStatus(self._sent.status)
            after = touched(opened.order.model_copy(update={"status": status}), call.now)
            plan.add(*order_plans.change(call, opened, after, by, kinds, first.id))
        else:
            plan.add(
                records.event(call.project, first, kinds, Facts(call.now, by, actor=call.actor))
            )
        if opened is not None and self._sent.status is None:
            plan.add(orders.released(call.project, opened, (call.ids.holder, by)))
        plan.add(*history.summarised(call.project, first.customer_id, redemptions_failed=1))
        plan.add(*pair.writes(call, by))
        return Proposal(plan, refused.error)

    def _circumstances(self, customer: Customer | None) -> Circumstances:
        tracking, session = self._payload.tracking_id, self._payload.session
        return Circumstances(
            ids=self._call.ids,
            customer=None if customer is None else portrait(customer),
            tracking_id=tracking or (None if customer is None else ids.tracking_id(customer.id)),
            metadata=self._payload.metadata,
            channel_id=self._call.app_id,
            session_key=(session.key or None) if session else None,
            periods=self._call.periods,
        )


def _customer(call: Call, pair: Pair, order: Order, items: Items) -> Customer | None:
    """Whose redemption it is: who was named, else the stored order's customer."""
    if pair.customer is not None:
        return pair.customer.after
    if order.customer_id is None:
        return None
    stored = customers.stored(items.get(keys.customer(call.project, order.customer_id)))
    return None if stored is None else stored.customer
