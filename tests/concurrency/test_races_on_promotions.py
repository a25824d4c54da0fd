"""Promotion tiers and stacks under races of real processes (protocol.md §9b)."""

import pytest

from local.http_messages import HttpRequest
from tests.concurrency.crew import Crew, Visit, Worker
from tests.concurrency.engines import EVERY_ENGINE
from tests.concurrency.shop import Requests, Shop, key_of, statuses
from tests.concurrency.stalls import stalled

pytestmark = [pytest.mark.engine, EVERY_ENGINE]

AMOUNT_OFF = {"action": {"discount": {"type": "AMOUNT", "amount_off": 100}}}
# What a creation needs, or the tier and what goes with it, and then the commit.
CREATION_COMMITS = 2
DELETION_COMMITS = 3


def campaign(shop: Shop) -> str:
    """The id of a campaign of promotions."""
    body = {"name": "Autumn", "campaign_type": "PROMOTION"}
    return str(shop.done(shop.request("POST", "/v1/campaigns", body)).body["id"])


def creating(shop: Requests, owner: str) -> HttpRequest:
    return shop.request("POST", f"/v1/promotions/{owner}/tiers", AMOUNT_OFF)


def tier(shop: Shop, owner: str) -> str:
    return str(shop.done(creating(shop, owner)).body["id"])


def stacking(shop: Requests, owner: str, *tiers: str) -> HttpRequest:
    body = {"name": "S", "tiers": {"ids": [*tiers]}}
    return shop.request("POST", f"/v1/promotions/{owner}/stacks", body)


def redeeming(shop: Requests, *tiers: str) -> HttpRequest:
    redeemables = [{"object": "promotion_tier", "id": each} for each in tiers]
    body = {"redeemables": redeemables, "order": {"amount": 1000}}
    return shop.request("POST", "/v1/redemptions", body)


def deleting(shop: Requests, tier_id: str) -> HttpRequest:
    return shop.request("DELETE", f"/v1/promotions/tiers/{tier_id}")


def changing(shop: Requests, tier_id: str, amount_off: int) -> HttpRequest:
    body = {"action": {"discount": {"type": "AMOUNT", "amount_off": amount_off}}}
    return shop.request("PUT", f"/v1/promotions/tiers/{tier_id}", body)


def test_tiers_that_are_created_at_once_have_places_of_their_own(shop: Shop, crew: Crew) -> None:
    owner = campaign(shop)
    for _ in range(shop.engine.rounds(3, 1)):
        outcomes = crew.visits([creating(shop, owner)] * 16)

        assert {key_of(it) for it in outcomes} <= {None, "multiple_requests"}
        assert 200 in statuses(outcomes)
    shop.require_sound()
    listed = shop.done(shop.request("GET", f"/v1/promotions/{owner}/tiers"))
    tiers = listed.body["tiers"]
    assert isinstance(tiers, list)
    places = [each["hierarchy"] for each in tiers if isinstance(each, dict)]
    assert places == list(range(1, len(tiers) + 1))


def test_a_tier_counts_every_redemption_of_forty_at_once(shop: Shop, crew: Crew) -> None:
    name = tier(shop, campaign(shop))

    outcomes = crew.visits([redeeming(shop, name)] * 40)

    done = statuses(outcomes).count(200)
    assert {key_of(it) for it in outcomes} <= {None, "multiple_requests"}
    shop.require_sound()
    shown = shop.done(shop.request("GET", f"/v1/promotions/tiers/{name}"))
    assert shown.body["summary"] == {
        "redemptions": {"total_redeemed": done},
        "orders": {"total_amount": 900 * done, "total_discount_amount": 100 * done},
    }


def test_every_redemption_goes_by_one_definition_of_a_tier_that_changes(
    shop: Shop, crew: Crew
) -> None:
    name = tier(shop, campaign(shop))
    for number in range(shop.engine.rounds(3, 1)):
        changes = [changing(shop, name, 100 + number * 10 + n) for n in range(4)]

        crew.visits([*changes, *[redeeming(shop, name)] * 16])

        for record in shop.require_sound().records:
            assert record.use is not None
            assert record.use.tier is not None
            assert record.allocation.order == getattr(record.use.tier.discount, "amount_off", None)


def test_a_redemption_is_refused_by_a_change_in_whichever_bucket_it_counts(
    shop: Shop, worker: Worker
) -> None:
    name = tier(shop, campaign(shop))
    # Reading the tier, its campaign, and then the commit.
    slow = stalled(worker, Visit(redeeming(shop, name)), 3)

    shop.done(changing(shop, name, 300))

    outcome = slow.goes_on()
    assert outcome.status == 200
    (record,) = shop.require_sound().records
    assert record.allocation.order == 300


def test_a_deleted_tier_is_redeemed_before_or_not_at_all(shop: Shop, crew: Crew) -> None:
    owner = campaign(shop)
    for _ in range(shop.engine.rounds(3, 1)):
        name = tier(shop, owner)

        outcomes = crew.visits([*[redeeming(shop, name)] * 12, *[deleting(shop, name)] * 4])

        assert {key_of(it) for it in outcomes[:12]} <= {None, "not_found", "multiple_requests"}
        shop.require_sound()


def test_a_stack_never_has_a_tier_that_is_gone(shop: Shop, worker: Worker) -> None:
    owner = campaign(shop)
    first, second = tier(shop, owner), tier(shop, owner)
    slow = stalled(worker, Visit(stacking(shop, owner, first, second)), CREATION_COMMITS)

    assert shop.ask(deleting(shop, second)).status == 204

    outcome = slow.goes_on()
    assert (outcome.status, key_of(outcome)) == (400, "invalid_payload")
    shop.require_sound()


def test_a_tier_that_a_stack_just_took_is_not_deleted(shop: Shop, worker: Worker) -> None:
    owner = campaign(shop)
    first, second = tier(shop, owner), tier(shop, owner)
    slow = stalled(worker, Visit(deleting(shop, second)), DELETION_COMMITS)

    shop.done(stacking(shop, owner, first, second))

    outcome = slow.goes_on()
    assert (outcome.status, key_of(outcome)) == (400, "resource_in_use")
    shop.require_sound()


def test_the_last_place_is_known_when_tiers_come_and_go_at_once(shop: Shop, crew: Crew) -> None:
    owner = campaign(shop)
    for _ in range(shop.engine.rounds(3, 1)):
        made = [tier(shop, owner) for _ in range(4)]

        crew.visits([*[deleting(shop, each) for each in made], *[creating(shop, owner)] * 4])

        shop.require_sound()


def test_changes_of_a_stack_at_once_leave_its_tiers_counted(shop: Shop, crew: Crew) -> None:
    owner = campaign(shop)
    tiers = [tier(shop, owner) for _ in range(4)]
    stack = shop.done(stacking(shop, owner, *tiers[:2])).body["id"]
    path = f"/v1/promotions/{owner}/stacks/{stack}"
    for _ in range(shop.engine.rounds(3, 1)):
        pairs = [tiers[n % 4 :][:1] + tiers[n % 3 + 1 :][:1] for n in range(1, 12)]
        bodies = [{"tiers": {"ids": list(dict.fromkeys(pair))}} for pair in pairs]

        outcomes = crew.visits([shop.request("PUT", path, body) for body in bodies])

        assert {key_of(it) for it in outcomes} <= {None, "multiple_requests"}
        assert 200 in statuses(outcomes)
        shop.require_sound()
