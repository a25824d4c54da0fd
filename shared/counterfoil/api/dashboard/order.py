"""One order: why it costs what it costs, what happened to it, and the roll-back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.api.dashboard.charts import steps_of, waterfall
from counterfoil.api.dashboard.customers import latest_of
from counterfoil.api.dashboard.dates import moment_of
from counterfoil.api.dashboard.effects import effects_on
from counterfoil.api.dashboard.happenings import happenings
from counterfoil.api.dashboard.pages import instant, link, page, to
from counterfoil.api.dashboard.people import person
from counterfoil.api.dashboard.record_rows import call_rows, record_row
from counterfoil.api.errors import kind_of
from counterfoil.domain.errors import CounterfoilError, InvalidPayload, NotFound
from counterfoil.domain.order_lines import quantity_of
from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.domain.orders import OrderStatus
from counterfoil.domain.rollback_payloads import RollbackPayload
from counterfoil.domain.timestamps import millis
from counterfoil.operations import customers, order_records, orders, rollbacks, sessions
from counterfoil.operations.order_history import EventsWanted, timeline
from counterfoil.operations.rollbacks import Rollback

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from counterfoil.api.dashboard.effects import Effect
    from counterfoil.api.dashboard.record_rows import RecordRow
    from counterfoil.api.dashboard.visits import Visit
    from counterfoil.api.response import Response
    from counterfoil.domain.order_lines import OrderLine
    from counterfoil.domain.order_versions import OrderEvent
    from counterfoil.domain.orders import Order
    from counterfoil.domain.records import Record
    from counterfoil.storage.orders import Stored

_NEWEST_EVENTS: Final = 100
_SHORTEST_REASON, _LONGEST_REASON = 3, 500
_DONE: Final = {"rolled-back": "The redemption was rolled back."}


@dataclass(frozen=True, slots=True)
class Cut:
    """What one redeemable takes off."""

    label: str
    amount: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the order, with what each discount did to it."""

    title: str
    sub: str | None
    metadata: object
    quantity: int
    added: int
    price: int | None
    amount: int | None
    discounts: Sequence[Cut]
    total: int | None


def shown(visit: Visit) -> Response:
    """The page; an order goes by its source_id too, and is then shown at its id."""
    found = sessions.find_named(visit.call, visit.named["name"])
    order = found.order
    if order.id != visit.named["name"]:
        return to(link("orders", order.id))
    return _page(visit, order, done=_DONE.get(visit.query("done")), held=_held(visit, found))


def _held(visit: Visit, found: Stored) -> str | None:
    """Whether a request works on the order, or was cut off while it did."""
    if found.holder is None:
        return None
    until = instant(moment_of(found.leased_until), visit.call.zone)
    if found.is_held(millis(visit.call.now)):
        return f"A request works on this order now. It frees itself at {until} at the latest."
    return (
        f"A request was cut off while it worked on this order, which has been free since {until}."
    )


def rolled_back(visit: Visit) -> Response:
    """A redemption, or a stack as a whole, rolled back; a refusal is told on the order's page."""
    wanted = visit.named["name"]
    record = rollbacks.get(visit.call, wanted)
    try:
        payload = _payload(visit)
        rollbacks.roll_back(visit.call, Rollback(wanted, payload, stacks=True))
    except CounterfoilError as error:
        if record.order_id is None:
            raise
        order = orders.get(visit.call, record.order_id)
        problem = f"It was not rolled back. {error.details}"
        return _page(visit, order, status=kind_of(error).status, problem=problem)
    return to(f"{link('orders', record.order_id or '')}?done=rolled-back")


def _payload(visit: Visit) -> RollbackPayload:
    """Raises InvalidPayload."""
    reason, status = visit.form.get("reason", "").strip(), visit.form.get("status", "")
    if not _SHORTEST_REASON <= len(reason) <= _LONGEST_REASON:
        raise InvalidPayload(
            f"A reason of {_SHORTEST_REASON} to {_LONGEST_REASON} characters is needed."
        )
    if status and status not in set(OrderStatus):
        raise InvalidPayload(f"There is no order status {status}.")
    kept = OrderPayload.model_validate({"status": status}) if status else None
    return RollbackPayload(reason=reason, order=kept)


def _page(visit: Visit, order: Order, *, status: int = 200, **told: str | None) -> Response:
    """`told` is what was `done`, or which `problem` there was."""
    call, mask = visit.call, visit.mask
    records = order_records.of_order(call, order)
    refused = order_records.refused(call, order)
    effects = effects_on(order, records, mask)
    return page(
        visit,
        "order.html",
        status,
        section="orders",
        order=order,
        name=mask.text(order.source_id) or order.id,
        done=told.get("done"),
        held=told.get("held"),
        problem=mask.text(told.get("problem")),
        chart=waterfall(steps_of(order, effects)),
        lines=[_line(visit, line, effects) for line in order.items],
        order_level=[Cut(each.label, each.order) for each in effects if each.order],
        calls=_calls(visit, order, records, refused),
        **_customer(visit, order),
        timeline=happenings(_events(visit, order), records, refused, mask),
        metadata=mask.values(order.metadata),
    )


def _calls(
    visit: Visit, order: Order, records: Mapping[str, Record], refused: Sequence[Record]
) -> list[RecordRow]:
    """The newest first, those that were refused among them."""
    calls = call_rows(visit, records, (entry.id for entry in order.redemptions))
    calls += [record_row(each, visit.mask) for each in refused]
    return sorted(calls, key=lambda each: each.at, reverse=True)


def _events(visit: Visit, order: Order) -> Sequence[OrderEvent]:
    wanted = EventsWanted(order.id, _NEWEST_EVENTS, newest_first=True)
    return timeline(visit.call, wanted).events


def _customer(visit: Visit, order: Order) -> dict[str, object]:
    """Nobody when the order names nobody, or somebody whose profile was deleted."""
    known = None
    if order.customer_id is not None:
        with suppress(NotFound):
            known = customers.get(visit.call, order.customer_id)
    return {
        "person": None if known is None else person(known.customer, visit.mask),
        "summary": None if known is None else known.summary,
        "history": latest_of(visit, order.customer_id),
    }


def _line(visit: Visit, line: OrderLine, effects: Sequence[Effect]) -> Line:
    mask = visit.mask
    cuts = [Cut(each.label, each.lines[line.id]) for each in effects if each.lines.get(line.id)]
    named = (line.sku and line.sku.sku) or (line.product and line.product.name)
    names = (line.source_id, line.sku_id, line.product_id)
    title = named or next(filter(None, names), "Item without a name")
    sub = next((each for each in names if each and each != title), None)
    quantity = quantity_of(line)
    before = quantity if line.initial_quantity is None else line.initial_quantity
    taken = sum(each.amount for each in cuts)
    return Line(
        title=mask.text(title) or "",
        sub=mask.text(sub),
        metadata=mask.values(line.metadata),
        quantity=quantity,
        added=max(0, quantity - before),
        price=line.price,
        amount=line.amount,
        discounts=cuts,
        total=None if line.amount is None else line.amount - taken,
    )
