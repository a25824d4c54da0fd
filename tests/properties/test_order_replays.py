"""Whatever is done to an order, its events give what was answered, at each version and instant."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.domain.errors import CounterfoilError
from counterfoil.domain.ids import RequestIds
from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.domain.order_versions import OrderEvent, back, document_of, forward, order_of
from counterfoil.domain.orders import Order
from counterfoil.domain.redemption_payloads import StackPayload
from counterfoil.domain.rollback_payloads import RollbackPayload
from counterfoil.domain.voucher_payloads import VoucherPayload
from counterfoil.operations import order_history, orders, redemptions, rollbacks, vouchers
from counterfoil.operations.call import Call
from counterfoil.storage import order_events
from counterfoil.storage.orders import get
from counterfoil.storage.store import Patience, Store
from tests.builders import NOW
from tests.properties.strategies import STATUSES, carts, metadata, some_of

EXAMPLES = 30
CODES = ("FIVE", "TEN", "LINES", "FREE")
DISCOUNTS = (
    {"type": "AMOUNT", "amount_off": 50},
    {"type": "PERCENT", "percent_off": 10},
    {"type": "PERCENT", "effect": "APPLY_TO_ITEMS", "percent_off": 20},
    {"type": "UNIT", "unit_off": 1, "unit_type": "mug", "effect": "ADD_NEW_ITEMS"},
)
# Lines that no event of 1 KB has room for.
LARGE = [{"source_id": hex(7**number), "price": number} for number in range(60)]

people = st.sampled_from(["ann", "bob"])
fields = some_of(
    status=STATUSES,
    amount=st.integers(0, 1_000),
    items=carts,
    metadata=metadata,
    customer=st.builds(lambda name: {"source_id": name}, people),
    referrer=st.builds(lambda name: {"source_id": name}, people),
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("change"), fields),
        st.tuples(st.just("upsert"), fields),
        st.tuples(st.just("rename"), st.integers(0, 2)),
        st.tuples(
            st.just("redeem"), st.lists(st.sampled_from(CODES), min_size=1, max_size=3, unique=True)
        ),
        st.tuples(st.just("undo"), st.integers(0, 5)),
    ),
    max_size=8,
)


class Shop:
    """One order on its way, every request a second after the one before."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._requests = count(1)
        self._named = count(1)
        self.answered: list[Order] = []
        self.order_id = ""
        self.name = ""
        self._redeemed: list[str] = []
        for code, discount in zip(CODES, DISCOUNTS, strict=True):
            payload = VoucherPayload.model_validate({"discount": discount})
            vouchers.create(self.call(), vouchers.Creation(code, payload))

    def call(self) -> Call:
        number = next(self._requests)
        drawn = RequestIds(number.to_bytes(32, "big"), NOW + timedelta(seconds=number))
        return Call(self._store, "shop", "till", drawn, UTC, lease_seconds=1)

    def begin(self, first: dict[str, object]) -> None:
        self.name = f"order-{next(self._named)}"
        self.answered, self._redeemed = [], []
        self.order_id = self._upsert(first).id

    def do(self, kind: str, what: object) -> None:
        """One step; one that is refused changes nothing, or no more than a status."""
        with suppress(CounterfoilError):
            getattr(self, f"_{kind}")(what)
        stored = get(self._store, "shop", self.order_id)
        assert stored is not None
        if stored.version > len(self.answered):
            self.answered.append(stored.order)
        assert stored.version == len(self.answered)

    def _upsert(self, what: dict[str, object]) -> Order:
        payload = OrderPayload.model_validate({**what, "source_id": self.name})
        order = orders.upsert(self.call(), payload)
        self.answered.append(order)
        return order

    def _change(self, what: dict[str, object]) -> None:
        payload = OrderPayload.model_validate(what)
        self.answered.append(orders.update(self.call(), orders.Update(self.order_id, payload)))

    def _rename(self, number: int) -> None:
        self.name = f"{self.name.split('/')[0]}/{number}"
        payload = OrderPayload.model_validate({"source_id": self.name})
        self.answered.append(orders.update(self.call(), orders.Update(self.order_id, payload)))

    def _redeem(self, codes: list[str]) -> None:
        body = {
            "redeemables": [{"object": "voucher", "id": code} for code in codes],
            "order": {"id": self.order_id},
        }
        done = redemptions.redeem_stack(self.call(), StackPayload.model_validate(body))
        self._redeemed.append(done.records[0].id)

    def _undo(self, which: int) -> None:
        if self._redeemed:
            wanted = self._redeemed[which % len(self._redeemed)]
            rollbacks.roll_back(
                self.call(), rollbacks.Rollback(wanted, RollbackPayload(), stacks=True)
            )


@pytest.fixture
def patient(store: Store) -> Store:
    """The table for as long as all examples take."""
    return Store(store.client, store.table, Patience(left=lambda: 9.0, pause=lambda _: None))


@pytest.fixture
def shop(patient: Store) -> Shop:
    return Shop(patient)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(first=st.one_of(fields, st.just({"items": LARGE})), done=steps)
def test_events_tell_an_order_as_it_was_answered(
    shop: Shop, patient: Store, first: dict[str, object], done: list[tuple[str, object]]
) -> None:
    shop.begin(first)
    for kind, what in done:
        shop.do(kind, what)

    last = len(shop.answered)
    events = order_events.of_order(patient, "shop", shop.order_id, (1, last))
    for version, answered in enumerate(shop.answered, start=1):
        told = order_history.at_version(shop.call(), shop.order_id, version)
        at_the_time = order_history.as_of(shop.call(), shop.order_id, events[version - 1].at)
        assert told.model_dump_json() == at_the_time.model_dump_json() == as_stored(answered)
    assert replayed(shop, events) == as_stored(shop.answered[-1])


def as_stored(order: Order) -> str:
    """An order as the store gives it back: of times, whole milliseconds in UTC."""
    return order_of(document_of(order), order.id).model_dump_json()


def replayed(shop: Shop, events: list[OrderEvent]) -> str:
    """The order that all events give, from nothing or else from what they undo to."""
    found = forward(events)
    if found is None:
        first = back(shop.answered[-1], events, 1)
        assert first is not None
        found = forward([replace(events[0], change=first), *events[1:]])
    assert found is not None
    return order_of(found, shop.order_id).model_dump_json()
