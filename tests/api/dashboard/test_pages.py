"""What the pages show, to whom, and what is done there."""

import csv
import html
import io
import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import pytest

from counterfoil.domain.roles import Role
from counterfoil.operations import list_pages, order_lists
from counterfoil.storage.store import Store
from tests.api.client import Api
from tests.api.dashboard.browser import Browser, Page
from tests.api.promotions import Promotions

SCRIPT: Final = "<script>alert('x')</script>"
IMAGE: Final = '"><img src=x onerror=alert(1)>'
LONG: Final = "w" * 300
ANN: Final = {
    "source_id": "ann@shop.test",
    "name": "Ann Archer",
    "email": "ann.archer@shop.test",
    "phone": "+48 601 602 603",
    "metadata": {"loyalty": "gold-4711"},
    "address": {"city": "Lodz", "line_1": "Piotrkowska 1"},
}
PERSONAL: Final = ("Archer", "ann@shop.test", "ann.archer", "601 602", "gold-4711", "Piotrkowska")


def an_order(api: Api, **fields: object) -> Any:  # noqa: ANN401  # a test looks into whatever was answered
    items = [
        {"source_id": "mug", "quantity": 2, "price": 900, "product": {"name": "Mug"}},
        {"source_id": "tea", "quantity": 1, "price": 2600},
    ]
    body = {"source_id": "web-1", "items": items, "customer": ANN, **fields}
    reply = api.post("/v1/orders", body)
    assert reply.status == 200, reply.body
    return reply.json


def a_redeemed_order(api: Api) -> Any:  # noqa: ANN401  # as above
    order = an_order(api)
    api.voucher("TEN")
    api.voucher("FIVE", discount={"type": "AMOUNT", "amount_off": 500})
    api.redeem("TEN", order={"id": order["id"]})
    api.redeem("FIVE", order={"id": order["id"]})
    return order


def test_an_empty_project_says_so(viewer: Browser) -> None:
    for path, text in {
        "orders": "No orders yet",
        "redemptions": "No redemptions yet",
        "vouchers": "No vouchers yet",
        "campaigns": "No campaigns yet",
    }.items():
        page = viewer.get(path)
        assert (page.status, text in page.text) == (200, True), path


def test_the_list_has_the_seven_columns(api: Api, operator: Browser) -> None:
    order = a_redeemed_order(api)

    page = operator.get("orders")

    heads = "Status Order Customer Items Amount Discounted Created"
    assert heads in page.text
    row = page.text.partition(heads)[2]
    assert "Paid web-1 " + order["id"] + " Ann Archer 3 44.00 34.60 \u22129.40" in row
    assert f"/dashboard/orders/{order['id']}" in page.links


def following(page: Page) -> str:
    """The address of the next page."""
    (found,) = re.findall(r'rel="next" href="([^"]+)"', page.html)
    return html.unescape(str(found))


@pytest.mark.parametrize("path", ["orders", "orders?status=CREATED", "orders?q=n-"])
def test_orders_follow_each_other_in_the_address(api: Api, operator: Browser, path: str) -> None:
    for number in range(30):
        api.post("/v1/orders", {"source_id": f"n-{number:02}", "amount": 100})

    first = operator.get(path)
    second = operator.get(following(first))

    assert "n-29" in first.text
    assert "n-04" not in first.text
    assert "n-04" in second.text
    assert "n-05" not in second.text
    assert 'rel="next"' not in second.html
    assert operator.get(f"{path.partition('?')[0]}?cursor=nonsense").status == 200


def test_redemptions_vouchers_and_campaigns_follow_each_other(api: Api, operator: Browser) -> None:
    for number in range(27):
        api.voucher(f"CODE-{number:02}")
        api.campaign(f"Campaign {number:02}")
        api.redeem(f"CODE-{number:02}", order={"amount": 100})

    for path, first_name, last_name in (
        ("redemptions", "CODE-26", "CODE-00"),
        ("redemptions?view=succeeded", "CODE-26", "CODE-00"),
        ("vouchers", "CODE-26", "CODE-00"),
        ("campaigns", "Campaign 26", "Campaign 00"),
    ):
        page = operator.get(path)
        assert first_name in page.text
        assert last_name not in page.text
        assert last_name in operator.get(following(page)).text
        assert operator.get(f"{path}{'&' if '?' in path else '?'}cursor=x").status == 200


def test_chips_count_the_view_by_status(api: Api, viewer: Browser) -> None:
    for number, status in enumerate(("CREATED", "PAID", "PAID", "CANCELED")):
        customer = {"source_id": "ann" if number < 3 else "bob"}
        order = {"source_id": f"o-{number}", "amount": 1, "status": status, "customer": customer}
        api.post("/v1/orders", order)

    assert "All 4 Created 1 Paid 2 Canceled 1 Fulfilled 0" in viewer.get("orders").text
    of_ann = viewer.get("orders?q=ann&status=PAID")
    assert "All 3 Created 1 Paid 2 Canceled 0 Fulfilled 0" in of_ann.text
    assert "2 found" in of_ann.text
    assert "o-0" not in of_ann.text
    prefixed = viewer.get("orders?q=o-1").text
    assert "All 1 Created 0 Paid 1" in prefixed
    refreshed = viewer.get("orders", hx_request="true", hx_target="rows").text
    assert "All Created Paid" in refreshed


def test_the_orders_of_a_voucher_are_found_by_its_code(api: Api, viewer: Browser) -> None:
    order = an_order(api)
    an_order(api, source_id="web-2")
    api.voucher("TEN")
    api.redeem("TEN", order={"id": order["id"]})

    text = viewer.get("orders?q=TEN").text

    assert "Matching, with this voucher" in text
    assert order["id"] in text
    assert "web-2" not in text


def test_dates_are_days_of_the_zone_both_included(api: Api, viewer: Browser) -> None:
    for day in ("2026-03-01T23:59:59Z", "2026-03-02T00:00:00Z", "2026-03-02T23:59:59Z"):
        api.post("/v1/orders", {"source_id": day[:13], "amount": 1, "created_at": day})

    text = viewer.get("orders?from=2026-03-02&to=2026-03-02").text

    assert "2026-03-02T00" in text
    assert "2026-03-02T23" in text
    assert "2026-03-01T23" not in text
    assert "No order matches this view" in viewer.get("orders?from=2026-03-03&to=2026-03-04").text


def test_a_filter_that_finds_nothing_yet_says_how_to_go_on(
    viewer: Browser, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand orders would take long to make: two are looked at here."""
    monkeypatch.setattr(order_lists, "Course", partial(list_pages.Course, looked=2))
    for number in range(3):
        api.post("/v1/orders", {"source_id": f"n-{number}", "amount": 1})

    page = viewer.get("orders?q=m-")

    assert "None of the orders looked at so far matches" in page.text
    assert "Look further" in page.text


def test_the_order_page_tells_why_it_costs_what_it_costs(api: Api, operator: Browser) -> None:
    order = a_redeemed_order(api)

    text = operator.get(f"orders/{order['id']}").text

    assert "Why it costs 34.60" in text
    steps = text.partition("Step Change Then")[2]
    assert steps.startswith(
        " Subtotal 44.00 44.00 TEN, 10 % off \u22124.40 39.60 FIVE, 5.00 off \u22125.00 34.60"
        " To pay 34.60 34.60"
    )
    assert "Off the order as a whole: TEN \u22124.40 FIVE \u22125.00" in text


def test_a_discount_of_lines_is_told_line_by_line(api: Api, operator: Browser) -> None:
    order = an_order(api)
    effect = {"type": "PERCENT", "percent_off": 50, "effect": "APPLY_TO_ITEMS"}
    api.voucher("HALF", discount=effect)
    api.redeem("HALF", order={"id": order["id"]})

    text = operator.get(f"orders/{order['id']}").text

    assert "Mug mug 2 9.00 18.00 HALF \u22129.00 9.00" in text
    assert "tea 1 26.00 26.00 HALF \u221213.00 13.00" in text


def test_a_stack_is_told_part_by_part(api: Api, operator: Browser) -> None:
    order = an_order(api)
    api.voucher("TEN")
    api.gift_card("CARD", 1_000)
    api.redeem("TEN", "CARD", order={"id": order["id"]})

    text = operator.get(f"orders/{order['id']}").text

    assert (
        "TEN, 10 % off \u22124.40 39.60 CARD, gift card, 10.00 of credits \u221210.00 29.60" in text
    )
    assert "Stack of 2" in text


def test_what_a_smaller_order_leaves_of_a_discount_is_told(api: Api, operator: Browser) -> None:
    order = an_order(api)
    api.voucher("BIG", discount={"type": "AMOUNT", "amount_off": 4_000})
    api.redeem("BIG", order={"id": order["id"]})
    api.put(f"/v1/orders/{order['id']}", {"items": [{"source_id": "tea", "price": 2600}]})

    text = operator.get(f"orders/{order['id']}").text

    assert "Less, since the order changed +14.00 0.00 To pay 0.00" in text


def test_a_refusal_is_told_with_its_reason(api: Api, operator: Browser) -> None:
    order = an_order(api)
    api.voucher("ONCE", redemption={"quantity": 1})
    api.redeem("ONCE", order={"amount": 100})
    api.redeem("ONCE", order={"id": order["id"]})

    on_order = operator.get(f"orders/{order['id']}").text
    listed = operator.get("redemptions?view=failed").text

    assert "Refused: quantity exceeded quantity_exceeded" in on_order
    assert "ONCE refused" in on_order
    assert "quantity exceeded quantity_exceeded" in listed
    assert "No redemption matches this view" in operator.get("redemptions?code=other").text


def test_an_operator_rolls_back_with_a_reason_under_their_name(api: Api, operator: Browser) -> None:
    order = a_redeemed_order(api)
    (named,) = api.get("/v1/vouchers/FIVE/redemption").json["redemption_entries"]
    operator.get(f"orders/{order['id']}")

    page = operator.post(f"redemptions/{named['id']}/roll-back", {"reason": "Sent back by Ann"})

    assert page.location == f"/dashboard/orders/{order['id']}?done=rolled-back"
    text = operator.get(page.location).text
    assert "The redemption was rolled back." in text
    assert "FIVE rolled back Canceled, 39.60 to pay \u201cSent back by Ann\u201d" in text
    assert "by Olga" in text
    assert api.get(f"/v1/orders/{order['id']}").json["status"] == "CANCELED"


def test_a_roll_back_may_leave_the_order_as_it_is(api: Api, operator: Browser) -> None:
    order = a_redeemed_order(api)
    (named,) = api.get("/v1/vouchers/FIVE/redemption").json["redemption_entries"]
    operator.get("orders")

    operator.post(f"redemptions/{named['id']}/roll-back", {"reason": "Why not", "status": "PAID"})

    assert api.get(f"/v1/orders/{order['id']}").json["status"] == "PAID"


def test_a_stack_is_rolled_back_as_a_whole(api: Api, operator: Browser) -> None:
    order = an_order(api)
    api.voucher("TEN")
    api.gift_card("CARD", 1_000)
    reply = api.redeem("TEN", "CARD", order={"id": order["id"]})
    operator.get("orders")

    page = operator.post(
        f"redemptions/{reply.json['parent_redemption']['id']}/roll-back", {"reason": "Return"}
    )

    assert page.status == 303
    assert api.balance("CARD") == 1_000
    assert api.used("TEN") == 0


@pytest.mark.parametrize("reason", ["", "  ", "no", "x" * 501])
def test_a_roll_back_needs_a_reason(api: Api, operator: Browser, reason: str) -> None:
    a_redeemed_order(api)
    (named,) = api.get("/v1/vouchers/FIVE/redemption").json["redemption_entries"]
    operator.get("orders")

    page = operator.post(f"redemptions/{named['id']}/roll-back", {"reason": reason})

    assert page.status == 400
    assert "It was not rolled back. A reason of 3 to 500 characters is needed." in page.text
    assert api.used("FIVE") == 1


def test_a_second_roll_back_is_refused_on_the_page(api: Api, operator: Browser) -> None:
    a_redeemed_order(api)
    (named,) = api.get("/v1/vouchers/FIVE/redemption").json["redemption_entries"]
    operator.get("orders")
    operator.post(f"redemptions/{named['id']}/roll-back", {"reason": "Return"})

    page = operator.post(f"redemptions/{named['id']}/roll-back", {"reason": "Return"})

    assert page.status == 400
    assert "It was not rolled back. Redemption has been already rolled back." in page.text


def test_a_viewer_has_no_roll_back_and_may_not(api: Api, viewer: Browser) -> None:
    order = a_redeemed_order(api)
    (named,) = api.get("/v1/vouchers/FIVE/redemption").json["redemption_entries"]

    page = viewer.get(f"orders/{order['id']}")
    refused = viewer.post(f"redemptions/{named['id']}/roll-back", {"reason": "Return"})

    assert "textarea" not in page.tags
    assert "Rolling back needs the role operator" in page.text
    assert refused.status == 403
    assert api.used("FIVE") == 1


def test_a_viewer_is_shown_nothing_personal(api: Api, viewer: Browser) -> None:
    order = an_order(api, source_id="ann.archer@shop.test", metadata={"mail": "ann@shop.test"})
    api.voucher("TEN")
    api.redeem("TEN", order={"id": order["id"]}, metadata={"by": "ann@shop.test"})
    customer = order["customer_id"]

    for path in (
        "orders",
        "orders.csv",
        f"orders/{order['id']}",
        "redemptions",
        "redemptions.csv",
        f"customers/{customer}",
        "search?q=ann%40shop.test&as=list",
    ):
        page = viewer.get(path)
        shown = page.html.replace('value="ann@shop.test"', "").replace("<b>ann@shop.test</b>", "")
        assert page.status == 200
        assert [each for each in PERSONAL if each in shown] == [], path


def test_an_operator_is_shown_who_it_is(api: Api, operator: Browser) -> None:
    order = an_order(api)

    text = operator.get(f"customers/{order['customer_id']}").text

    assert [each for each in PERSONAL if each not in text] == []


def test_the_box_leads_to_what_is_named_exactly(api: Api, viewer: Browser) -> None:
    order = a_redeemed_order(api)
    voucher = api.get("/v1/vouchers/TEN").json["id"]
    (entry,) = api.get("/v1/vouchers/TEN/redemption").json["redemption_entries"]
    campaign = api.campaign("Autumn")["id"]

    for typed, place in {
        "web-1": f"orders/{order['id']}",
        order["id"]: f"orders/{order['id']}",
        "TEN": f"vouchers/{voucher}",
        voucher: f"vouchers/{voucher}",
        "ann%40shop.test": f"customers/{order['customer_id']}",
        order["customer_id"]: f"customers/{order['customer_id']}",
        entry["id"]: f"redemptions/{entry['id']}",
        "Autumn": f"campaigns/{campaign}",
        campaign: f"campaigns/{campaign}",
        "%20%20web-1%20": f"orders/{order['id']}",
    }.items():
        page = viewer.get(f"search?q={typed}")
        assert (page.status, page.location) == (303, f"/dashboard/{place}")
        assert viewer.get(page.location).status == 200


def test_a_name_of_several_things_is_a_choice(api: Api, viewer: Browser) -> None:
    an_order(api, source_id="SAME")
    api.voucher("SAME")

    page = viewer.get("search?q=SAME")

    assert page.status == 200
    assert "Several go by this name" in page.text
    assert "Order SAME" in page.text
    assert "Voucher SAME" in page.text


def test_what_is_no_name_is_looked_for_among_the_orders(viewer: Browser) -> None:
    assert viewer.get("search?q=web").location == "/dashboard/orders?q=web"
    assert viewer.get("search?q=").location == "/dashboard/orders"


def test_a_voucher_shows_its_use_and_what_holds_it(api: Api, operator: Browser) -> None:
    api.voucher("TEN", redemption={"quantity": 4})
    api.redeem("TEN", order={"amount": 1_000})
    session = {"type": "LOCK", "key": "till-3"}
    api.post(
        "/v1/validations", {**api.redeeming("TEN"), "order": {"amount": 100}, "session": session}
    )

    page = operator.follow("vouchers/TEN")

    assert "Used 1 of 4" in page.text
    assert "1 use until" in page.text
    assert "TEN 10 % off" in operator.get("vouchers").text


def test_a_campaign_shows_its_use(api: Api, operator: Browser) -> None:
    campaign = api.campaign("Autumn", vouchers_count=2)
    (code, _) = (each["code"] for each in api.get("/v1/vouchers?campaign=Autumn").json["vouchers"])
    api.redeem(code, order={"amount": 1_000})

    text = operator.get(f"campaigns/{campaign['id']}").text

    assert "Vouchers 2 Redeemed 1" in text
    assert "Autumn" in operator.get("campaigns").text


def test_a_promotion_of_many_tiers_shows_the_first(
    api: Api, store: Store, operator: Browser
) -> None:
    made = Promotions(api, store)
    campaign = made.campaign("Spring")
    for number in range(1, 52):
        made.tier(campaign, name=f"Tier {number:02}")

    text = operator.follow("campaigns/Spring").text

    assert "Tier 01" in text
    assert "Tier 50" in text
    assert "Tier 51" not in text
    assert "The first 50 of 51 are shown." in text


def test_a_promotion_shows_its_tiers(api: Api, operator: Browser) -> None:
    tier = {"name": "Two off", "action": {"discount": {"type": "AMOUNT", "amount_off": 200}}}
    reply = api.post(
        "/v1/campaigns",
        {"name": "Spring", "campaign_type": "PROMOTION", "promotion": {"tiers": [tier]}},
    )
    assert reply.status == 200, reply.body

    assert "Active Two off 2.00 off 0" in operator.get(f"campaigns/{reply.json['id']}").text


def test_hostile_text_shows_as_text(api: Api, operator: Browser) -> None:
    hostile = f"{SCRIPT}{IMAGE}"
    customer = {"source_id": hostile, "name": hostile, "metadata": {hostile: hostile}}
    items = [{"source_id": hostile, "price": 1_000, "product": {"name": hostile}}]
    order = an_order(
        api, source_id=hostile, items=items, customer=customer, metadata={hostile: hostile}
    )
    voucher = api.post("/v1/vouchers", {
        "code": hostile, "type": "DISCOUNT_VOUCHER", "metadata": {hostile: hostile},
        "discount": {"type": "PERCENT", "percent_off": 10},
    }).json  # fmt: skip
    redeemed = api.redeem(voucher["code"], order={"id": order["id"]}, metadata={hostile: hostile})
    assert redeemed.status == 200, redeemed.body
    campaign = api.campaign(hostile)
    operator.get("orders")
    operator.post(f"redemptions/{redeemed.redemption_id}/roll-back", {"reason": hostile})

    for path in (
        "orders",
        f"orders/{order['id']}",
        "redemptions",
        f"redemptions/{redeemed.redemption_id}",
        "vouchers",
        f"vouchers/{voucher['id']}",
        "campaigns",
        f"campaigns/{campaign['id']}",
        f"customers/{order['customer_id']}",
        "search?as=list&q=%3Cscript%3Ealert('x')%3C/script%3E",
        "orders?q=%3Cscript%3Ealert('x')%3C/script%3E&status=%22%3E%3Cimg%20src=x%3E",
        "redemptions?code=%22%3E%3Cimg%20src=x%3E",
    ):
        page = operator.get(path)
        assert page.status == 200, (path, page.text)
        assert "img" not in page.tags
        assert "alert" not in "".join(
            part.partition("</script>")[0] for part in page.html.split("<script")[1:]
        )
        assert "alert('x')" in page.text or "orders?" in path or "code=" in path


def rows_of(body: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.removeprefix("\ufeff"))))


def test_a_view_is_saved_as_csv(api: Api, operator: Browser) -> None:
    order = a_redeemed_order(api)

    page = operator.get("orders.csv")

    assert page.answer.header("content-type") == "text/csv; charset=utf-8"
    assert page.answer.header("content-disposition") == 'attachment; filename="orders.csv"'
    head, row = rows_of(page.html)
    assert dict(zip(head, row, strict=True)) | {"created_at": ""} == {
        "status": "PAID",
        "id": order["id"],
        "source_id": "web-1",
        "customer": "Ann Archer",
        "customer_id": order["customer_id"],
        "items": "3",
        "amount": "4400",
        "discount": "940",
        "discounted_amount": "3460",
        "created_at": "",
    }


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1"])
def test_no_cell_is_a_formula(api: Api, operator: Browser, text: str) -> None:
    an_order(api, source_id=text)

    _, row = rows_of(operator.get("orders.csv").html)

    assert row[2] == f"'{text}"


def test_redemptions_are_saved_with_their_reasons(api: Api, operator: Browser) -> None:
    api.redeem("NOPE", order={"amount": 100})

    _, row = rows_of(operator.get("redemptions.csv").html)

    assert row[0] == "FAILURE"
    assert row[-2] == "not_found"


@pytest.mark.parametrize(
    "path",
    [
        "orders/ord_none",
        "orders/none",
        "customers/none",
        "vouchers/none",
        "campaigns/none",
        "redemptions/none",
        "nowhere",
        "static/dashboard.000000000000.css",
        "static/..%2F..%2Fpages.py",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(operator: Browser, path: str) -> None:
    page = operator.get(path)

    assert page.status == 404
    assert "Resource not found" in page.text


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "orders"), ("POST", "orders"), ("GET", "sign-out"), ("OPTIONS", "orders")],
)
def test_another_method_is_refused_with_the_policy(
    operator: Browser, method: str, path: str
) -> None:
    assert operator.send(method, path, b"", {}).status == 405


def test_what_only_looks_like_the_dashboard_is_refused_with_the_policy(browser: Browser) -> None:
    assert browser.send("GET", "/dashboard/", b"", {}).status == 404


def test_the_root_leads_to_the_orders(operator: Browser) -> None:
    assert operator.get("/dashboard").location == "/dashboard/orders"


def test_files_are_kept_for_long_under_names_of_their_content(browser: Browser) -> None:
    page = browser.get("sign-in")
    named = [each.partition('"')[0] for each in page.html.split('"/dashboard/static/')[1:]]

    assert len(named) == 4
    for each in named:
        file = browser.get(f"static/{each}")
        assert file.status == 200
        assert file.answer.header("cache-control") == "public, max-age=31536000, immutable"


def test_a_form_too_large_is_refused(operator: Browser) -> None:
    operator.get("orders")

    assert operator.post("sign-out", {"much": "x" * 70_000}).status == 413


def test_a_body_that_is_no_form_is_refused(operator: Browser) -> None:
    headers = {"content-type": "application/json", "sec-fetch-site": "same-origin"}

    assert operator.send("POST", "sign-out", b"{}", headers).status == 400


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=x",
        "page=999999",
        "from=x&to=y",
        "from=0001-01-01&to=9999-12-31",
        "status=NOPE",
        "%00=%ff",
        "q=" + "x" * 2000,
    ],
)
def test_an_address_that_makes_no_sense_is_a_page_all_the_same(
    operator: Browser, query: str
) -> None:
    for path in ("orders", "redemptions", "vouchers", "campaigns"):
        assert operator.get(f"{path}?{query}").status == 200


def test_the_tokens_of_the_api_never_reach_the_browser(
    api: Api, signed_in: Callable[..., Browser]
) -> None:
    order = a_redeemed_order(api)

    for path in ("orders", f"orders/{order['id']}", "redemptions"):
        assert api.token not in signed_in(Role.ADMIN).get(path).html


def test_a_failure_of_the_service_is_a_page_with_the_policy(
    operator: Browser, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COUNTERFOIL_TABLE", "nowhere")

    page = operator.get("orders")

    assert page.status == 500
    assert "Something went wrong" in page.text
    assert (page.answer.header("x-request-id") or "?") in page.text
    assert "ResourceNotFoundException" in capsys.readouterr().out


def test_even_a_function_that_cannot_read_its_settings_answers_with_the_policy(
    operator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERFOIL_TABLE", "")

    assert operator.get("orders").status == 500


def test_another_method_is_told_which_there_are(operator: Browser) -> None:
    assert operator.send("PUT", "exports", b"", {}).answer.header("allow") == "GET, POST"
