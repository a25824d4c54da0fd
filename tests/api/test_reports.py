"""Reports, from the calls of a shop through the stream to the files."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import boto3
import pytest

from counterfoil.api import context
from counterfoil.api.background import call_of
from counterfoil.domain.report_periods import Period
from counterfoil.operations import reports
from counterfoil.operations.call import Call
from counterfoil.operations.reports import Named
from local.gateway import Gateway
from local.invocation import Context
from local.template import Template
from tests.api.client import Api

Changes = Callable[[], int]
DAY: Final = "2026-03-28"


def call() -> Call:
    return call_of("shop", Context("test", 1024, "test", 1e12))


def invoke(gateway: Gateway, described: Template, **event: str) -> None:
    gateway.invoke(described.functions["BuildReports"], {**event}, "test")


def file(name: str) -> bytes:
    bucket = boto3.client("s3")
    return bucket.get_object(Bucket=context.settings().files, Key=name)["Body"].read()


def order(api: Api, source: str, at: str, **fields: object) -> Any:  # noqa: ANN401
    reply = api.post("/v1/orders", {"source_id": source, "created_at": at, **fields})
    assert reply.status == 200, reply.body
    return reply.json


def report_of(day: str = DAY) -> reports.Shown:
    return reports.get(call(), Named(Period.DAILY, day))


def test_a_day_is_reported_with_what_was_ordered_on_it(api: Api, changes: Changes) -> None:
    order(api, "before", "2026-03-27T23:59:59.999Z", amount=99, status="PAID")
    order(api, "first", f"{DAY}T00:00:00Z", amount=1000, status="PAID")
    order(api, "last", f"{DAY}T23:59:59.999Z", amount=501, status="FULFILLED")
    order(api, "open", f"{DAY}T12:00:00Z", amount=70)
    order(api, "after", "2026-03-29T00:00:00Z", amount=99, status="PAID")
    changes()

    told = report_of().report.contents

    assert (told.sales.count, told.sales.gross, told.sales.net) == (2, 1501, 1501)
    assert told.average_order == 751
    assert told.by_status["CREATED"].gross == 70
    assert told.orders.count == 3
