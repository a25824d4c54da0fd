"""The vouchers of a campaign under races of real processes: how many there are, and their uses."""

import pytest

from local.gateway import HttpRequest
from tests.concurrency.crew import Crew, Visit, Worker
from tests.concurrency.engines import EVERY_ENGINE
from tests.concurrency.mixed_stacks import campaign, member
from tests.concurrency.shop import Shop, key_of, redemption_of, statuses
from tests.concurrency.stalls import stalled

pytestmark = [pytest.mark.engine, EVERY_ENGINE]

ORDER = {"items": [{"source_id": "mug", "related_object": "product", "price": 1000}]}
# What is redeemed, its campaign, and then the commit.
REDEMPTION_COMMITS = 3


def adding(shop: Shop, owner: str, code: str) -> HttpRequest:
    return shop.request("POST", f"/v1/campaigns/{owner}/vouchers/{code}", {})


def members(shop: Shop, owner: str) -> object:
    return shop.done(shop.request("GET", f"/v1/campaigns/{owner}")).body["vouchers_count"]


def test_a_campaign_counts_every_redemption_of_forty_at_once(shop: Shop, crew: Crew) -> None:
    owner = campaign(shop, "Autumn")
    codes = [member(shop, owner, f"M{n}", redemption={"quantity": 6}) for n in range(5)]

    outcomes = crew.visits([shop.redeeming(code, order=ORDER) for code in codes * 8])

    assert {key_of(it) for it in outcomes} == {None, "quantity_exceeded"}
    assert statuses(outcomes).count(200) == 30
    assert shop.require_sound().campaign_used(owner) == 30
    done = [redemption_of(it.body) for it in outcomes if it.status == 200]
    crew.visits([shop.undoing(each) for each in done[:10] * 3])
    assert shop.require_sound().campaign_used(owner) == 20


def test_a_campaign_knows_all_the_vouchers_that_come_and_go_at_once(shop: Shop, crew: Crew) -> None:
    owner = campaign(shop, "Autumn")
    for number in range(shop.engine.rounds(3, 1)):
        there = [member(shop, owner, f"T{number}-{n}") for n in range(8)]
        gone = [shop.request("DELETE", f"/v1/vouchers/{code}") for code in there]

        outcomes = crew.visits([*gone, *[adding(shop, owner, f"N{number}-{n}") for n in range(8)]])

        assert set(statuses(outcomes)) == {200, 204}
        shop.require_sound()
        assert members(shop, owner) == 8 * (number + 1)


def test_one_campaign_is_created_once_by_sixteen_at_once(shop: Shop, crew: Crew) -> None:
    voucher = {"type": "GIFT_VOUCHER", "gift": {"amount": 100}}
    kind = {"campaign_type": "GIFT_VOUCHERS", "voucher": voucher}
    body = {"name": "One", "vouchers_count": 5, **kind}

    outcomes = crew.visits([shop.request("POST", "/v1/campaigns", body)] * 16)

    assert statuses(outcomes).count(200) == 1
    assert {key_of(it) for it in outcomes} == {None, "duplicate_found"}
    assert len(shop.require_sound().vouchers) == 5


def test_a_campaign_that_is_disabled_meanwhile_lets_nothing_be_redeemed(
    shop: Shop, worker: Worker
) -> None:
    owner = campaign(shop, "Autumn")
    code = member(shop, owner, "M")
    slow = stalled(worker, Visit(shop.redeeming(code, order=ORDER)), REDEMPTION_COMMITS)

    shop.done(shop.request("POST", f"/v1/campaigns/{owner}/disable"))

    assert key_of(slow.goes_on()) == "voucher_disabled"
    assert shop.require_sound().campaign_used(owner) == 0
