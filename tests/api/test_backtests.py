"""Backtests: what a rule would have made of the orders of a range."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import boto3
import pytest

from counterfoil.api import context
from tests.api.client import Api

DRAFT: Final = "/v1/validation-rules/draft/backtest"
DAY: Final = "2026-03-14T10:00:00.000Z"
# Every order that a test makes on purpose.
MARCH: Final = {"after": "2026-03-01", "before": "2026-04-01"}
LARGE: Final = {"name": "order.amount", "conditions": {"$more_than_or_equal": [5000]}}
REGULAR: Final = {"name": "customer.orders.count", "conditions": {"$more_than_or_equal": [1]}}


def an_order(api: Api, source_id: str, **fields: object) -> Any:  # noqa: ANN401  # as `Reply.json`
    body = {"source_id": source_id, "amount": 5000, "created_at": DAY, **fields}
    reply = api.post("/v1/orders", body)
    assert reply.status == 200, reply.body
    return reply.json


def backtest(api: Api, *rules: object, **fields: object) -> Any:  # noqa: ANN401  # as `Reply.json`
    numbered = {str(number): rule for number, rule in enumerate(rules, 1)}
    sent = {"rules": numbered} if rules else {}
    path = str(fields.pop("path", DRAFT))
    reply = api.post(path, {"created_at": MARCH, **sent, **fields})
    assert reply.status == 200, reply.body
    return reply.json


def pages(api: Api, *rules: object, **fields: object) -> Iterator[Any]:
    """All pages of a backtest, by its cursors."""
    cursor: dict[str, object] = {}
    while True:
        page = backtest(api, *rules, **fields, **cursor)
        yield page
        assert page["has_more"] is (page["cursor"] is not None)
        if page["cursor"] is None:
            return
        cursor = {"cursor": page["cursor"]}


def passing(api: Api, *rules: object, **fields: object) -> set[str]:
    """The source_ids of the orders that pass, each asked for alone."""
    found = set()
    for order in api.get("/v1/orders?limit=100").json["orders"]:
        at = datetime.fromisoformat(order["created_at"])
        times = {
            "after": (at - timedelta(milliseconds=1)).isoformat(),
            "before": (at + timedelta(milliseconds=1)).isoformat(),
        }
        if backtest(api, *rules, **{**fields, "created_at": times})["passed"]:
            found.add(order["source_id"])
    return found


def minutes(number: int, day: int = 14) -> str:
    return f"2026-03-{day:02}T10:{number:02}:00.000Z"


def test_an_answer_tells_what_passes_and_by_which_rule_the_others_fail(api: Api) -> None:
    small = an_order(api, "small", amount=4999)["id"]
    an_order(api, "large", amount=5000)
    an_order(api, "larger", amount=7000)

    found = backtest(api, LARGE)

    failed = {"rule": "1", "name": "order.amount", "key": "order_rules_violated", "count": 1}
    assert found == {
        "object": "backtest",
        "rule_id": None,
        "looked_at": 3,
        "passed": 2,
        "passed_amount": 12_000,
        "failed": [{**failed, "examples": [small]}],
        "ignored_rules": [],
        "has_more": False,
        "cursor": None,
        "totals": {"looked_at": 3, "passed": 2, "passed_amount": 12_000, "failed": [failed]},
    }


def test_failures_are_counted_by_the_first_rule_that_is_not_met_and_its_key(api: Api) -> None:
    vip = {"name": "customer.metadata", "property": "vip", "conditions": {"$is": [True]}}
    for number in range(7):
        an_order(api, f"nobody-{number}", created_at=minutes(number))
    an_order(api, "ann", customer={"source_id": "ann", "metadata": {"vip": False}})
    an_order(api, "bob", customer={"source_id": "bob", "metadata": {"vip": True}}, amount=1)
    an_order(api, "eve", customer={"source_id": "eve", "metadata": {"vip": False}}, amount=1)

    found = backtest(api, vip, LARGE)

    told = [(each["rule"], each["key"], each["count"]) for each in found["failed"]]
    assert told == [
        ("1", "customer_rules_violated", 2),
        ("1", "missing_customer", 7),
        ("2", "order_rules_violated", 1),
    ]
    assert [len(each["examples"]) for each in found["failed"]] == [2, 5, 1]
    assert found["looked_at"] == found["passed"] + sum(each["count"] for each in found["failed"])


def test_logic_decides_as_in_a_redemption(api: Api) -> None:
    an_order(api, "small", amount=1)
    an_order(api, "large", amount=5000)
    rules = {"a": {**LARGE, "conditions": {"$is": [1]}}, "b": LARGE, "c": REGULAR}

    either = backtest(api, rules={**rules, "logic": "a or b"})

    assert (either["passed"], either["failed"]) == (2, [])


def test_without_any_rule_all_orders_pass(api: Api) -> None:
    an_order(api, "one")

    found = backtest(api, rules={})

    assert (found["looked_at"], found["passed"], found["passed_amount"]) == (1, 1, 5000)


def test_a_stored_rule_is_tried_as_it_stands_or_with_rules_in_place_of_its_own(api: Api) -> None:
    rule = api.rule(rules={"9": LARGE})
    path = f"/v1/validation-rules/{rule['id']}/backtest"
    an_order(api, "small", amount=1)

    stored = backtest(api, path=path)
    instead = backtest(api, {**LARGE, "conditions": {"$is": [1]}}, path=path)

    assert (stored["rule_id"], instead["rule_id"]) == (rule["id"], rule["id"])
    assert (stored["failed"][0]["rule"], stored["passed"]) == ("9", 0)
    assert instead["passed"] == 1
    assert api.get(f"/v1/validation-rules/{rule['id']}").json == rule


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 19])
def test_pages_come_to_the_same_as_one_go(api: Api, limit: int) -> None:
    for number in range(20):
        customer = {"source_id": f"c{number % 3}"} if number % 4 else None
        an_order(
            api,
            f"o{number}",
            amount=number * 500,
            customer=customer,
            status="PAID" if number % 2 else "CREATED",
            # Some at the same instant, on two days.
            created_at=minutes(number // 3, day=14 + number % 2),
        )

    whole = backtest(api, REGULAR, LARGE, limit=500)
    found = [*pages(api, REGULAR, LARGE, limit=limit)]

    assert found[-1]["totals"] == whole["totals"]
    assert [each["looked_at"] for each in found[:-1]] == [limit] * (len(found) - 1)
    assert len(found) == -(-20 // limit)
    for name in ("looked_at", "passed", "passed_amount"):
        assert sum(each[name] for each in found) == whole[name]
    ids = [name for each in found for one in each["failed"] for name in one["examples"]]
    assert len(ids) == len(set(ids))


def test_two_hundred_orders_are_looked_at_unless_said_otherwise(api: Api) -> None:
    for number in range(201):
        an_order(api, f"o{number}")

    first, second = pages(api, LARGE)

    assert (first["looked_at"], second["looked_at"]) == (200, 1)
    assert second["totals"]["looked_at"] == 201


def test_a_page_ends_where_its_orders_would_be_too_much_for_one_call(api: Api) -> None:
    lines = [{"source_id": "mug", "related_object": "product", "price": 1, "quantity": 1}] * 500
    for number in range(13):
        an_order(api, f"o{number}", items=lines, created_at=minutes(number))

    first, second = pages(api, LARGE, limit=100)

    assert (first["looked_at"], second["looked_at"]) == (11, 2)
    assert second["totals"]["passed_amount"] == 13 * 5000


def test_a_page_of_many_customers_with_queries_is_a_short_one(api: Api) -> None:
    hours = {**REGULAR, "property": "PT6H"}
    for number in range(65):
        an_order(api, f"o{number}", customer={"source_id": f"c{number}"}, status="PAID")

    first, second = pages(api, hours, limit=100)

    assert 50 < first["looked_at"] < 65
    assert second["totals"]["looked_at"] == 65


def test_only_orders_between_the_two_times_are_looked_at(api: Api) -> None:
    for number in range(4):
        an_order(api, f"o{number}", created_at=minutes(number))

    within = backtest(api, LARGE, created_at={"after": minutes(0), "before": minutes(3)})
    reversed_ = backtest(api, LARGE, created_at={"after": minutes(3), "before": minutes(0)})
    since = backtest(api, LARGE, created_at={"after": minutes(1)})
    month = backtest(api, LARGE, created_at={"before": "2026-04-13T10:00:30Z"})

    assert within["looked_at"] == 2
    assert reversed_["looked_at"] == 0
    assert since["looked_at"] == 2
    assert month["looked_at"] == 3


def test_without_times_the_last_thirty_days_are_looked_at(api: Api) -> None:
    now = datetime.now(UTC)
    an_order(api, "now", created_at=None)
    an_order(api, "lately", created_at=(now - timedelta(days=29)).isoformat())
    an_order(api, "before", created_at=(now - timedelta(days=31)).isoformat())

    assert backtest(api, LARGE, created_at=None)["looked_at"] == 2


def test_a_cursor_keeps_the_times_of_the_first_call(api: Api) -> None:
    for number in range(3):
        an_order(api, f"o{number}", created_at=None)
    first = backtest(api, LARGE, created_at=None, limit=2)
    an_order(api, "later", created_at=None)

    second = backtest(api, LARGE, created_at=None, cursor=first["cursor"])

    assert (second["looked_at"], second["totals"]["looked_at"]) == (1, 3)


def test_orders_of_other_statuses_are_passed_over(api: Api) -> None:
    for number, status in enumerate(("CREATED", "PAID", "CANCELED", "FULFILLED")):
        an_order(api, status, status=status, created_at=minutes(number))

    found = [*pages(api, LARGE, status=["PAID", "FULFILLED"], limit=1)]

    assert [each["looked_at"] for each in found] == [0, 1, 0, 1]
    assert found[-1]["totals"]["looked_at"] == 2


def test_an_order_is_judged_without_its_discounts_and_sums_up_what_was_to_be_paid(api: Api) -> None:
    api.voucher("TEN")
    unit = {"type": "UNIT", "unit_off": 2, "unit_type": "tea", "effect": "ADD_NEW_ITEMS"}
    api.post("/v1/products", {"source_id": "tea", "price": 300})
    api.voucher("TEA", discount=unit)
    mug = {"source_id": "mug", "related_object": "product", "price": 5000, "quantity": 1}
    api.redeem("TEN", "TEA", order={"source_id": "o", "items": [mug], "created_at": DAY})
    exact = {"conditions": {"$is": [5000]}}

    found = backtest(
        api,
        {"name": "order.amount", **exact},
        {"name": "order.initial_amount", **exact},
        {"name": "order.items.count", "conditions": {"$is": [1]}},
    )

    assert (found["looked_at"], found["passed"], found["passed_amount"]) == (1, 1, 4500)


@pytest.mark.parametrize(
    "rule",
    [
        {"name": "redemption.count.per_customer", "conditions": {"$less_than": [1]}},
        {"name": "campaign.redemptions.count.daily", "conditions": {"$less_than": [1]}},
        {"name": "campaign.orders.amount", "conditions": {"$less_than": [1]}},
        {"name": "redemption.gift.amount", "conditions": {"$less_than": [1]}},
        {"name": "redemption.metadata", "property": "till", "conditions": {"$is": ["3"]}},
        {"name": "redemption.api_key", "conditions": {"$is": ["app"]}},
        {"name": "order.total_amount", "conditions": {"$more_than": [10**9]}},
    ],
    ids=lambda rule: rule["name"],
)
def test_what_only_a_redemption_has_is_taken_for_met_and_told(
    api: Api, rule: dict[str, object]
) -> None:
    an_order(api, "small", amount=1)
    an_order(api, "large")

    found = backtest(api, rule, LARGE)
    either = backtest(api, rules={"1": rule, "2": LARGE, "logic": "1 or 2"})
    unnamed = backtest(api, rules={"1": rule, "2": LARGE, "logic": "2"})

    assert (found["ignored_rules"], found["passed"], found["failed"][0]["rule"]) == (["1"], 1, "2")
    assert (either["ignored_rules"], either["passed"]) == (["1"], 2)
    assert (unnamed["ignored_rules"], unnamed["passed"]) == ([], 1)


def test_windows_of_days_end_with_the_orders_day_and_leave_it_out(api: Api) -> None:
    ann = {"source_id": "ann"}
    for name, day, status in (
        ("first", 10, "PAID"),
        ("second", 12, "FULFILLED"),
        ("unpaid", 13, "CREATED"),
        ("last", 20, "PAID"),
    ):
        an_order(api, name, customer=ann, status=status, created_at=minutes(0, day))
    an_order(api, "bobs", customer={"source_id": "bob"}, status="PAID", created_at=minutes(1, 12))
    amount = {**REGULAR, "name": "customer.orders.total_amount", "property": "P10D"}

    assert passing(api, {**REGULAR, "property": "P3D"}) == {"second", "unpaid"}
    assert passing(api, {**REGULAR, "property": "P10D"}) == {"second", "unpaid", "last"}
    assert passing(api, {**amount, "conditions": {"$is": [5000]}}) == {"second", "last"}
    assert passing(api, {**amount, "conditions": {"$is": [10_000]}}) == {"unpaid"}
    assert passing(api, {**amount, "conditions": {"$is": [0]}}) == {"first", "bobs"}
    one_go = backtest(api, {**REGULAR, "property": "P3D"})
    assert (one_go["looked_at"], one_go["passed"]) == (5, 2)


def test_orders_later_on_the_same_day_do_not_count(api: Api) -> None:
    for number in range(3):
        at = minutes(number)
        an_order(api, f"o{number}", customer={"source_id": "ann"}, status="PAID", created_at=at)
    an_order(
        api,
        "next day",
        customer={"source_id": "ann"},
        status="PAID",
        created_at="2026-03-15T00:00:00.000Z",
    )
    twice = {**REGULAR, "conditions": {"$is": [2]}}

    assert passing(api, {**REGULAR, "property": "P1D"}) == {"o1", "o2"}
    assert passing(api, {**twice, "property": "P1D"}) == {"o2"}
    assert passing(api, twice) == {"o2"}
    assert passing(api, {**REGULAR, "conditions": {"$is": [3]}}) == {"next day"}


def test_history_of_all_time_ends_with_the_order(api: Api) -> None:
    for name, customer, status, day in (
        ("alone", "ann", "PAID", 2),
        ("one", "bob", "PAID", 2),
        ("two", "bob", "PAID", 5),
        ("three", "bob", "FULFILLED", 5),
        ("unpaid", "bob", "CREATED", 6),
    ):
        minute = 1 if name == "three" else 0
        at = minutes(minute, day)
        an_order(api, name, customer={"source_id": customer}, status=status, created_at=at)
    an_order(api, "now", customer={"source_id": "bob"}, status="PAID", created_at=None)
    amount = {**REGULAR, "name": "customer.orders.total_amount"}

    assert passing(api, {**REGULAR, "conditions": {"$is": [0]}}) == {"alone", "one"}
    assert passing(api, REGULAR) == {"two", "three", "unpaid", "now"}
    assert passing(api, {**amount, "conditions": {"$is": [10_000]}}) == {"three"}
    assert passing(api, {**amount, "conditions": {"$is": [15_000]}}) == {"unpaid", "now"}


def test_windows_of_hours_end_with_the_order(api: Api) -> None:
    for number, hour in enumerate((1, 3, 9, 10)):
        an_order(
            api,
            f"at {hour}",
            customer={"source_id": "ann"},
            status="PAID",
            created_at=f"2026-03-14T{hour:02}:30:0{number}Z",
        )
    rule = {**REGULAR, "property": "PT6H"}

    assert passing(api, rule) == {"at 3", "at 10"}
    assert backtest(api, rule)["passed"] == 2
    assert passing(api, {**rule, "property": "PT8H", "conditions": {"$is": [2]}}) == {"at 10"}


def a_segment(api: Api, **fields: object) -> dict[str, object]:
    """A rule that wants the customers of a new segment."""
    reply = api.post("/v1/segments", {"name": "some", **fields})
    assert reply.status == 200, reply.body
    return {"name": "customer.segment", "conditions": {"$is": [reply.json["id"]]}}


def test_segments_have_whom_they_have_now(api: Api) -> None:
    for number, name in enumerate(("ann", "bob", "eve")):
        an_order(
            api,
            name,
            customer={"source_id": name, "name": name.title()},
            status="PAID",
            created_at=minutes(number),
        )
    an_order(api, "again", customer={"source_id": "eve"}, status="PAID", created_at=minutes(9))
    listed = a_segment(api, type="static", customers=["ann"])
    named = a_segment(api, filter={"name": {"conditions": {"$is": ["Bob"]}}})
    counted = {"summary.orders.total_count": {"conditions": {"$more_than": [0]}}}
    lately = {"summary.orders.window.P30D.total_amount": {"conditions": {"$is": [5000]}}}

    assert passing(api, listed) == {"ann"}
    assert passing(api, named) == {"bob"}
    assert passing(api, a_segment(api, filter=counted)) == {"again"}
    assert passing(api, a_segment(api, filter=lately)) == {"again"}
    assert backtest(api, listed)["passed"] == 1


def test_the_newest_order_of_a_segment_is_the_one_before(api: Api) -> None:
    for day in (1, 3, 20):
        an_order(
            api,
            f"day {day}",
            amount=day,
            customer={"source_id": "ann"},
            status="PAID",
            created_at=minutes(5, day),
        )
    lapsed = {"summary.orders.last_order_date": {"conditions": {"$more_than": [7]}}}
    before = {"summary.orders.last_order_amount": {"conditions": {"$is": [1]}}}

    assert passing(api, a_segment(api, filter=lapsed)) == {"day 20"}
    assert passing(api, a_segment(api, filter=before)) == {"day 3"}
    assert backtest(api, a_segment(api, filter=lapsed))["passed"] == 1


def test_lines_are_known_by_the_catalogue_of_now(api: Api) -> None:
    api.post("/v1/products", {"source_id": "mug", "price": 5, "metadata": {"shelf": 3}})
    api.post("/v1/products/mug/skus", {"source_id": "mug-blue"})
    for number, (kind, name) in enumerate((("sku", "mug-blue"), ("product", "mug"), ("sku", "x"))):
        line = {"source_id": name, "related_object": kind, "price": 5000, "quantity": 1}
        an_order(api, name, items=[line], created_at=minutes(number))
    body = {"name": "mugs", "type": "STATIC", "products": [{"id": "mug", "object": "product"}]}
    mugs = api.post("/v1/product-collections", body).json["id"]
    wanted = {"id": mugs, "object": "products_collection"}
    of_mugs = {"name": "order.items.any", "conditions": {"$is": [wanted]}}
    shelf = {"name": "product.metadata", "property": "shelf", "conditions": {"$is": [3]}}

    assert passing(api, of_mugs) == {"mug-blue", "mug"}
    assert passing(api, shelf) == {"mug-blue", "mug"}
    assert (backtest(api, of_mugs)["passed"], backtest(api, shelf)["passed"]) == (2, 2)


def test_who_was_deleted_is_nobody(api: Api) -> None:
    an_order(api, "o", customer={"source_id": "ann"}, status="PAID")
    api.delete("/v1/customers/ann")

    (failed,) = backtest(api, REGULAR)["failed"]

    assert failed["key"] == "missing_customer"


def test_times_are_those_of_the_order(api: Api) -> None:
    born = {"metadata": {"since": "2026-03-10"}}
    new = {"name": "customer.metadata", "property": "since", "conditions": {"$less_than_ago": [7]}}
    for day in (12, 25):
        customer = {"source_id": "ann", **born}
        an_order(api, f"day {day}", customer=customer, created_at=minutes(0, day))

    assert passing(api, new) == {"day 12"}


@pytest.mark.parametrize("at", ["0001-01-01T00:00:01Z", "0999-12-31T23:59:59Z", "1899-12-31"])
def test_no_order_is_too_old_to_be_looked_at(api: Api, at: str) -> None:
    born = {"metadata": {"since": at}, "birthdate": "1990-01-01"}
    an_order(api, "old", customer={"source_id": "ann", **born}, status="PAID", created_at=at)
    far = {"summary.orders.last_order_date": {"conditions": {"$more_than": [36_525]}}}
    rules = (
        {**REGULAR, "property": "P5Y", "conditions": {"$is": [0]}},
        {**REGULAR, "property": "PT48H", "conditions": {"$is": [0]}},
        {"name": "customer.metadata", "property": "since", "conditions": {"$more_than_ago": [1]}},
        {
            "name": "customer.metadata",
            "property": "since",
            "conditions": {"$less_than_future": [36_525], "$less_than_ago": [36_525]},
        },
        a_segment(api, filter={**far, "created_at": {"conditions": {"$last_year": [True]}}}),
    )

    found = [backtest(api, rule, created_at={"after": "0001-01-01"}) for rule in rules]
    until = backtest(api, LARGE, created_at={"before": "0001-01-02"})

    assert [each["looked_at"] for each in found] == [1] * 5
    assert [each["passed"] for each in found[:2]] == [1, 1]
    assert until["looked_at"] == (1 if at.startswith("0001") else 0)


def test_an_unknown_rule_is_not_found(api: Api, other_project_api: Api) -> None:
    rule = api.rule(rules={"1": LARGE})
    for client, name in ((api, "val_000000000000"), (other_project_api, rule["id"]), (api, "x")):
        for body in ({}, {"rules": {"1": LARGE}}):
            reply = client.post(f"/v1/validation-rules/{name}/backtest", body)

            assert (reply.status, reply.json["key"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("body", "key", "details"),
    [
        ({}, "invalid_payload", "Property . should have required property 'rules'"),
        ({"rules": []}, "invalid_payload", "Property .rules must be an object"),
        (
            {"rules": {"1": {"name": "order.amount"}}},
            "invalid_validation_rules",
            "Property .rules['1'].conditions must have at least 1 operator",
        ),
        (
            {"rules": {"1": {"name": "order.weight", "conditions": {"$is": [1]}}}},
            "invalid_validation_rules",
            "Property .rules['1'].name must be one of",
        ),
        (
            {"rules": {"1": LARGE, "logic": "1 and 2"}},
            "invalid_validation_rules",
            "Property .rules.logic names '2'",
        ),
        ({"rules": {}, "limit": 0}, "invalid_payload", "Property .limit cannot be lower than 1"),
        ({"rules": {}, "limit": 501}, "invalid_payload", "Property .limit must be <= 500"),
        ({"rules": {}, "limit": "x"}, "invalid_payload", "Property .limit must be an integer"),
        (
            {"rules": {}, "status": []},
            "invalid_payload",
            "Property .status must have at least 1 element",
        ),
        (
            {"rules": {}, "status": ["PROCESSING"]},
            "invalid_payload",
            "Property .status[0] must be one of",
        ),
        (
            {"rules": {}, "created_at": {"after": "yesterday"}},
            "invalid_payload",
            "Property .created_at.after cannot be recognized as a ISO-8601 compliant date",
        ),
        ({"rules": {}, "created_at": "x"}, "invalid_payload", "Property .created_at must be an"),
        ({"rules": {}, "cursor": 3}, "invalid_payload", "Property .cursor must be a string"),
        ({"rules": {}, "cursor": ""}, "invalid_payload", "Property .cursor is no cursor of this"),
        ({"rules": {}, "cursor": "é"}, "invalid_payload", "Property .cursor is no cursor of this"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_path(
    api: Api, body: object, key: str, details: str
) -> None:
    reply = api.post(DRAFT, body)

    assert (reply.status, reply.json["key"]) == (400, key)
    assert reply.json["details"].startswith(details)


def test_a_cursor_leads_on_in_its_own_backtest_alone(api: Api, other_project_api: Api) -> None:
    for number in range(3):
        an_order(api, f"o{number}")
        an_order(other_project_api, f"o{number}")
    asked: dict[str, Any] = {"created_at": MARCH, "rules": {"1": LARGE}, "status": ["CREATED"]}
    cursor = api.post(DRAFT, {**asked, "limit": 1}).json["cursor"]
    rule = api.rule(rules={"1": LARGE})["id"]
    own = {"created_at": MARCH, "limit": 1}
    of_rule = api.post(f"/v1/validation-rules/{rule}/backtest", own).json["cursor"]
    api.put(f"/v1/validation-rules/{rule}", {"rules": {"1": REGULAR}})

    replies = [
        other_project_api.post(DRAFT, {**asked, "cursor": cursor}),
        api.post(DRAFT, {**asked, "cursor": cursor, "rules": {"1": REGULAR}}),
        api.post(DRAFT, {**asked, "cursor": cursor, "created_at": None}),
        api.post(DRAFT, {**asked, "cursor": cursor, "created_at": {**MARCH, "before": None}}),
        api.post(DRAFT, {**asked, "cursor": cursor, "status": ["PAID"]}),
        api.post(DRAFT, {**asked, "cursor": cursor, "status": None}),
        api.post(DRAFT, {**asked, "cursor": cursor[:-4]}),
        api.post(DRAFT, {**asked, "cursor": f"{cursor}A"}),
        api.post(f"/v1/validation-rules/{rule}/backtest", {**own, "cursor": of_rule}),
    ]

    for reply in replies:
        assert (reply.status, reply.json["key"]) == (400, "invalid_payload")
        assert reply.json["details"] == "Property .cursor is no cursor of this backtest"
    assert api.post(DRAFT, {**asked, "cursor": cursor, "limit": 5}).json["looked_at"] == 2


def test_orders_of_another_project_are_never_seen(api: Api, other_project_api: Api) -> None:
    an_order(api, "ours", customer={"source_id": "ann"})
    for number in range(5):
        an_order(other_project_api, f"o{number}", customer={"source_id": "ann"}, status="PAID")

    found = backtest(api, REGULAR)

    assert (found["looked_at"], found["passed"]) == (1, 0)


@pytest.fixture
def everything(table: str) -> Callable[[], list[str]]:
    """All items of the table, as they are stored."""

    def scanned() -> list[str]:
        assert table == context.settings().table
        pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=table)
        items = (item for page in pages for item in page["Items"])
        return sorted(json.dumps(item, sort_keys=True, default=repr) for item in items)

    return scanned


def test_nothing_is_written(api: Api, everything: Callable[[], list[str]]) -> None:
    rule = api.rule(rules={"1": REGULAR, "2": LARGE})
    listed = a_segment(api, type="static", customers=[])
    for number in range(4):
        an_order(api, f"o{number}", customer={"source_id": "ann"}, status="PAID")
    before = everything()

    path, headers = f"/v1/validation-rules/{rule['id']}/backtest", {"Idempotency-Key": "one"}
    api.post(path, {"created_at": MARCH, "limit": 2}, headers)
    backtest(api, REGULAR, {**REGULAR, "property": "PT6H"}, listed)
    api.post(DRAFT, {"rules": {"1": {}}})

    assert everything() == before
