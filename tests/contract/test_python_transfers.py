"""The vendor's Python client imports orders, exports them, and its user fetches the file."""

import csv
import io
from collections.abc import Callable
from typing import TypeVar
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
import voucherify

pytestmark = pytest.mark.engine

R = TypeVar("R")
TRIES = 5000


def watched(look: Callable[[], R], ends: Callable[[R], bool]) -> R:
    """What is seen when it is over."""
    found = look()
    for _ in range(TRIES):
        if ends(found):
            return found
        found = look()
    raise AssertionError(found)


def fetched(url: str) -> list[list[str]]:
    with urlopen(url) as answer:  # noqa: S310  # our own address
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        return list(csv.reader(io.StringIO(answer.read().decode(), newline="")))


def test_orders_go_in_by_the_dozen_and_come_out_as_a_file(
    client: voucherify.ApiClient, orders: voucherify.OrdersApi
) -> None:
    actions = voucherify.AsyncActionsApi(client)
    exports = voucherify.ExportsApi(client)
    rows = [
        voucherify.OrdersImportCreateRequestBodyItem.from_dict(
            {
                "source_id": f"till-{n}",
                "status": "PAID",
                "items": [
                    {
                        "source_id": "mug",
                        "related_object": "product",
                        "quantity": 2,
                        "price": 100 * n,
                    }
                ],
                "metadata": {"till": n},
            }
        )
        for n in range(1, 13)
    ]

    started = orders.import_orders(rows)
    action = watched(
        lambda: actions.get_async_action(started.async_action_id),
        lambda found: found.status in ("DONE", "FAILED"),
    )

    assert (action.status, action.operation_status, action.type) == (
        "DONE",
        "SUCCESS",
        "ORDERS.IMPORT",
    )
    assert action.progress == 100
    assert orders.get_order("till-12").total_amount == 2400
    listed = actions.list_async_actions(limit=100).async_actions
    assert started.async_action_id in [each.id for each in listed]

    wanted = {
        "fields": ["source_id", "total_amount", "metadata"],
        "order": "created_at",
        "filters": {"source_id": {"conditions": {"$starts_with": ["till-"]}}},
    }
    made = orders.create_order_export(
        voucherify.OrdersExportCreateRequestBody.from_dict({"parameters": wanted})
    )
    export = watched(
        lambda: exports.get_export(made.id), lambda found: found.status in ("DONE", "ERROR")
    )

    assert (made.status, export.status) == ("SCHEDULED", "DONE")
    header, *lines = fetched(export.result.url)
    assert header == wanted["fields"]
    assert sorted(lines) == sorted(
        [f"till-{n}", f"{200 * n}", f'{{"till":{n}}}'] for n in range(1, 13)
    )
    assert export.id in [each.id for each in exports.list_exports(limit=100).exports]

    exports.delete_export(export.id)
    with pytest.raises(HTTPError, match="401"):
        fetched(export.result.url)


@pytest.mark.parametrize(
    "kind", ["voucher", "redemption", "customer", "publication", "points_expiration", "product"]
)
def test_every_kind_the_client_knows_can_be_exported(
    client: voucherify.ApiClient, kind: str
) -> None:
    exports = voucherify.ExportsApi(client)

    made = exports.create_export(
        voucherify.ExportsCreateRequestBody.from_dict({"exported_object": kind})
    )
    export = watched(
        lambda: exports.get_export(made.id), lambda found: found.status in ("DONE", "ERROR")
    )

    assert (export.status, export.exported_object) == ("DONE", kind)
    assert fetched(export.result.url)[0] == export.parameters.fields
