"""Sessions, exports, webhooks and reports on their pages."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from counterfoil.domain.roles import Role
from counterfoil.storage import orders
from counterfoil.storage.store import Store
from tests.api.client import Api
from tests.api.dashboard.browser import Browser

TARGET: Final = "https://hooks.example/in?secret=1"


def held(api: Api, ttl: int = 15) -> None:
    api.voucher("TEN", redemption={"quantity": 3})
    session = {"type": "LOCK", "key": "till-3", "ttl": ttl, "ttl_unit": "MILLISECONDS"}
    reply = api.post(
        "/v1/validations", {**api.redeeming("TEN"), "order": {"amount": 100}, "session": session}
    )
    assert reply.json["valid"] is True


def test_a_live_session_shows_what_it_holds_and_is_released(api: Api, operator: Browser) -> None:
    held(api, ttl=60_000)
    page = operator.get("sessions")
    voucher = api.get("/v1/vouchers/TEN").json["id"]

    done = operator.post("sessions/release", {"voucher": voucher, "key": "till-3"})

    assert "Live till-3 TEN · 1 use Release" in page.text
    assert done.location == "/dashboard/sessions?done=released"
    after = operator.get(done.location).text
    assert "No session holds anything" in after
    assert "is free again" in after
    assert operator.post("sessions/release", {"voucher": "v", "key": "k"}).status == 303


def test_a_lapsed_session_shows_among_the_lapsed(api: Api, operator: Browser) -> None:
    held(api, ttl=1)

    page = operator.get("sessions?view=lapsed")

    assert "Lapsed till-3 TEN · 1 use" in page.text
    assert "Release" not in page.text.partition("till-3")[2].partition("What a lapsed")[0]


def test_a_viewer_releases_nothing(api: Api, viewer: Browser) -> None:
    held(api, ttl=60_000)

    page = viewer.get("sessions")

    assert "till-3" in page.text
    assert 'button class="small"' not in page.html
    assert viewer.post("sessions/release", {"voucher": "TEN", "key": "till-3"}).status == 403


def test_an_export_is_started_made_and_fetched(
    api: Api, operator: Browser, deliver: Callable[[], int]
) -> None:
    for number, status in enumerate(("PAID", "CREATED")):
        api.post("/v1/orders", {"source_id": f"o-{number}", "amount": 100, "status": status})
    operator.get("exports")
    today = datetime.now(UTC).date()
    fields = {
        "object": "order",
        "status": "PAID",
        "from": str(today - timedelta(days=1)),
        "to": str(today),
    }

    started = operator.post("exports", fields)
    before = operator.get(started.location)
    deliver()
    after = operator.get("exports")
    (file,) = (each for each in after.links if each.endswith("/file"))
    fetched = operator.get(file)

    assert "Scheduled Orders filtered" in before.text
    assert "Done Orders filtered" in after.text
    assert fetched.answer.header(
        "content-disposition",
    ).startswith('attachment; filename="order-')  # type: ignore[union-attr]  # it is there
    assert "o-0" in fetched.html
    assert "o-1" not in fetched.html


def test_every_kind_can_be_exported(
    api: Api, operator: Browser, deliver: Callable[[], int]
) -> None:
    api.voucher("TEN")
    kinds = ("order", "redemption", "voucher", "customer", "voucher_transactions", "product", "sku")
    operator.get("exports")

    for kind in kinds:
        assert operator.post("exports", {"object": kind}).status == 303
    deliver()

    assert operator.get("exports").text.count("Done ") == len(kinds)


def test_what_cannot_be_exported_is_told(operator: Browser) -> None:
    operator.get("exports")

    page = operator.post("exports", {"object": "nothing"})

    assert page.status == 400
    assert "Choose what to export." in page.text


def test_a_viewer_neither_starts_nor_fetches_an_export(
    api: Api, viewer: Browser, deliver: Callable[[], int]
) -> None:
    export = api.post("/v1/exports", {"exported_object": "order"}).json["id"]
    deliver()

    page = viewer.get("exports")

    assert export in page.text
    assert not [each for each in page.links if each.endswith("/file")]
    assert viewer.get(f"exports/{export}/file").status == 403
    assert viewer.post("exports", {"object": "order"}).status == 403


def a_webhook(api: Api) -> Any:  # noqa: ANN401  # a test looks into whatever was answered
    reply = api.post(f"{api.management}/webhooks", {"target_url": TARGET, "events": ["*"]})
    assert reply.status == 200, reply.body
    return reply.json


def test_a_webhook_shows_its_deliveries_and_sends_again(
    api: Api, admin: Browser, signed_in: Callable[..., Browser]
) -> None:
    webhook = a_webhook(api)
    place = f"webhooks/{webhook['id']}"
    empty = admin.get(place)

    tested = admin.post(f"{place}/test", {})
    page = admin.get(tested.location)
    delivery = page.html.partition('name="delivery" value="')[2].partition('"')[0]
    resent = admin.post(f"{place}/resend", {"delivery": delivery})

    assert "Nothing was delivered yet" in empty.text
    assert "A test is being sent." in page.text
    assert "Pending" in page.text
    assert resent.location.endswith("?done=resent")
    assert "It is being sent once more." in admin.get(resent.location).text
    assert TARGET in admin.get("webhooks").text
    assert webhook["secret"] not in admin.get(place).html
    operator = signed_in(Role.OPERATOR)
    operator.get(place)
    assert operator.post(f"{place}/test", {}).status == 403
    assert operator.post(f"{place}/resend", {"delivery": delivery}).status == 303
    assert operator.post(f"{place}/resend", {"delivery": "nothing"}).status == 404


def test_a_viewer_is_not_shown_where_a_webhook_leads_in_full(api: Api, viewer: Browser) -> None:
    webhook = a_webhook(api)

    for path in ("webhooks", f"webhooks/{webhook['id']}"):
        page = viewer.get(path)
        assert "https://hooks.example" in page.text
        assert "secret=1" not in page.html
    assert viewer.post(f"webhooks/{webhook['id']}/resend", {"delivery": "x"}).status == 403


@pytest.mark.parametrize(
    "path",
    [
        "webhooks/none",
        "exports/none/file",
        "reports/daily/x.csv",
        "reports/daily/2026-01-01.xml",
        "reports/yearly/2026.csv",
        "reports/nothing",
    ],
)
def test_what_is_not_there_is_told(operator: Browser, path: str) -> None:
    assert operator.get(path).status == 404


def test_a_report_adds_up_orders_discounts_and_failures(api: Api, viewer: Browser) -> None:
    api.voucher("TEN")
    api.redeem("TEN", order={"source_id": "web-1", "amount": 1_000})
    api.redeem("NOPE", order={"amount": 1_000})

    for query in ("", "?range=7d"):
        text = viewer.get(f"reports{query}").text
        assert "as clocks in UTC show them" in text
        assert "Sales 1 Gross 10.00 Discounts \u22121.00 Net 9.00 Average 9.00" in text
        assert "not_found 1" in text
        assert "TEN 1 1.00" in text
        assert "Orders, per " in text


def test_a_report_follows_a_roll_back(
    api: Api, operator: Browser, changes: Callable[[], int]
) -> None:
    api.voucher("TEN")
    redeemed = api.redeem("TEN", order={"source_id": "web-1", "amount": 1_000})
    before = operator.get("reports").text

    operator.post(f"redemptions/{redeemed.redemption_id}/roll-back", {"reason": "Return"})
    changes()
    after = operator.get("reports").text

    assert "Rolled back 0" in before
    assert "Rolled back 1, 1.00 given back" in after
    assert "Sales 0" in after


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("from=2026-03-01&to=2026-03-03", "2026-03-01 to 2026-03-03, both included"),
        ("from=2026-03-03&to=2026-03-01", "The last 24 hours"),
        ("from=x&to=y", "The last 24 hours"),
        ("from=2020-01-01&to=2026-03-03", "No more than 100 days can be shown at once"),
        ("from=9999-12-30&to=9999-12-31", "The last 24 hours"),
        ("from=0001-01-01&to=0001-01-02", "The last 24 hours"),
        ("range=nonsense", "The last 24 hours"),
    ],
)
def test_any_range_that_is_one_can_be_asked_for(viewer: Browser, query: str, shown: str) -> None:
    page = viewer.get(f"reports?{query}")

    assert page.status == 200
    assert shown in page.text


def test_every_chart_has_a_table(api: Api, viewer: Browser) -> None:
    api.post("/v1/orders", {"amount": 100})

    html = viewer.get("reports?range=7d").html

    assert html.count("<figure") == html.count("<caption>") == 4
    assert html.count('<svg width="100%" height="132" aria-hidden="true"') == 4


def test_the_box_finds_customers_by_name_and_address(api: Api, operator: Browser) -> None:
    one = api.post("/v1/customers", {"source_id": "c-1", "name": "Ann", "email": "a@x.test"}).json
    api.post("/v1/customers", {"source_id": "c-2", "name": "Ann"})

    assert operator.get("search?q=a%40x.test").location == f"/dashboard/customers/{one['id']}"
    assert operator.get("search?q=Ann").text.count("Customer Ann") == 2


def test_an_order_that_is_held_says_so(api: Api, operator: Browser, store: Store) -> None:
    order, cut_off = (
        api.post("/v1/orders", {"source_id": name, "amount": 100}).json["id"]
        for name in ("web-1", "web-2")
    )
    now = int(datetime.now(UTC).timestamp() * 1000)
    orders.open_session(store, "shop", order, "someone", (now, now + 60_000), None)
    orders.open_session(store, "shop", cut_off, "someone", (now - 90_000, now - 60_000), None)

    assert "A request works on this order now." in operator.get(f"orders/{order}").text
    assert "A request was cut off" in operator.get(f"orders/{cut_off}").text
    listed = operator.get("sessions?view=orders").text
    assert "Live web-1 0" in listed
    assert "Lapsed web-2 1 free" in listed
