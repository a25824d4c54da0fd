"""`make report`: what is made of which day, and how it reads."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from counterfoil.api.background import call_of
from counterfoil.domain.errors import NotFound
from local.errors import SettingsError
from local.invocation import Context
from local.report import lines_of, made
from tests.api.client import Api


def test_a_day_that_is_over_is_kept_and_reads_as_a_table(
    api: Api, changes: Callable[[], int]
) -> None:
    order = {"source_id": "web-1", "amount": 1250, "status": "PAID"}
    api.post("/v1/orders", {**order, "created_at": "2026-03-28T12:00:00Z"})
    call = call_of("shop", Context("report", 1024, "report", 1e12))
    made(call, "2026-03-28")
    api.put("/v1/orders/web-1", {"status": "CANCELED"})
    changes()

    lines = [*lines_of(made(call, "2026-03-28"))]

    assert lines[0] == "daily report of 2026-03-28, UTC: revision 2"
    assert lines[4].split() == ["CANCELED", "1", "1250", "0", "1250"]
    assert "  revision 2 corrects sales.net: 1250 is 0" in lines


def test_a_week_is_that_of_the_day(api: Api) -> None:
    assert api.project == "shop"
    call = call_of("shop", Context("report", 1024, "report", 1e12))

    assert made(call, "2026-03-28", "weekly").label == "2026-03-23"
    assert made(call, "2026-03-28", "monthly").label == "2026-03"
    assert made(call, datetime.now(UTC).date().isoformat()).revision == 0
    with pytest.raises(SettingsError):
        made(call, "2026-03-28", "hourly")
    with pytest.raises(NotFound):
        made(call, "x")
