"""The audit: nothing where all is well, and each of some eighty wrongs."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any, Final

import boto3
import pytest

from counterfoil.api import context
from counterfoil.api.background import call_of
from counterfoil.api.stores import files_of
from counterfoil.domain.audits import PHASES, Audit, Difference
from counterfoil.domain.errors import Unavailable
from counterfoil.operations import audits as operation
from counterfoil.operations.call import Call
from counterfoil.storage import audits as kept
from counterfoil.storage.marshal import plain_item, typed_item
from counterfoil.storage.store import Patience, Store
from local.gateway import Gateway
from local.invocation import Context
from local.template import Template
from tests.api.audited_shop import WRONGS, Item, Wrong, furnish
from tests.api.client import Api

Auditing = Callable[[], Audit]
# The items of the furnished shop: to furnish it takes longer than anything else here.
SHOP: Final[list[Item]] = []


@cache
def _client() -> Any:  # noqa: ANN401  # as the fixtures' own
    return boto3.client("dynamodb")


def items_of(table: str) -> list[Item]:
    pages = _client().get_paginator("scan").paginate(TableName=table)
    found = [plain_item(item) for page in pages for item in page["Items"]]
    return sorted(found, key=lambda item: (item["pk"], item["sk"]))


@pytest.fixture
def shop(api: Api, store: Store, table: str) -> list[Item]:
    """The items of a shop in which much has happened, which are in the table."""
    if not SHOP:
        furnish(api, store)
        SHOP.extend(items_of(table))
        return SHOP
    for item in SHOP:
        _client().put_item(TableName=table, Item=typed_item(item))
    return SHOP


@pytest.fixture
def audit(gateway: Gateway, described: Template) -> Auditing:
    """Goes on with the audit, and tells of the last one that is over."""

    def audited() -> Audit:
        gateway.invoke(described.functions["AuditBooks"], {"settle_seconds": 0}, "test")
        store = call_of("shop", Context("test", 1024, "test", 1e12)).store
        (report, *_) = kept.reports(store, "shop", 1)
        return report

    return audited


def test_a_sound_shop_differs_nowhere(shop: list[Item], audit: Auditing) -> None:
    assert shop

    report = audit()

    assert report.differences == ()
    assert report.left_out == 0
    assert report.examined["order"] == 7


@pytest.mark.parametrize("wrong", WRONGS, ids=lambda wrong: wrong.name)
def test_it_finds(wrong: Wrong, shop: list[Item], table: str, audit: Auditing) -> None:
    item = wrong.chosen(shop)
    after = wrong.becomes(item)
    key = {name: {"S": item[name]} for name in ("pk", "sk")}
    if after is None:
        _client().delete_item(TableName=table, Key=key)
    else:
        _client().put_item(TableName=table, Item=typed_item(after))

    report = audit()

    assert report.differences


def test_what_was_found_is_told_in_a_line_and_in_a_file(
    shop: list[Item], table: str, audit: Auditing, capsys: pytest.CaptureFixture[str]
) -> None:
    item = next(each for each in shop if each["pk"].startswith("shop#T#O#"))
    _client().put_item(TableName=table, Item=typed_item({**item, "n": 100}))

    report = audit()

    (line,) = [it for it in capsys.readouterr().out.splitlines() if '"audit_difference"' in it]
    told = json.loads(line)
    assert (told["audit_difference"], told["project"], told["what"]) == (1, "shop", "total")
    found = files_of(context.settings()).get(f"reports/shop/audits/{report.day}.json")
    assert found is not None
    (difference,) = json.loads(found)["differences"]
    # An order is counted in a part that its random id decides: this one had one or more of them.
    assert difference["expected"] == 7
    assert difference["found"] == 7 - item["n"] + 100


def test_an_audit_that_is_over_begins_again_on_another_day_only(
    shop: list[Item], audit: Auditing
) -> None:
    assert shop
    assert audit().differences == ()
    item = next(each for each in shop if each["pk"].startswith("shop#T#O#"))
    _client().put_item(TableName=context.settings().table, Item=typed_item({**item, "n": 100}))

    assert audit().differences == ()


def test_any_number_of_runs_goes_through_it_slice_by_slice(shop: list[Item], table: str) -> None:
    item = next(each for each in shop if each["pk"].startswith("shop#T#O#"))
    _client().put_item(TableName=table, Item=typed_item({**item, "n": 100}))
    runs = 0
    found: list[Difference] = []

    while not kept.reports(patient(0).store, "shop", 1):
        found += operation.run(patient(slices=6), settle_seconds=0)
        runs += 1

    assert runs > len(PHASES)
    assert [each.what for each in found] == ["total"]


def test_an_audit_is_over_only_when_its_file_is_kept(shop: list[Item]) -> None:
    assert shop
    call = call_of("shop", Context("test", 1024, "test", 1e12))
    assert call.files is not None
    with pytest.raises(Unavailable):
        operation.run(replace(call, files=replace(call.files, bucket="nowhere")), settle_seconds=0)
    assert kept.reports(call.store, "shop", 1) == []

    operation.run(call, settle_seconds=0)

    (report,) = kept.reports(call.store, "shop", 1)
    assert call.files.has(f"reports/shop/audits/{report.day}.json")


def patient(slices: int) -> Call:
    """A call with time for so many slices and what keeping them takes."""
    call = call_of("shop", Context("test", 1024, "test", 1e12))
    left = iter([1e6] * slices)
    patience = Patience(left=lambda: next(left, 19.0), pause=lambda _: None)
    return replace(call, store=replace(call.store, patience=patience))


def test_what_moves_while_it_is_looked_at_is_no_difference(shop: list[Item], table: str) -> None:
    """A difference that is gone at the second look was a write on its way."""
    item = next(each for each in shop if each["pk"].startswith("shop#T#O#"))
    _client().put_item(TableName=table, Item=typed_item({**item, "n": 100}))
    call = call_of("shop", Context("test", 1024, "test", 1e12))
    assert operation.run(call, settle_seconds=600) == ()
    _client().put_item(TableName=table, Item=typed_item(item))

    assert operation.run(call, settle_seconds=0) == ()

    (report,) = kept.reports(call.store, "shop", 1)
    assert report.differences == ()
