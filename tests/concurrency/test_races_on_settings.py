"""Categories and stacking rules lie in one item: what one request sets, another does not lose."""

import json
from datetime import UTC, datetime

import pytest

from counterfoil.storage import credentials
from counterfoil.storage.credentials import Kind
from local.http_messages import HttpRequest
from tests.concurrency.crew import Crew
from tests.concurrency.engines import EVERY_ENGINE
from tests.concurrency.shop import Shop, key_of

pytestmark = [pytest.mark.engine, EVERY_ENGINE]


def test_categories_that_are_made_at_once_are_all_kept(shop: Shop, crew: Crew) -> None:
    made: set[object] = set()
    for wave in range(shop.engine.rounds(3, 1)):
        names = (f"{wave}-{number}" for number in range(16))
        requests = [shop.request("POST", "/v1/categories", {"name": name}) for name in names]

        outcomes = crew.visits(requests)

        assert {key_of(it) for it in outcomes} <= {None, "multiple_requests"}
        made |= {it.body["id"] for it in outcomes if it.status == 200}
    shop.require_sound()
    listed = json.loads(shop.done(shop.request("GET", "/v1/categories")).raw)["data"]
    assert {each["id"] for each in listed} == made
    assert made


def test_rules_that_are_set_at_once_are_set_once(shop: Shop, crew: Crew) -> None:
    managing = f"managing-{shop.project}"
    now = datetime.now(UTC)
    credentials.mint(shop.engine.store, shop.project, managing, shop.token, now, Kind.MANAGEMENT)
    headers = {"X-Management-Id": managing, "X-Management-Token": shop.token}
    target = f"/management/v1/projects/{shop.project}/stacking-rules"

    outcomes = crew.visits([HttpRequest("POST", target, headers, b"{}")] * 16)

    assert {key_of(it) for it in outcomes} <= {None, "stacking_rules_exist", "multiple_requests"}
    (made,) = (it.body["id"] for it in outcomes if it.status == 200)
    listed = json.loads(shop.done(HttpRequest("GET", target, headers)).raw)["data"]
    assert [each["id"] for each in listed] == [made]
