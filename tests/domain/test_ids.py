import re
from datetime import timedelta

import pytest

from counterfoil.domain import ids
from tests.builders import NOW, request_ids

# Derived ids name what is stored: a change of one of these would lose every order of a project.
ORDER = "ord_suMlLdOomct4ig2x0DGr9xHq"
CUSTOMER = "cust_OSCw5R55nmbbxBxVekmGSDy8"
VOUCHER = "v_aBk9PXv5fkdWGJJt8yjdSROnzHuONvEQ"
PRODUCT = "prod_d162491b27cdeb1629"
SKU = "sku_88295d5e0e06758721"


def test_a_derived_id_is_the_same_for_ever() -> None:
    assert ids.order_id("demo", "web-1001") == ORDER
    assert ids.customer_id("demo", "ann@shop.test") == CUSTOMER
    assert ids.voucher_id("demo", "TEN") == VOUCHER
    assert ids.product_id("demo", "mug") == PRODUCT
    assert ids.sku_id("demo", "mug") == SKU


def test_the_same_name_has_another_id_in_another_project() -> None:
    assert ids.order_id("demo", "web-1001") != ids.order_id("demo2", "web-1001")


def test_one_name_has_unrelated_ids_as_order_and_as_customer() -> None:
    name = "web-1001"

    assert ids.order_id("demo", name)[4:] != ids.customer_id("demo", name)[5:]


def test_a_project_and_a_name_cannot_be_divided_in_another_way() -> None:
    assert ids.order_id("demo", "1") != ids.order_id("demo1", "")


@pytest.mark.parametrize(
    ("made", "form"),
    [
        (ids.order_id("demo", "web/1001 ü"), r"ord_[0-9A-Za-z]{24}"),
        (ids.customer_id("demo", "ann@shop.test"), r"cust_[0-9A-Za-z]{24}"),
        (ids.voucher_id("demo", "TEN-%"), r"v_[0-9A-Za-z]{32}"),
        (request_ids().order, r"ord_[0-9A-Za-z]{24}"),
        (request_ids().customer("customer"), r"cust_[0-9A-Za-z]{24}"),
        (ids.product_id("demo", "mug/1 ü"), r"prod_[0-9a-f]{18}"),
        (ids.sku_id("demo", "mug/1 ü"), r"sku_[0-9a-f]{18}"),
        (request_ids().product, r"prod_[0-9a-f]{18}"),
        (request_ids().sku, r"sku_[0-9a-f]{18}"),
        (request_ids().line(0), r"ordli_[0-9a-f]{18}"),
        (request_ids().line(499), r"ordli_[0-9a-f]{18}"),
        (request_ids().validation, r"valid_[0-9a-f]{18}"),
        (request_ids().holder, r"[0-9a-f]{16}"),
        (request_ids().root, r"[0-9a-f]{16}"),
        (request_ids().generation, r"[0-9a-f]{8}"),
        (request_ids().token(1), r"[0-9a-f]{32}"),
        (ids.tracking_id(ids.customer_id("demo", "ann")), r"track_[0-9A-Za-z_=-]{32}"),
    ],
)
def test_an_id_has_the_form_of_the_contract(made: str, form: str) -> None:
    assert re.fullmatch(form, made)


def test_a_request_draws_the_same_ids_every_time_it_is_asked() -> None:
    first, again = request_ids(7), request_ids(7)

    assert first.order == again.order
    assert first.root == again.root
    assert [first.line(index) for index in range(3)] == [again.line(index) for index in range(3)]
    assert first.token(2) == again.token(2)
    assert first.code == again.code


def test_two_requests_draw_different_ids() -> None:
    one, other = request_ids(1), request_ids(2)

    assert one.order != other.order
    assert one.root != other.root
    assert one.holder != other.holder
    assert one.line(0) != other.line(0)
    assert one.token(1) != other.token(1)


def test_what_one_request_draws_is_different_for_every_purpose() -> None:
    drawn = request_ids()

    assert drawn.customer("customer") != drawn.customer("referrer")
    assert drawn.token(1) != drawn.token(2)
    assert drawn.holder != drawn.token(1)[:16]
    assert len({drawn.line(index) for index in range(500)}) == 500


def test_roots_sort_by_the_second_of_their_request() -> None:
    times = (NOW, NOW + timedelta(seconds=1), NOW + timedelta(days=4_000))
    roots = [request_ids(number, now).root for number, now in zip((3, 2, 1), times, strict=True)]

    assert roots == sorted(roots)
    assert roots[0].startswith("69b5")


def test_a_tracking_id_leads_back_to_its_customer() -> None:
    customer = ids.customer_id("demo", "ann@shop.test")

    assert ids.tracked_customer(ids.tracking_id(customer)) == customer


@pytest.mark.parametrize(
    "tracking",
    [
        "ann@shop.test",
        "track_",
        "track_ann@shop.test",
        "track_YW5u",
        "track_not base64!",
        "track_ünicode",
        "track_" + "_" * 32,
        "track_$" + "YWFh" * 8,
        "track_LS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0t",
    ],
)
def test_a_text_of_the_clients_own_leads_to_no_customer(tracking: str) -> None:
    assert ids.tracked_customer(tracking) is None


@pytest.mark.parametrize("prefix", ["r_", "rf_", "rr_", "rrf_"])
def test_a_record_id_names_the_partition_of_its_call(prefix: str) -> None:
    assert ids.record_root(f"{prefix}0123456789abcdef1e") == "0123456789abcdef"


@pytest.mark.parametrize(
    "name",
    ["", "r_", "r_0123456789abcdef1", "r_0123456789abcdef1e0", "r_0123456789abcdef1X", "r_x"],
)
def test_any_other_text_names_no_partition(name: str) -> None:
    assert ids.record_root(name) is None


def test_a_name_that_looks_like_an_id_may_be_one_or_a_source_id() -> None:
    made = ids.product_id("demo", "mug")

    assert ids.product_ids("demo", made) == (made, ids.product_id("demo", made))
    assert ids.product_ids("demo", "mug") == (made,)
    assert ids.sku_ids("demo", SKU) == (SKU, ids.sku_id("demo", SKU))


@pytest.mark.parametrize("name", ["", "prod_", "prod_" + "g" * 18, "prod_" + "0" * 17, "sku_1"])
def test_what_could_not_be_the_id_of_a_product_or_sku_is_told(name: str) -> None:
    assert not ids.is_product_id(name)
    assert not ids.is_sku_id(name)
