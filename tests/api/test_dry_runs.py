"""What a redemption or a rollback would do, without doing it (`?dry_run=true`)."""

import json
from typing import Any, Final

import boto3
import pytest

from counterfoil.storage import vouchers
from counterfoil.storage.plans import Action, Guard
from counterfoil.storage.store import Store
from tests.api.client import Api, Reply
from tests.api.promotions import Promotions

TEN: Final = {"discount": {"type": "PERCENT", "percent_off": 10}, "redemption": {"quantity": 3}}
ORDER: Final = {"source_id": "web-1", "amount": 10_000}
DRY: Final = "dry_run=true"


def stored(table: str) -> list[dict[str, Any]]:
    """Every item of the table, as it lies there."""
    items = boto3.client("dynamodb").scan(TableName=table)["Items"]
    return sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


@pytest.fixture
def shop(api: Api) -> Api:
    api.post("/v1/vouchers/TEN", {"type": "DISCOUNT_VOUCHER", **TEN})
    api.post("/v1/orders", {**ORDER, "customer": {"source_id": "ann"}})
    return api


def redeeming(api: Api) -> dict[str, object]:
    return {**api.redeeming("TEN"), "order": {"source_id": "web-1"}}


def test_a_dry_redemption_answers_as_the_real_one_would_and_writes_nothing(
    shop: Api, table: str
) -> None:
    before = stored(table)

    dry = shop.post(f"/v1/redemptions?{DRY}", redeeming(shop))

    assert dry.status == 200
    assert stored(table) == before
    real = shop.post("/v1/redemptions", redeeming(shop))
    assert dry.json["order"]["total_amount"] == real.json["order"]["total_amount"] == 9_000
    assert set(dry.json) - set(real.json) == {"dry_run"}


def test_it_tells_the_counters_before_and_after_and_what_it_would_cost(shop: Api) -> None:
    rehearsed = shop.post(f"/v1/redemptions?{DRY}", redeeming(shop)).json["dry_run"]

    counters = {(each["object"], each["counter"]): each for each in rehearsed["counters"]}
    used = counters["voucher", "redeemed_quantity"]
    assert (used["before"], used["after"]) == (0, 1)
    paid = counters["customer", "orders.total_amount"]
    assert (paid["before"], paid["after"]) == (0, 9_000)
    assert rehearsed["write_units"] > 0
    assert rehearsed["index_units"] > 0


def test_a_refusal_is_told_and_not_recorded(shop: Api, table: str) -> None:
    shop.post("/v1/vouchers/TEN/disable", None)
    before = stored(table)

    dry = shop.post(f"/v1/redemptions?{DRY}", redeeming(shop))

    assert (dry.status, dry.json["key"]) == (400, "voucher_disabled")
    assert "dry_run" in dry.json
    assert stored(table) == before


def test_a_dry_rollback_takes_nothing_back(shop: Api, table: str) -> None:
    made = shop.post("/v1/redemptions", redeeming(shop)).redemption_id
    before = stored(table)

    dry = shop.post(f"/v1/redemptions/{made}/rollback?{DRY}", {})

    assert (dry.status, dry.json["order"]["status"]) == (200, "CANCELED")
    used = {each["counter"]: each for each in dry.json["dry_run"]["counters"]}
    assert used["redeemed_quantity"]["after"] == 0
    assert stored(table) == before
    assert shop.post(f"/v1/redemptions/{made}/rollback", {}).status == 200


def test_new_people_and_products_are_not_kept(shop: Api, table: str) -> None:
    before = stored(table)
    line = {"product": {"source_id": "new", "name": "New", "override": True}, "price": 900}
    order = {"items": [{**line, "quantity": 1}], "customer": {"source_id": "bob"}}

    dry = shop.post(f"/v1/redemptions?{DRY}", {**shop.redeeming("TEN"), "order": order})

    assert dry.status == 200
    assert stored(table) == before


def test_an_idempotency_key_is_not_used_up(shop: Api) -> None:
    headers = {"Idempotency-Key": "till-1"}

    shop.post(f"/v1/redemptions?{DRY}", redeeming(shop), headers)

    real = shop.post("/v1/redemptions", redeeming(shop), headers)
    assert (real.status, "dry_run" in real.json) == (200, False)


def test_an_idempotency_key_that_is_none_is_refused_as_by_the_real_call(shop: Api) -> None:
    headers = {"Idempotency-Key": "a b"}

    dry = shop.post(f"/v1/redemptions?{DRY}", redeeming(shop), headers)

    real = shop.post("/v1/redemptions", redeeming(shop), headers)
    assert (dry.status, dry.json["key"]) == (real.status, real.json["key"])
    assert dry.status == 400


@pytest.mark.parametrize("query", ["dry_run=maybe", "dry_run=true&dry_run=false"])
def test_what_is_neither_true_nor_false_is_refused(shop: Api, query: str) -> None:
    reply = shop.post(f"/v1/redemptions?{query}", redeeming(shop))

    assert (reply.status, reply.json["key"]) == (400, "invalid_query_params")


@pytest.mark.parametrize(
    "path",
    [
        "client/v1/redemptions?",
        "client/v1/redeem?code=TEN&",
        "v1/validations?",
        "v1/orders?",
        "v1/vouchers/TEN/disable?",
    ],
)
def test_what_has_no_dry_runs_does_not_take_one_for_an_order(
    shop: Api, table: str, path: str
) -> None:
    before = stored(table)
    session = {"type": "LOCK", "key": "till"}
    body = {**shop.redeeming("TEN"), "order": {"amount": 1_000}, "session": session}

    reply = shop.post(f"/{path}{DRY}", body)

    assert (reply.status, reply.json["key"]) == (400, "invalid_query_params")
    assert stored(table) == before


def test_browsers_may_say_that_they_mean_it(shop: Api) -> None:
    body = {**shop.redeeming("TEN"), "order": {"amount": 1_000}}

    reply = shop.post("/client/v1/redemptions?dry_run=false", body)

    assert (reply.status, "dry_run" in reply.json) == (200, False)


def told(reply: Reply, kind: str, name: str) -> list[dict[str, Any]]:
    """What a dry run tells of one number of things of a kind."""
    counters = reply.json["dry_run"]["counters"]
    return [each for each in counters if (each["object"], each["counter"]) == (kind, name)]


def before_and_after(reply: Reply, kind: str, name: str) -> tuple[int, int]:
    (change,) = told(reply, kind, name)
    return change["before"], change["after"]


def test_a_campaign_is_told_with_all_its_buckets(api: Api) -> None:
    api.campaign()
    codes = [f"CODE-{number}" for number in range(7)]
    for code in codes:
        api.post(f"/v1/campaigns/Spring/vouchers/{code}", {})
    for code in codes[:-1]:
        assert api.redeem(code, order={"amount": 1_000}).status == 200

    body = {**api.redeeming(codes[-1]), "order": {"amount": 1_000}}
    dry = api.post(f"/v1/redemptions?{DRY}", body)

    assert before_and_after(dry, "campaign", "redeemed_quantity") == (6, 7)
    assert before_and_after(dry, "campaign", "orders.amount") == (6_000, 7_000)


def test_a_tier_is_told_with_all_its_buckets(api: Api, store: Store) -> None:
    promotions = Promotions(api, store)
    tier = promotions.tier(promotions.campaign())["id"]
    body = {"redeemables": [{"object": "promotion_tier", "id": tier}], "order": {"amount": 1_000}}
    *_, made = [api.post("/v1/redemptions", body).redemption_id for _ in range(6)]

    dry = api.post(f"/v1/redemptions?{DRY}", body)
    back = api.post(f"/v1/redemptions/{made}/rollback?{DRY}", {})

    assert before_and_after(dry, "promotion_tier", "redeemed_quantity") == (6, 7)
    assert before_and_after(back, "promotion_tier", "redeemed_quantity") == (6, 5)


def counting(api: Api, name: str) -> str:
    """The id of a new rule that counts up to 9."""
    entry = {"name": name, "conditions": {"$less_than_or_equal": [9]}}
    return str(api.rule(name, rules={"1": entry, "logic": "1"})["id"])


def test_usages_tell_what_a_customer_used(shop: Api) -> None:
    rule = counting(shop, "redemption.count.per_customer")
    used = [shop.voucher(code, validation_rules=[rule])["id"] for code in ("A", "B")]
    body = {**shop.redeeming("A", "B"), "customer": {"source_id": "ann"}, "order": ORDER}

    dry = shop.post(f"/v1/redemptions?{DRY}", body)

    usages = told(dry, "customer", "usage")
    named = {(each["related_object_type"], each["related_object_id"]) for each in usages}
    assert named == {("voucher", each) for each in used}
    assert [(each["before"], each["after"]) for each in usages] == [(0, 1), (0, 1)]
    assert len(told(dry, "customer", f"usage.{this_month(dry)}")) == 2


def this_month(reply: Reply) -> str:
    """What a dry run calls the month."""
    names = {each["counter"] for each in reply.json["dry_run"]["counters"]}
    return str(next(name for name in names if name.startswith("monthly.")))


def test_usages_of_a_campaign_name_the_campaign(api: Api) -> None:
    rule = counting(api, "campaign.redemptions.customers_count")
    campaign = api.campaign(validation_rules=[rule])
    api.post("/v1/campaigns/Spring/vouchers/CODE-1", {})
    body = {**api.redeeming("CODE-1"), "customer": {"source_id": "ann"}, "order": ORDER}

    dry = api.post(f"/v1/redemptions?{DRY}", body)

    (usage,) = told(dry, "customer", "usage")
    assert usage["related_object_type"] == "campaign"
    assert usage["related_object_id"] == campaign["id"]


def test_usages_tell_the_api_key(shop: Api) -> None:
    shop.voucher("A", validation_rules=[counting(shop, "redemption.count.per_api_key")])

    dry = shop.post(f"/v1/redemptions?{DRY}", {**shop.redeeming("A"), "order": ORDER})

    (usage,) = told(dry, "voucher", "usage")
    assert usage["api_key"] == shop.app_id
    assert "api_key" not in told(dry, "voucher", "redeemed_quantity")[0]


def test_a_period_that_is_over_is_not_told(shop: Api, store: Store) -> None:
    voucher = shop.voucher("A")
    counter = vouchers.place(shop.project, voucher["id"]).counter()
    store.write(Action(counter, Guard.STATE, adds={"d_20200101": 3}))

    dry = shop.post(f"/v1/redemptions?{DRY}", {**shop.redeeming("A"), "order": ORDER})

    assert "daily.20200101" not in {each["counter"] for each in dry.json["dry_run"]["counters"]}


def order_named(api: Api, source: str | None = None) -> str:
    return str(api.post("/v1/orders", {"source_id": source, "amount": 1_000}).json["id"])


@pytest.mark.parametrize("renamed", [False, True])
def test_a_source_id_of_another_order_is_refused_as_by_the_real_call(
    shop: Api, table: str, *, renamed: bool
) -> None:
    other, own = order_named(shop, "x" if renamed else "a"), order_named(shop)
    if renamed:
        shop.put(f"/v1/orders/{other}", {"source_id": "a"})
    before = stored(table)
    body = {**shop.redeeming("TEN"), "order": {"id": own, "source_id": "a"}}

    dry = shop.post(f"/v1/redemptions?{DRY}", body)

    assert stored(table) == before
    real = shop.post("/v1/redemptions", body)
    assert (dry.status, dry.json["key"]) == (real.status, real.json["key"])
    assert (dry.status, dry.json["key"]) == (409, "duplicate_found")


def test_an_order_cannot_have_its_first_name_back_from_another(shop: Api) -> None:
    own = order_named(shop, "a")
    shop.put(f"/v1/orders/{own}", {"source_id": "b"})
    order_named(shop, "a")
    body = {**shop.redeeming("TEN"), "order": {"id": own, "source_id": "a"}}

    dry = shop.post(f"/v1/redemptions?{DRY}", body)

    real = shop.post("/v1/redemptions", body)
    assert (dry.status, real.status) == (409, 409)


def test_a_source_id_that_nobody_has_is_taken(shop: Api) -> None:
    own = order_named(shop)
    body = {**shop.redeeming("TEN"), "order": {"id": own, "source_id": "free"}}

    dry = shop.post(f"/v1/redemptions?{DRY}", body)

    real = shop.post("/v1/redemptions", body)
    assert (dry.status, real.status) == (200, 200)


def test_the_log_tells_a_dry_run(shop: Api, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    shop.post(f"/v1/redemptions?{DRY}", redeeming(shop))
    shop.post("/v1/redemptions", redeeming(shop))

    dry, real = (json.loads(line) for line in capsys.readouterr().out.splitlines())

    assert dry["dry_run"] is True
    assert "dry_run" not in real
