"""What is written and read again is what it was: on the wire, in keys and in the store."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain import ids
from counterfoil.domain.orders import Order
from counterfoil.domain.purchase_history import Contribution, contribution
from counterfoil.domain.timestamps import from_iso, iso, millis, whole_millis
from counterfoil.storage import orders as stored_orders
from counterfoil.storage.marshal import Attributes, Value, plain, plain_item, typed, typed_item
from tests.builders import CUSTOMER_ID, PROJECT
from tests.properties.strategies import orders

ANY_INSTANT: st.SearchStrategy[datetime] = st.datetimes(timezones=st.just(UTC)).map(whole_millis)
VALUES: st.SearchStrategy[Value] = st.recursive(
    st.one_of(st.text(), st.integers(), st.booleans(), st.binary()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=10,
)
people = st.none() | st.just(CUSTOMER_ID)


def written(order: Order, counted: Contribution | None) -> Attributes:
    action = stored_orders.creation(PROJECT, order, counted, "me 1", told=True)
    return plain_item(typed_item({**action.key._asdict(), **action.sets}))


@given(orders, people, people)
def test_an_order_is_read_from_the_store_as_it_was_written(
    found: Order, customer: str | None, referrer: str | None
) -> None:
    order = found.model_copy(update={"customer_id": customer, "referrer_id": referrer})
    counted = contribution(order, UTC)

    stored = stored_orders.stored(written(order, counted))

    assert stored is not None
    assert stored.order == order
    assert stored.counted == counted
    assert (stored.version, stored.fence, stored.holder) == (1, 0, None)
    assert stored.written_by == "me 1"


@given(VALUES)
def test_a_value_comes_back_from_the_wire_as_it_went(value: Value) -> None:
    assert plain(typed(value)) == value


@given(ANY_INSTANT)
def test_an_instant_is_read_as_it_was_written(at: datetime) -> None:
    assert from_iso(iso(at)) == at


@given(ANY_INSTANT, ANY_INSTANT)
def test_written_instants_and_their_milliseconds_sort_as_the_instants_do(
    one: datetime, other: datetime
) -> None:
    assert (one < other) is (iso(one) < iso(other)) is (millis(one) < millis(other))


@given(ANY_INSTANT.filter(lambda at: 1 < at.year < 9999), st.integers(-14, 14))
def test_an_instant_is_written_alike_in_every_zone(at: datetime, hours: int) -> None:
    zone = timezone(timedelta(hours=hours))

    assert iso(at.astimezone(zone)) == iso(at)


@given(st.text(), st.text())
def test_a_tracking_id_leads_back_to_the_customer_that_it_was_made_of(
    project: str, source_id: str
) -> None:
    customer = ids.customer_id(project, source_id)

    assert ids.tracked_customer(ids.tracking_id(customer)) == customer


@given(st.text() | st.text().map("track_".__add__))
def test_a_text_tracks_nobody_but_the_one_whose_tracking_id_it_is(tracking: str) -> None:
    found = ids.tracked_customer(tracking)

    assert found is None or ids.tracking_id(found) == tracking
