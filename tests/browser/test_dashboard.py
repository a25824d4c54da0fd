"""The dashboard in Chromium, as people use it: with keys, with thumbs, and without scripts."""

import re
from collections.abc import Callable
from typing import Final

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from tests.browser.conftest import Running, Screen

pytestmark = pytest.mark.engine

HOSTILE: Final = (
    "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
)
REASON: Final = "Ann sent it back"


def redeemed(service: Running, name: str) -> str:
    """An order of two lines with two discounts; its id."""
    customer = {"source_id": "ann@shop.test", "name": "Ann Archer", "email": "ann@shop.test"}
    for code, discount in {
        f"TEN-{name}": {"type": "PERCENT", "percent_off": 10},
        f"HALF-{name}": {"type": "PERCENT", "percent_off": 50, "effect": "APPLY_TO_ITEMS"},
    }.items():
        voucher = {"type": "DISCOUNT_VOUCHER", "discount": discount}
        service.post(f"/v1/vouchers/{code}", voucher)
    items = [
        {"source_id": "mug", "quantity": 2, "price": 900, "product": {"name": "Stoneware mug"}},
        {"source_id": "tea", "quantity": 1, "price": 2600, "product": {"name": "Darjeeling"}},
    ]
    order = {"source_id": name, "items": items, "customer": customer, "metadata": {"shop": "web"}}
    made = service.post("/v1/orders", order)
    for code in (f"HALF-{name}", f"TEN-{name}"):
        body = {"redeemables": [{"object": "voucher", "id": code}], "order": {"id": made["id"]}}
        service.post("/v1/redemptions", body)
    return str(made["id"])


def rolled_back(screen: Screen) -> int:
    """How many rollbacks the report of today tells."""
    screen.open("reports")
    found = re.search(r"Rolled back (\d+)", screen.text())
    assert found is not None, screen.text()
    return int(found[1])


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "bare"])
def test_an_order_is_found_followed_and_rolled_back(
    screen: Callable[..., Screen], service: Running, width: int, scheme: str, *, scripts: bool
) -> None:
    seen = screen(width, scheme, scripts=scripts)
    name = f"web-{seen.name}"
    order_id = redeemed(service, name)
    seen.sign_in()
    before = rolled_back(seen)
    seen.open("orders")
    seen.keep("orders")

    box = seen.find("#q")
    box.send_keys(name)
    box.send_keys(Keys.ENTER)

    seen.awaits("Why it costs 19.80")
    assert seen.driver.current_url.endswith(f"/dashboard/orders/{order_id}")
    for text in ("44.00", f"HALF-{name}", "\u221222.00", f"TEN-{name}", "\u22122.20", "19.80"):
        assert text in seen.text()
    seen.keep("order")

    seen.find("details.act summary").click()
    seen.find("details.act[open] textarea").send_keys(REASON)
    Select(seen.find("details.act[open] select")).select_by_visible_text("Canceled")
    seen.find("details.act[open] button").click()

    seen.awaits("The redemption was rolled back.")
    timeline = " ".join(seen.find(".timeline").text.split())
    assert timeline.startswith(
        f"TEN-{name} rolled back Canceled, 22.00 to pay \u201c{REASON}\u201d"
    )
    assert "by local-dashboard" in timeline
    assert "Why it costs 22.00" in seen.text()
    seen.keep("order-rolled-back")
    seen.wait().until(lambda _: rolled_back(seen) == before + 1)
    seen.keep("reports")
    assert seen.complaints() == []


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_the_screen_and_breaks_no_rule(
    screen: Callable[..., Screen], service: Running, width: int, scheme: str
) -> None:
    seen = screen(width, scheme)
    long = f"long-{width}-{scheme}-" + "w" * 300
    redeemed(service, long)
    session = {"type": "LOCK", "key": long}
    body = {"redeemables": [{"object": "voucher", "id": f"TEN-{long}"}], "order": {"amount": 100}}
    service.post("/v1/validations", {**body, "session": session})
    seen.sign_in()

    for section in (
        *("orders", "redemptions", "vouchers", "campaigns", "sessions", "exports", "webhooks"),
        *(
            "reports?range=7d",
            f"search?q={long}",
            f"vouchers/TEN-{long}",
            "customers/ann@shop.test",
        ),
        *("orders?q=nothing-like-it", "nowhere"),
    ):
        seen.open(section)
        seen.keep(re.sub(r"[^a-z]+", "-", section.partition(long)[0]).strip("-"))

    assert [each for each in seen.complaints() if "nowhere" not in each] == []


def test_the_link_of_make_run_signs_in_once(
    screen: Callable[..., Screen], service: Running
) -> None:
    first, second = screen(), screen()

    first.driver.get(service.link)
    first.awaits("Orders")
    second.driver.get(service.link)

    assert first.driver.current_url == f"{service.address}/dashboard/orders"
    second.awaits("This link was used, or is over.")
    (cookie,) = first.driver.get_cookies()
    assert cookie["name"] == "counterfoil"
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/")


def test_keys_find_move_open_and_help(screen: Callable[..., Screen], service: Running) -> None:
    ids = {redeemed(service, f"keys-{number}") for number in range(3)}
    seen = screen()
    seen.sign_in()

    seen.press("/", "keys-1")
    assert seen.find("#found .matches b").text == "keys-1"
    seen.press(Keys.ESCAPE)

    seen.press("?")
    assert seen.find("dialog[open]").is_displayed()
    seen.press(Keys.ESCAPE)
    assert seen.driver.find_elements(By.CSS_SELECTOR, "dialog[open]") == []

    seen.press("j")
    first = seen.focused()
    seen.press("j")
    second = seen.focused()
    seen.press("k")
    assert (seen.focused(), first == second) == (first, False)
    seen.press(Keys.ENTER)
    seen.awaits("Why it costs")
    assert seen.driver.current_url == first
    assert first.rpartition("/")[2] in ids


def test_a_list_narrows_as_somebody_types(screen: Callable[..., Screen], service: Running) -> None:
    redeemed(service, "typed-1")
    redeemed(service, "other-1")
    seen = screen()
    seen.sign_in()

    seen.find("#matching").send_keys("typed-")

    seen.wait().until(lambda it: it.current_url.endswith("/dashboard/orders?q=typed-&from=&to="))
    seen.awaits("1 found")
    assert "other-1" not in seen.text()


def test_a_page_is_brought_up_to_date_by_itself(
    screen: Callable[..., Screen], service: Running
) -> None:
    order_id = redeemed(service, "live-1")
    seen = screen()
    seen.sign_in()
    seen.open(f"orders/{order_id}")
    seen.awaits("Why it costs 19.80")
    seen.driver.execute_script("document.activeElement.blur()")

    service.post("/v1/orders", {"source_id": "live-1", "metadata": {"note": "packed"}})

    seen.awaits("packed")


def test_hostile_text_does_nothing(screen: Callable[..., Screen], service: Running) -> None:
    customer = {"source_id": HOSTILE, "name": HOSTILE, "metadata": {HOSTILE: HOSTILE}}
    items = [{"source_id": HOSTILE, "price": 900, "product": {"name": HOSTILE}}]
    order = service.post(
        "/v1/orders",
        {
            "source_id": HOSTILE,
            "items": items,
            "customer": customer,
            "metadata": {HOSTILE: HOSTILE},
        },
    )
    seen = screen()
    seen.sign_in()

    for path in ("orders", f"orders/{order['id']}", f"customers/{order['customer_id']}"):
        seen.open(path)
        seen.awaits("<img src=x")
        assert seen.driver.find_elements(By.TAG_NAME, "img") == []
        assert seen.driver.title != "owned"
    assert seen.complaints() == []
