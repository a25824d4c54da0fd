"""Which redemptions came before a rule that counts them, and where they are still to be counted."""

import doctest
from datetime import timedelta
from typing import Final

import pytest

from counterfoil.domain import backlogs
from counterfoil.domain.async_actions import AsyncAction, CountWork, is_due
from counterfoil.domain.backlogs import Backlog, marked, marks_in, newly_read, places_due
from counterfoil.domain.campaigns import Campaign
from counterfoil.domain.counts import Place
from counterfoil.domain.records import CampaignUse, Record, RecordStatus, Result, Use
from tests.builders import NOW, a_rule_set, a_sent_rule, amount_off, an_assigned_rule

VOUCHER: Final = amount_off(100)
USE: Final = Use(voucher=VOUCHER, version=1, generation="a" * 8)
OF_CAMPAIGN: Final = CampaignUse(id="camp_1", name="C", version=1, generation="c" * 8)
BACKLOG: Final = Backlog(
    kind="voucher", object_id=VOUCHER.id, generation="a" * 8, since=NOW, places="ku"
)
CAMPAIGN: Final = Campaign(id="camp_1", name="C", created_at=NOW)
PLACES: Final = {
    "redemption.count.per_customer": Place.CUSTOMER,
    "redemption.count.per_customer.daily": Place.CUSTOMER,
    "campaign.redemptions.customers_count": Place.CUSTOMER_IN_CAMPAIGN,
    "redemption.count.per_api_key": Place.API_KEY,
}


def reads(*names: str) -> str:
    return a_rule_set(*(a_sent_rule(each, {"$less_than": 5}) for each in names))


def a_redemption(use: Use | None = USE, **fields: object) -> Record:
    plain = {
        "id": "r_0123456789abcdef00",
        "date": NOW,
        "related_object_id": VOUCHER.id,
        "channel_id": "app",
        "use": use,
        "counted_on": "20260314/20260309",
    }
    return Record.model_validate(plain | fields)


@pytest.mark.parametrize(("name", "place"), PLACES.items())
def test_a_rule_is_the_first_to_read_what_none_has_read(name: str, place: Place) -> None:
    rule = an_assigned_rule(reads(name))

    assert newly_read(rule, [None], CAMPAIGN, "shop") == {place}
    assert newly_read(rule, [rule], CAMPAIGN, "shop") == set()
    assert newly_read(rule, [None, an_assigned_rule(reads(*PLACES))], CAMPAIGN, "shop") == set()


def test_what_every_redemption_counts_is_never_read_for_the_first_time() -> None:
    always = an_assigned_rule(reads("redemption.count.daily", "campaign.redemptions.count"))

    assert newly_read(always, [None], CAMPAIGN, "shop") == set()
    assert newly_read(an_assigned_rule(""), [None], CAMPAIGN, "shop") == set()


def test_what_a_campaign_counts_for_others_is_not_new_to_it() -> None:
    counted = CAMPAIGN.model_copy(update={"counted": {Place.CUSTOMER_IN_CAMPAIGN}})
    rule = an_assigned_rule(reads("campaign.redemptions.customers_count"))

    assert newly_read(rule, [None], counted, "shop") == set()


def test_without_a_campaign_its_customers_are_the_things_own() -> None:
    of_campaign = an_assigned_rule(reads("campaign.redemptions.customers_count"))
    own = an_assigned_rule(reads("redemption.count.per_customer"))

    assert newly_read(of_campaign, [None], None, "shop") == {Place.CUSTOMER}
    assert newly_read(of_campaign, [own], None, "shop") == set()


def test_a_redemption_is_due_where_it_is_not_counted_yet() -> None:
    counted = USE.model_copy(update={"places": "u"})

    assert places_due(a_redemption(), [BACKLOG]) == {Place.CUSTOMER, Place.API_KEY}
    assert places_due(a_redemption(counted), [BACKLOG]) == {Place.API_KEY}
    assert places_due(a_redemption(), []) == set()


@pytest.mark.parametrize(
    "fields",
    [
        {"status": RecordStatus.ROLLED_BACK},
        {"status": RecordStatus.FAILED, "result": Result.FAILURE},
        {"object": "redemption_rollback"},
        {"counted_on": ""},
        {"use": None},
        {"use": USE.model_copy(update={"generation": "b" * 8})},
        {"use": USE.model_copy(update={"voucher": amount_off(100, "OTHER")})},
    ],
)
def test_what_does_not_stand_or_is_of_another_is_due_nowhere(fields: dict[str, object]) -> None:
    assert places_due(a_redemption(**{"use": USE, **fields}), [BACKLOG]) == set()  # type: ignore[arg-type]  # any field


def test_all_of_a_campaign_is_due_in_its_own_life_only() -> None:
    own = Backlog(kind="campaign", object_id="camp_1", generation="c" * 8, since=NOW, places="v")
    use = USE.model_copy(update={"campaign": OF_CAMPAIGN})
    other = OF_CAMPAIGN.model_copy(update={"generation": "d" * 8})

    assert places_due(a_redemption(use), [own]) == {Place.CUSTOMER_IN_CAMPAIGN}
    assert places_due(a_redemption(use), [own, BACKLOG]) == {*PLACES.values()}
    assert places_due(a_redemption(), [own]) == set()
    later = USE.model_copy(update={"campaign": other})
    assert places_due(a_redemption(later), [own]) == set()


def test_marks_of_all_records_of_a_call_are_read_as_they_were_written() -> None:
    places = {index: [*PLACES.values()][: 1 + index % 3] for index in range(31)}

    text = marked(marked("", {5: [Place.API_KEY]}), places)

    assert marks_in(text) == {
        index: "".join(sorted({*each, *("k" if index == 5 else "")}))
        for index, each in places.items()
    }


def test_the_examples_are_true() -> None:
    assert doctest.testmod(backlogs).failed == 0


def test_only_the_second_walk_waits() -> None:
    def action(*, again: bool) -> AsyncAction:
        work = CountWork(
            type="VALIDATION_RULES.COUNT",
            rule_id="val_1",
            assignment_id="asgm_1",
            backlogs=(BACKLOG,),
            again=again,
        )
        return AsyncAction(id="aa_1", work=work, total=1, request_id="v-1", created_at=NOW)

    early, late = NOW + timedelta(seconds=14.9), NOW + timedelta(seconds=15)

    assert is_due(action(again=False), NOW)
    assert not is_due(action(again=True), early)
    assert is_due(action(again=True), late)
