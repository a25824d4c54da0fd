"""Reports, from the calls of a shop through the stream to the files."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest

from counterfoil.api import context
from counterfoil.api.background import call_of
from counterfoil.api.report_jobs import report_job
from counterfoil.api.stores import files_of
from counterfoil.domain.errors import Contended, InvalidQuery, NotFound, Unavailable
from counterfoil.domain.report_files import csv_of
from counterfoil.domain.report_periods import Period
from counterfoil.domain.reports import Report
from counterfoil.operations import reports
from counterfoil.operations.call import Call
from counterfoil.operations.reports import Named, Shown
from counterfoil.storage import orders, projects, rollup_keys, rollups
from counterfoil.storage.plans import Guard, put
from counterfoil.storage.store import Store
from local.gateway import Gateway
from local.invocation import Context, FunctionFailedError
from local.template import Template
from tests.api.client import Api

Changes = Callable[[], int]
Build = Callable[..., None]
DAY: Final = "2026-03-28"
NOON: Final = f"{DAY}T12:00:00Z"


def call() -> Call:
    return call_of("shop", Context("test", 1024, "test", 1e12))


@pytest.fixture
def build(gateway: Gateway, described: Template, changes: Changes) -> Build:
    """Makes reports by the function, of all that was written by then."""

    def built(**event: str) -> None:
        changes()
        gateway.invoke(described.functions["BuildReports"], {**event}, "test")

    return built


def file(name: str) -> bytes:
    found = files_of(context.settings()).get(f"reports/shop/{name}")
    assert found is not None
    return found


def order(api: Api, source: str, at: str = NOON, **fields: object) -> Any:  # noqa: ANN401
    reply = api.post("/v1/orders", {"source_id": source, "created_at": at, **fields})
    assert reply.status == 200, reply.body
    return reply.json


def report_of(label: str = DAY, period: Period = Period.DAILY) -> Shown:
    return reports.get(call(), Named(period, label))


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def bought(api: Api, source: str, at: str, customer: str) -> None:
    order(api, source, at, amount=100, status="PAID", customer={"source_id": customer})


def customers_of(label: str, period: Period = Period.DAILY) -> tuple[int, int]:
    told = report_of(label, period).report.contents
    return told.new_customers, told.returning_customers


def test_a_day_is_reported_with_what_was_ordered_on_it(api: Api, changes: Changes) -> None:
    order(api, "before", "2026-03-27T23:59:59.999Z", amount=99, status="PAID")
    order(api, "first", f"{DAY}T00:00:00Z", amount=1000, status="PAID")
    order(api, "last", f"{DAY}T23:59:59.999Z", amount=501, status="FULFILLED")
    order(api, "open", amount=70)
    order(api, "after", "2026-03-29T00:00:00Z", amount=99, status="PAID")
    changes()

    told = report_of().report.contents

    assert (told.sales.count, told.sales.gross, told.sales.net) == (2, 1501, 1501)
    assert told.average_order == 751
    assert told.by_status["CREATED"].gross == 70
    assert told.orders.count == 3


def test_redemptions_rollbacks_and_failures_are_of_the_day_that_they_are_made_on(
    api: Api, changes: Changes
) -> None:
    api.voucher("TEN")
    api.voucher("ONCE", redemption={"quantity": 1})
    order(api, "web-1", amount=1000)
    api.redeem("TEN", order={"source_id": "web-1"})
    undone = api.redeem("ONCE", order={"amount": 500}).redemption_id
    api.redeem("ONCE", order={"amount": 500})
    api.redeem("NOPE", order={"amount": 500})
    api.post(f"/v1/redemptions/{undone}/rollback", {})
    changes()

    on_its_day, told = report_of().report.contents, report_of(today()).report.contents

    assert (on_its_day.sales.gross, on_its_day.sales.discounts) == (1000, 100)
    assert on_its_day.redemptions_succeeded == 0
    assert (told.redemptions_succeeded, told.redemption_discounts) == (2, 150)
    assert told.failures == {"quantity_exceeded": 1, "not_found": 1}
    assert told.redemptions_failed == 2
    assert (told.rollbacks, told.rollback_discounts) == (1, 50)
    assert [(each.id, each.redemptions) for each in told.top_vouchers] == [("ONCE", 1), ("TEN", 1)]


def test_a_stack_counts_by_its_redemptions_and_its_campaign_with_them(
    api: Api, changes: Changes
) -> None:
    api.voucher("TEN")
    campaign = api.campaign("Spring")
    api.post("/v1/campaigns/Spring/vouchers/SPRING-1", {})
    api.redeem("TEN", "SPRING-1", order={"amount": 1000})
    changes()

    told = report_of(today()).report.contents

    assert told.redemptions_succeeded == 2
    (only,) = told.top_campaigns
    assert (only.id, only.name, only.redemptions) == (campaign["id"], "Spring", 1)
    assert told.tops_are_exact


def test_a_customer_is_new_once_and_returns_once_a_period(api: Api, changes: Changes) -> None:
    bought(api, "a1", "2026-02-27T10:00:00Z", "ann")
    bought(api, "a2", "2026-03-02T10:00:00Z", "ann")
    bought(api, "a3", "2026-03-02T11:00:00Z", "ann")
    bought(api, "b1", "2026-03-02T10:00:00Z", "bob")
    bought(api, "b2", "2026-03-02T10:00:00Z", "bob")
    bought(api, "a4", "2026-03-04T10:00:00Z", "ann")
    changes()

    assert customers_of("2026-02-27") == (1, 0)
    assert customers_of("2026-03-02") == (1, 1)
    assert customers_of("2026-03-04") == (0, 1)
    assert customers_of("2026-03-02", Period.WEEKLY) == (1, 1)
    assert customers_of("2026-03", Period.MONTHLY) == (1, 1)


def test_a_canceled_first_order_makes_the_customers_next_one_the_first(
    api: Api, build: Build
) -> None:
    bought(api, "a1", "2026-02-27T10:00:00Z", "ann")
    bought(api, "a2", "2026-03-02T10:00:00Z", "ann")
    build(label="2026-02-27")
    build(label="2026-03-02")
    assert customers_of("2026-03-02") == (0, 1)

    api.put("/v1/orders/a1", {"status": "CANCELED"})
    build()

    assert customers_of("2026-02-27") == (0, 0)
    assert customers_of("2026-03-02") == (1, 0)


def test_making_a_report_again_gives_the_same_bytes(api: Api, build: Build) -> None:
    bought(api, "a1", NOON, "ann")
    build(label=DAY)
    before = file(f"daily/{DAY}.json"), file(f"daily/{DAY}.csv")

    build(label=DAY)

    assert (file(f"daily/{DAY}.json"), file(f"daily/{DAY}.csv")) == before
    assert report_of().report.revision == 1


def test_a_late_rollback_corrects_the_day_of_the_order_and_says_so(api: Api, build: Build) -> None:
    api.voucher("TEN")
    order(api, "web-1", amount=1000)
    redemption = api.redeem("TEN", order={"source_id": "web-1"}).redemption_id
    build(label=DAY)
    build(label="2026-03-27")
    assert report_of().report.contents.sales.net == 900

    api.post(f"/v1/redemptions/{redemption}/rollback", {})
    build()

    report = report_of().report
    assert (report.revision, report.contents.sales.net) == (2, 0)
    told = {each.field: (each.was, each.is_) for each in report.corrections}
    assert told["sales.net"] == (900, 0)
    assert told["by_status.CANCELED.count"] == (0, 1)
    document = json.loads(file(f"daily/{DAY}.json"))
    assert document["revision"] == 2
    assert {"revision": 2, "field": "sales.net", "was": 900, "is": 0} in document["corrections"]
    assert report_of("2026-03-27").report.revision == 1


def test_a_late_change_corrects_the_week_and_the_month_that_were_reported(
    api: Api, build: Build
) -> None:
    order(api, "web-1", amount=1000, status="PAID")
    build(period="weekly", label="2026-03-23")
    build(period="monthly", label="2026-03")

    api.put("/v1/orders/web-1", {"status": "CANCELED"})
    build()

    assert report_of("2026-03-23", Period.WEEKLY).report.contents.sales.count == 0
    assert report_of("2026-03", Period.MONTHLY).report.revision == 2


def test_what_was_corrected_is_not_looked_at_again_once_it_is_settled(
    api: Api, build: Build, store: Store
) -> None:
    order(api, "web-1", amount=1000, status="PAID")
    build()
    assert rollups.late_hours(store, "shop", 10)  # a list may lag behind what was just written

    hour = datetime(2026, 3, 28, 12, tzinfo=UTC)
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    version = store.write(rollups.marked("shop", hour, long_ago))["v"]
    assert isinstance(version, int)
    store.write(rollups.late("shop", hour, version))
    build()

    assert rollups.late_hours(store, "shop", 10) == []


def test_a_report_that_is_kept_tells_when_it_is_behind(api: Api, build: Build) -> None:
    order(api, "web-1", amount=1000, status="PAID")
    build(label=DAY)
    assert report_of().is_current

    api.put("/v1/orders/web-1", {"amount": 2000})
    build(label="2026-03-27")

    assert not report_of().is_current
    assert report_of().report.contents.sales.gross == 1000


def test_the_run_makes_all_that_ended_since_the_last_report(api: Api, build: Build) -> None:
    before = datetime.now(UTC).date() - timedelta(days=4)
    build(label=before.isoformat())

    build(period="daily")

    kept = reports.list_reports(
        call(), reports.Wanted(Period.DAILY, before.isoformat(), today(), limit=10)
    )
    days = [(before + timedelta(days=each)).isoformat() for each in (3, 2, 1, 0)]
    assert [report.label for report in kept] == days
    assert api.project == "shop"


def test_nothing_is_reported_before_it_is_over(build: Build, api: Api) -> None:
    build(label=today())
    build(period="weekly")
    tomorrow = (datetime.now(UTC).date() + timedelta(days=1)).isoformat()

    assert report_of(today()).report.revision == 0
    assert not report_of(today()).report.is_complete
    with pytest.raises(NotFound):
        report_of(tomorrow)
    assert api.project == "shop"


def test_a_project_that_is_refused_fails_the_job_when_the_others_had_their_turn(
    store: Store,
) -> None:
    for project in ("a", "b"):
        projects.enter(store, project, datetime.now(UTC))
    turns: list[str] = []

    def run(call: Call, _period: Period, _label: str | None) -> list[Report]:
        turns.append(call.project)
        if call.project == "a":
            raise Contended("report", DAY)
        return []

    with pytest.raises(Unavailable):
        report_job(run)({}, Context("test", 1024, "test", 1e12))

    assert turns == ["a", "b"]


def test_a_report_that_cannot_be_is_asked_for_once(table: str) -> None:
    assert table

    def run(_call: Call, _period: Period, _label: str | None) -> list[Report]:
        raise NotFound("report", DAY)

    report_job(run)({"project": "shop", "label": DAY}, Context("test", 1024, "test", 1e12))


@pytest.mark.parametrize("label", ["2026-3-28", "2026-03", "yesterday", "", "0001-01-01"])
def test_no_report_is_called_by_what_is_no_day(table: str, label: str) -> None:
    assert table
    with pytest.raises(NotFound):
        report_of(label)


def test_sessions_that_ran_out_are_counted_where_they_ended(api: Api, changes: Changes) -> None:
    api.voucher("TEN", redemption={"quantity": 5})
    for key, ttl in (("short", 1), ("used", 1000_000), ("long", 1000_000)):
        session = {"type": "LOCK", "key": key, "ttl": ttl, "ttl_unit": "MILLISECONDS"}
        api.post("/v1/validations", {**api.redeeming("TEN"), "session": session})
    api.redeem("TEN", session={"type": "LOCK", "key": "used"}, order={"amount": 100})
    changes()

    assert report_of(today()).report.contents.sessions_lapsed == 1


def test_a_session_that_lapsed_is_counted_though_its_key_is_used_again(
    api: Api, changes: Changes
) -> None:
    api.voucher("TEN", redemption={"quantity": 5})
    for _ in range(3):
        session = {"type": "LOCK", "key": "till", "ttl": 1, "ttl_unit": "MILLISECONDS"}
        api.post("/v1/validations", {**api.redeeming("TEN"), "session": session})
    changes()

    assert report_of(today()).report.contents.sessions_lapsed == 3


def test_charts_have_every_hour_and_every_day(api: Api, changes: Changes) -> None:
    order(api, "web-1", amount=1000, status="PAID")
    changes()
    first = datetime(2026, 3, 28, tzinfo=UTC)

    by_hour = reports.hours(call(), first, first + timedelta(hours=23))
    by_day = reports.days(call(), date(2026, 3, 27), date(2026, 3, 29))

    assert [point.rollup.sold.count for point in by_hour] == [0] * 12 + [1] + [0] * 11
    assert by_hour[12].begins == first + timedelta(hours=12)
    assert [point.rollup.sold.gross for point in by_day] == [0, 1000, 0]
    with pytest.raises(InvalidQuery):
        reports.days(call(), date(2026, 1, 1), date(2026, 12, 31))


def test_a_sheet_takes_no_name_for_a_formula(api: Api, build: Build) -> None:
    api.campaign("=1+1")
    api.post("/v1/campaigns/=1+1/vouchers/SPRING-1", {})
    api.redeem("SPRING-1", order={"amount": 1000})
    build(label=DAY)

    lines = csv_of(report_of(today()).report).decode().splitlines()
    assert "campaigns,'=1+1,1,,100,,0" in lines


def test_a_report_is_read_by_its_period_and_label(api: Api, build: Build) -> None:
    order(api, "web-1", amount=1000, status="PAID")
    build(label=DAY)

    reply = api.get(f"/v1/reports/daily/{DAY}")

    told = reply.json
    assert (told["object"], told["revision"], told["current"]) == ("report", 1, True)
    assert told["sales"] == {"count": 1, "gross": 1000, "discounts": 0, "net": 1000}
    assert f"reports/shop/daily/{DAY}.csv" in told["files"]["csv"]
    assert api.get("/v1/reports/daily?first=2026-03-01").json["reports"][0]["label"] == DAY
    assert api.get("/v1/reports/daily?last=2026-03-01").json["reports"] == []


def test_a_day_that_goes_on_is_reported_as_it_is_now(api: Api, changes: Changes) -> None:
    order(api, "web-1", datetime.now(UTC).isoformat(), amount=1000, status="PAID")
    changes()

    told = api.get(f"/v1/reports/daily/{today()}").json

    assert (told["complete"], told["revision"], told["files"]) == (False, 0, None)
    assert told["sales"]["net"] == 1000


@pytest.mark.parametrize(
    "path", ["hourly/2026-03-28", "daily/2026-13-01", "daily/9999-12-31", "weekly/2026-03-28", "x"]
)
def test_what_is_no_report_is_not_found(api: Api, path: str) -> None:
    assert api.get(f"/v1/reports/{path}").status == 404


@pytest.mark.parametrize("query", ["first=tomorrow", "last=2026-03", "limit=0"])
def test_a_list_of_reports_is_not_asked_for_by_what_is_no_label(api: Api, query: str) -> None:
    reply = api.get(f"/v1/reports/daily?{query}")

    assert (reply.status, reply.json["key"]) == (400, "invalid_query_params")


@pytest.mark.parametrize(
    "path",
    [
        "daily?first=2026-03-29&last=2026-03-27",
        "weekly?first=2026-03-30&last=2026-03-23",
        "monthly?first=2026-04&last=2026-03",
    ],
)
def test_no_report_lies_between_labels_the_wrong_way_round(
    api: Api, build: Build, path: str
) -> None:
    order(api, "web-1", amount=1000, status="PAID")
    build(label=DAY)

    reply = api.get(f"/v1/reports/{path}")

    assert (reply.status, reply.json["reports"], reply.json["total"]) == (200, [], 0)


def test_a_session_that_ran_out_is_counted_on_its_order_and_one_that_ended_is_not(
    api: Api, changes: Changes
) -> None:
    on = call()
    made = order(api, "web-1", amount=100)
    api.redeem("NOPE", order={"source_id": "web-1"})
    api.put("/v1/orders/web-1", {"status": "PAID"})
    long_ago = (0, 1)
    orders.open_session(on.store, "shop", made["id"], "killed", long_ago, None)
    changes()
    assert report_of().report.contents.order_sessions_lapsed == 1

    api.put("/v1/orders/web-1", {"status": "FULFILLED"})
    changes()

    assert report_of().report.contents.order_sessions_lapsed == 1


def test_a_project_that_fails_keeps_no_other_from_its_report(
    api: Api, other_project_api: Api, build: Build, store: Store
) -> None:
    assert (api.project, other_project_api.project) == ("shop", "other")
    projects.enter(store, "broken", datetime.now(UTC))
    yesterday = (datetime.now(UTC).date() - timedelta(days=1)).isoformat()
    unreadable = rollup_keys.report("broken", "daily", yesterday)
    store.write(put(unreadable, Guard.STATE, {"rev": 1, "body": b""}))

    with pytest.raises(FunctionFailedError):
        build(label=yesterday)

    assert file(f"daily/{yesterday}.json")
    assert files_of(context.settings()).get(f"reports/other/daily/{yesterday}.json")
