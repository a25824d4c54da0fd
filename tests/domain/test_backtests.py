"""Sums over orders, what is taken for met, and cursors that lead on in one backtest alone."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue
from pydantic_core import to_json

from counterfoil.domain.backtest_cursors import Asked, Cursor
from counterfoil.domain.backtest_payloads import BacktestPayload
from counterfoil.domain.backtests import Backtest, Fault, Sums, Tried, cart_of, examples
from counterfoil.domain.candidate_refusals import RefusalCode
from counterfoil.domain.errors import InvalidPayload
from counterfoil.domain.occasions import Occasion
from counterfoil.domain.rule_sets import MAX_BYTES, rules_sent
from counterfoil.domain.timestamps import iso, whole_millis
from tests.builders import NOW, ORDER_ID, PROJECT, a_line, an_entry, an_order

ORDER_CODE, NOBODY = RefusalCode.ORDER_RULES_VIOLATED, RefusalCode.MISSING_CUSTOMER
LARGE: dict[str, JsonValue] = {
    "name": "order.amount",
    "conditions": {"$more_than_or_equal": [10_000]},
}
LIMIT: dict[str, JsonValue] = {
    "name": "redemption.count.per_customer",
    "conditions": {"$less_than": [1]},
}
RULES = rules_sent({"1": LARGE, "2": LIMIT, "ä": LARGE}).text

faults = st.none() | st.builds(
    Fault, st.sampled_from(("1", "ä")), st.sampled_from((ORDER_CODE, NOBODY))
)
tried = st.lists(st.builds(Tried, st.just(ORDER_ID), st.integers(0, 10**15), faults))
instants = st.datetimes(timezones=st.just(UTC)).map(whole_millis)
places = st.builds(
    lambda at, tail: f"{iso(at)}#ord_{tail}",
    instants,
    st.text("0123456789abcXYZ", min_size=1, max_size=24),
)
cursors = st.builds(
    lambda after, before, place, sums: Cursor(after=after, before=before, place=place, sums=sums),
    instants.map(iso),
    instants.map(iso),
    st.none() | places,
    tried.map(Sums.of),
)


def occasion() -> Occasion:
    return Occasion(now=NOW, project=PROJECT, counts=False)


def asked(**fields: object) -> Asked:
    plain: dict[str, object] = {"project": PROJECT, "rules": RULES}
    return Asked(**{**plain, **fields})  # type: ignore[arg-type]  # a test names fields of its own


@given(tried, st.integers(0, 100))
def test_parts_of_a_range_sum_up_to_the_whole(orders: list[Tried], place: int) -> None:
    parts = Sums.of(orders[:place]).plus(Sums.of(orders[place:]))

    assert parts == Sums.of(orders)
    assert parts.model_dump_json() == Sums.of(orders).model_dump_json()


@given(tried)
def test_an_order_that_was_looked_at_passes_or_fails_by_one_rule(orders: list[Tried]) -> None:
    sums = Sums.of(orders)

    assert sums.looked_at == sums.passed + sums.faults.total() == len(orders)


def test_the_first_five_that_fail_alike_are_examples() -> None:
    fault = Fault("1", ORDER_CODE)
    orders = [Tried(f"ord_{number}", 1, fault) for number in range(7)]

    shown = examples([*orders, Tried("ord_x", 1, Fault("1", NOBODY)), Tried("ord_y", 1)])

    assert shown == {
        fault: ("ord_0", "ord_1", "ord_2", "ord_3", "ord_4"),
        Fault("1", NOBODY): ("ord_x",),
    }


def test_a_cart_has_no_discount_and_no_unit_that_came_with_one() -> None:
    units = {"l1": {"quantity": 2, "amount": 600}, "l2": {"quantity": 1, "made": {"price": 300}}}
    entry = an_entry(1, 500).model_dump()
    entry["in_force"] = {"order": 500, "lines": {"l1": 600}, "units": units, "added": 900}
    lines = (
        a_line("l1", 900, quantity=3, initial_quantity=1, price=300),
        a_line("l2", 300, quantity=1, initial_quantity=0, price=300, made_by_units=True),
    )
    order = an_order(amount=300, items=lines, redemptions=[entry])

    cart = cart_of(order)

    assert cart.items == (a_line("l1", 300, quantity=1, initial_quantity=1, price=300),)
    assert (cart.initial_amount, cart.amount, cart.total_amount) == (300, 300, 300)
    assert order.total_amount == 100


def test_what_passes_counts_by_what_was_to_be_paid() -> None:
    order = an_order(redemptions=[an_entry(1, 2_500)])

    judged = Backtest.of(RULES, PROJECT).judge(order, occasion())

    assert judged == Tried(ORDER_ID, 7_500)


def test_an_order_fails_by_the_first_rule_that_it_does_not_meet() -> None:
    text = rules_sent({"2": LIMIT, "b": LARGE, "a": LARGE}).text

    judged = Backtest.of(text, PROJECT).judge(an_order(amount=1), occasion())

    assert judged.fault == Fault("b", ORDER_CODE)


@pytest.mark.parametrize(
    ("logic", "amount", "passes"),
    [
        ("1 and 2", 10_000, True),
        ("1 and 2", 1, False),
        ("1 or 2", 1, True),
        ("(1 or 2) and ä", 1, False),
        ("1 and ä", 10_000, True),
        ("", 1, True),
    ],
)
def test_a_rule_that_only_a_redemption_could_meet_is_taken_for_met(
    logic: str, amount: int, *, passes: bool
) -> None:
    text = rules_sent({"1": LARGE, "2": LIMIT, "ä": LARGE, "logic": logic}).text
    backtest = Backtest.of(text, PROJECT)

    judged = backtest.judge(an_order(amount=amount), occasion())

    assert (judged.fault is None) is passes
    assert backtest.ignored == (("2",) if "2" in logic else ())


def test_only_rules_about_customers_ask_who_has_ordered() -> None:
    regular: dict[str, JsonValue] = {
        "name": "customer.orders.count",
        "conditions": {"$more_than": [1]},
    }
    some = rules_sent({"1": LARGE, "2": LIMIT}).text
    more = rules_sent({"1": LARGE, "2": regular}).text

    assert not Backtest.of(some, PROJECT).reads_customer
    assert Backtest.of(more, PROJECT).reads_customer


@given(cursors)
def test_a_cursor_is_read_as_it_was_written(cursor: Cursor) -> None:
    assert asked().read(asked().written(cursor)) == cursor


@given(cursors, instants)
def test_no_backtest_reads_the_cursor_of_another(cursor: Cursor, at: datetime) -> None:
    text = asked().written(cursor)
    for others in (
        {"project": "other"},
        {"rules": rules_sent({"1": LARGE, "2": LIMIT, "ä": LIMIT}).text},
        {"after": iso(at)},
        {"before": iso(at)},
        {"statuses": ("PAID",)},
    ):
        with pytest.raises(InvalidPayload, match=r"Property \.cursor is no cursor"):
            asked(**others).read(text)


@given(cursors, st.data())
def test_a_cursor_that_was_changed_is_none(cursor: Cursor, data: st.DataObject) -> None:
    text = asked().written(cursor)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters().filter(lambda each: each != text[place]))

    for changed in (text[:place], f"{text[:place]}{other}{text[place + 1 :]}", f"{text}{other}"):
        with pytest.raises(InvalidPayload):
            asked().read(changed)


@given(st.text() | st.binary().map(lambda body: urlsafe_b64encode(body).decode().rstrip("=")))
def test_no_other_text_is_a_cursor(text: str) -> None:
    with pytest.raises(InvalidPayload):
        asked().read(text)


@pytest.mark.parametrize(
    "forged",
    [
        {"place": "2026-03-14T09:26:53.589Z#ord_" + "x" * 2000},
        {"place": "#"},
        {"after": "2026"},
        {"sums": {"looked_at": -1}},
        {"sums": {"looked_at": 10**40}},
        {"sums": {"looked_at": 10**27}},
        {"sums": {"looked_at": 10**27, "failed": {"1": {"missing_customer": 10**27}}}},
        {"sums": {"looked_at": "1"}},
        {"sums": {"failed": {"1": {"other": 1}}}},
        {"sums": {"failed": {"9": {"missing_customer": 1}}}},
        {"sums": {"failed": {"2": {"missing_customer": 1}}}},
        {"more": 1},
    ],
)
def test_a_cursor_that_says_what_none_can_say_is_refused_though_it_is_signed(
    forged: dict[str, object],
) -> None:
    body = {"after": iso(NOW), "before": iso(NOW), **forged}
    text = asked().signed(to_json(body))

    with pytest.raises(InvalidPayload):
        asked().read(text)


def test_a_cursor_has_one_spelling() -> None:
    sound = {"after": iso(NOW), "before": iso(NOW), "sums": {"looked_at": 1}}

    assert asked().read(asked().signed(to_json(sound))).sums.looked_at == 1
    for body in (json.dumps(sound).encode(), to_json({**sound, "place": None})):
        with pytest.raises(InvalidPayload):
            asked().read(asked().signed(body))


def test_a_cursor_is_bounded_however_many_rules_fail() -> None:
    keys = [f"{number:03}{'x' * 57}" for number in range(100)]
    rule: dict[str, JsonValue] = {"name": "order.amount", "conditions": {"$is": [1]}}
    text = rules_sent(dict.fromkeys(keys, rule)).text
    codes = dict.fromkeys((ORDER_CODE, NOBODY, RefusalCode.CUSTOMER_RULES_VIOLATED), 10**9)
    place = f"{iso(NOW)}#{ORDER_ID}"
    sums = Sums(looked_at=10**12, failed=dict.fromkeys(keys, codes))
    cursor = Cursor(after=iso(NOW), before=iso(NOW), place=place, sums=sums)

    written = asked(rules=text).written(cursor)

    assert len(written) < 2 * MAX_BYTES
    assert BacktestPayload(cursor=written).cursor == written
    assert asked(rules=text).read(written) == cursor


def test_a_cursor_of_many_orders_is_short() -> None:
    sums = Sums(looked_at=10**6, passed=10**5, passed_amount=10**10, failed={"1": {NOBODY: 9}})
    place = f"{iso(NOW)}#{ORDER_ID}"

    text = asked().written(Cursor(after=iso(NOW), before=iso(NOW), place=place, sums=sums))

    assert len(text) < 400
    assert b"looked_at" in urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.parametrize(
    ("sent", "after", "before"),
    [
        ({}, NOW - timedelta(days=30), NOW),
        ({"after": "2020-01-01"}, datetime(2020, 1, 1, tzinfo=UTC), NOW),
        (
            {"before": "2020-01-31T12:00:00+02:00"},
            datetime(2020, 1, 1, 10, tzinfo=UTC),
            datetime(2020, 1, 31, 10, tzinfo=UTC),
        ),
        (
            {"before": "0001-01-10"},
            datetime(1, 1, 1, tzinfo=UTC),
            datetime(1, 1, 10, tzinfo=UTC),
        ),
        (
            {"after": "2020-01-01", "before": None},
            datetime(2020, 1, 1, tzinfo=UTC),
            NOW,
        ),
    ],
)
def test_what_is_left_out_of_the_range_is_the_thirty_days_before_its_end(
    sent: dict[str, object], after: datetime, before: datetime
) -> None:
    payload = BacktestPayload.model_validate({"created_at": sent})

    begun = Asked.of(PROJECT, RULES, payload).start(NOW)

    assert begun == Cursor(after=iso(after), before=iso(before))


def test_statuses_in_any_order_are_the_same_backtest() -> None:
    one = BacktestPayload(status=["PAID", "FULFILLED"])
    other = BacktestPayload(status=["FULFILLED", "PAID", "PAID"], limit=7)

    assert Asked.of(PROJECT, RULES, one) == Asked.of(PROJECT, RULES, other)
