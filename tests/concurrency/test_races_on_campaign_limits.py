"""The limit of a campaign under races of real processes (protocol.md §5)."""

from collections.abc import Mapping, Sequence

import pytest

from counterfoil.domain.redemption_payloads import RedeemablePayload
from counterfoil.operations import redeemables
from counterfoil.operations.snapshots import completed
from counterfoil.operations.subjects import Subject
from counterfoil.storage.keys import Key
from counterfoil.storage.marshal import Attributes
from counterfoil.storage.plans import Action, Guard
from local.http_messages import HttpRequest
from tests.concurrency.crew import Crew, Visit, Worker
from tests.concurrency.engines import EVERY_ENGINE
from tests.concurrency.shop import Requests, Shop, key_of, redemption_of, statuses
from tests.concurrency.stalls import stalled
from tests.concurrency.worker import Outcome
from tests.concurrency.workmen import call_of

pytestmark = [pytest.mark.engine, EVERY_ENGINE]

VOUCHER = {"discount": {"type": "AMOUNT", "amount_off": 10}}
NAMES = {None, "redemption_rules_violated", "multiple_requests"}
# The voucher is read, its campaign, all buckets, and then comes the commit. What no rule binds
# needs no buckets.
REDEMPTION_COMMITS = 4


def rules(most: int) -> dict[str, object]:
    condition = {"$less_than_or_equal": [most]}
    return {"1": {"name": "campaign.redemptions.count", "conditions": condition}}


def limited(shop: Shop, most: int, codes: int, *, rule: bool = True) -> tuple[str, list[str]]:
    """A rule, and the codes of a campaign that has it, if it is to have it from the beginning."""
    body: dict[str, object] = {"name": "most", "rules": rules(most)}
    made = str(shop.done(shop.request("POST", "/v1/validation-rules", body)).body["id"])
    first = {"validation_rules": [made]} if rule else {}
    shop.done(shop.request("POST", "/v1/campaigns", {"name": "C", "voucher": VOUCHER, **first}))
    names = [f"CODE-{number}" for number in range(codes)]
    for name in names:
        shop.done(shop.request("POST", f"/v1/campaigns/C/vouchers/{name}", {}))
    return made, names


def changing(shop: Requests, rule: str, most: int) -> HttpRequest:
    return shop.request("PUT", f"/v1/validation-rules/{rule}", {"rules": rules(most)})


def assigning(shop: Requests, rule: str, campaign: str = "C") -> HttpRequest:
    body = {"related_object_type": "campaign", "related_object_id": campaign}
    return shop.request("POST", f"/v1/validation-rules/{rule}/assignments", body)


def live(shop: Shop) -> int:
    """The redemptions of campaigns that count, each in the bucket that says so."""
    return sum(use.campaign is not None for use in shop.require_sound().uses())


def granted(outcomes: Sequence[Outcome], size: int = 1) -> int:
    return statuses(outcomes).count(200) * size


@pytest.mark.parametrize("most", [3, 20])
def test_a_limit_is_never_passed_by_different_codes_at_once(
    shop: Shop, crew: Crew, most: int
) -> None:
    _, codes = limited(shop, most, 10)
    wanted = [shop.redeeming(codes[place % 10]) for place in range(3 * most)]

    outcomes = crew.visits(wanted)

    assert {key_of(it) for it in outcomes} <= NAMES
    assert live(shop) == granted(outcomes) <= most
    for code in codes * 2:
        shop.ask(shop.redeeming(code))
    assert live(shop) == most


def test_a_limit_is_never_passed_by_stacks_of_its_codes(shop: Shop, crew: Crew) -> None:
    _, codes = limited(shop, 20, 9)
    stacks = [codes[start : start + 3] for start in (0, 3, 6)] * 5

    outcomes = crew.visits([shop.redeeming(*stack) for stack in stacks])

    assert {key_of(it) for it in outcomes} <= NAMES
    assert live(shop) == granted(outcomes, 3) <= 20
    for stack in stacks:
        shop.ask(shop.redeeming(*stack))
    assert live(shop) == 18


def test_rollbacks_and_redemptions_at_once_stay_within_the_limit(shop: Shop, crew: Crew) -> None:
    _, codes = limited(shop, 5, 5)
    for _ in range(shop.engine.rounds(3, 1)):
        made = [
            redemption_of(it.body)
            for it in map(shop.ask, map(shop.redeeming, codes))
            if it.status == 200
        ]

        crew.visits([*map(shop.undoing, made), *[shop.redeeming(code) for code in codes * 2]])

        assert live(shop) <= 5


def test_a_limit_that_is_raised_while_redemptions_run_is_never_passed(
    shop: Shop, crew: Crew
) -> None:
    rule, codes = limited(shop, 3, 8)

    crew.visits([changing(shop, rule, 5), *[shop.redeeming(code) for code in codes * 2]])

    assert live(shop) <= 5
    for code in codes:
        shop.ask(shop.redeeming(code))
    assert live(shop) == 5


def test_a_limit_that_is_lowered_while_redemptions_run_grants_nothing_beyond_it(
    shop: Shop, crew: Crew
) -> None:
    rule, codes = limited(shop, 40, 8)
    outcomes = crew.visits([changing(shop, rule, 4), *map(shop.redeeming, codes * 2)])
    assert outcomes[0].status == 200
    most = max(live(shop), 4)

    again = crew.visits([shop.redeeming(code) for code in codes])

    assert {key_of(it) for it in again} <= NAMES
    assert live(shop) <= most


def test_a_limit_that_comes_when_all_buckets_count_is_kept_exactly(shop: Shop, crew: Crew) -> None:
    rule, codes = limited(shop, 22, 8, rule=False)
    for code in codes * 2:
        shop.done(shop.redeeming(code))
    shop.done(assigning(shop, rule))

    outcomes = crew.visits([shop.redeeming(code) for code in codes * 2])

    assert {key_of(it) for it in outcomes} <= NAMES
    assert live(shop) == 16 + granted(outcomes) <= 22
    for code in codes:
        shop.ask(shop.redeeming(code))
    assert live(shop) == 22


def test_the_last_redemption_of_a_limit_is_refused_to_whoever_comes_second(
    shop: Shop, worker: Worker
) -> None:
    _, codes = limited(shop, 1, 2)
    slow = stalled(worker, Visit(shop.redeeming(codes[0])), REDEMPTION_COMMITS)

    shop.done(shop.redeeming(codes[1]))

    assert key_of(slow.goes_on()) == "redemption_rules_violated"
    assert live(shop) == 1


@pytest.mark.parametrize("change", [assigning, lambda shop, rule: changing(shop, rule, 0)])
def test_a_redemption_goes_by_the_limit_that_came_while_it_was_on_its_way(
    shop: Shop, worker: Worker, change: object
) -> None:
    assert callable(change)
    begins = change is not assigning
    rule, codes = limited(shop, 3 if begins else 0, 1, rule=begins)
    commits = REDEMPTION_COMMITS if begins else REDEMPTION_COMMITS - 1
    slow = stalled(worker, Visit(shop.redeeming(codes[0])), commits)

    shop.done(change(shop, rule))

    assert key_of(slow.goes_on()) == "redemption_rules_violated"
    assert live(shop) == 0


def test_what_was_counted_by_an_older_limit_is_judged_by_the_newer_one(
    shop: Shop, worker: Worker
) -> None:
    """One reads the limit, and the buckets only after redemptions and a change of the limit."""
    rule, codes = limited(shop, 3, 3)
    slow = stalled(worker, Visit(shop.redeeming(codes[0])), REDEMPTION_COMMITS - 1)
    for code in codes[1:]:
        shop.done(shop.redeeming(code))

    shop.done(changing(shop, rule, 2))

    assert key_of(slow.goes_on()) == "redemption_rules_violated"
    assert live(shop) == 2


def test_a_bucket_that_was_read_before_the_rule_was_known_is_read_again(
    shop: Shop, crew: Crew, worker: Worker
) -> None:
    """A tier comes with one of its buckets, and tells of the campaign whose rule reads them all."""
    many = 96
    shop.done(shop.request("POST", "/v1/campaigns", {"name": "P", "campaign_type": "PROMOTION"}))
    made = shop.done(shop.request("POST", "/v1/promotions/P/tiers", {"action": VOUCHER})).body
    redeemables = [{"object": "promotion_tier", "id": made["id"]}]
    body = {"redeemables": redeemables, "order": {"amount": 1000}}
    redeeming = shop.request("POST", "/v1/redemptions", body)
    entry = {"name": "redemption.count.daily", "conditions": {"$less_than_or_equal": [many]}}
    sent: dict[str, object] = {"name": "daily", "rules": {"1": entry}}
    rule = str(shop.done(shop.request("POST", "/v1/validation-rules", sent)).body["id"])

    slow = stalled(worker, Visit(redeeming), REDEMPTION_COMMITS - 2)
    for _ in range(many // 16):
        crew.visits([redeeming] * 16)
    for _ in range(many - live(shop)):
        shop.done(redeeming)
    shop.done(assigning(shop, rule, "P"))

    assert key_of(slow.goes_on()) == "redemption_rules_violated"
    assert live(shop) == many


def test_a_bucket_that_was_read_with_the_campaign_is_read_again(shop: Shop) -> None:
    """A batch is not atomic: the bucket may be older than the limit that is read beside it."""
    _, codes = limited(shop, 3, 1)
    call = call_of(shop.project, shop.engine.store)
    wanted = [RedeemablePayload(object="voucher", id=codes[0])]
    named = call.store.get_all(redeemables.keys_of(call, wanted))
    subject = Subject(lambda _: None, lambda _: ())
    raised: list[Key] = []

    def further(known: Mapping[Key, Attributes]) -> list[Key]:
        for key in () if raised else [each for each in known if each.sk.startswith("N#")]:
            if "#A#" in key.pk:
                call.store.write(Action(key, Guard.STATE, adds={"used": 7}))
                raised.append(key)
        return redeemables.further_keys(call, wanted, known, subject)

    items = completed(call, named, further)

    (bucket,) = raised
    assert items[bucket]["used"] == 7
    assert sum(key.pk == bucket.pk and key.sk.startswith("N#") for key in items) == 16


def test_a_voucher_that_gets_a_rule_while_it_becomes_a_limit_has_the_limit(
    shop: Shop, worker: Worker
) -> None:
    body: dict[str, object] = {"name": "none"}
    rule = str(shop.done(shop.request("POST", "/v1/validation-rules", body)).body["id"])
    code = shop.voucher("ALONE")
    # The rule is read, and then comes the commit.
    slow = stalled(worker, Visit(changing(shop, rule, 0)), 2)

    target = f"/v1/validation-rules/{rule}/assignments"
    shop.done(shop.request("POST", target, {"related_object_id": code}))

    assert slow.goes_on().status == 200
    assert key_of(shop.ask(shop.redeeming(code))) == "redemption_rules_violated"
    shop.require_sound()
