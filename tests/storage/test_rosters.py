"""A campaign's roster and its entries (protocol.md §9b)."""

from collections.abc import Iterable

import pytest

from counterfoil.domain.discounts import AmountOff
from counterfoil.domain.promotions import PromotionTier
from counterfoil.storage import keys, rosters
from counterfoil.storage.plans import Action, Plan
from counterfoil.storage.rosters import Roster
from counterfoil.storage.store import Refused, Store
from tests.builders import NOW

CAMPAIGN = "camp_1"


def a_tier(name: str, place: int) -> PromotionTier:
    discount = AmountOff(type="AMOUNT", amount_off=1)
    return PromotionTier(
        id=name, campaign_id=CAMPAIGN, discount=discount, hierarchy=place, created_at=NOW
    )


def write(store: Store, *actions: Action | Iterable[Action]) -> None:
    plan = Plan()
    for each in actions:
        plan.add(*((each,) if isinstance(each, Action) else each))
    store.commit(plan, "token" + str(id(plan)))


def known(store: Store) -> Roster:
    return rosters.roster(store.get_all([keys.roster("p", CAMPAIGN)]), "p", CAMPAIGN)


def test_a_campaign_that_never_had_a_tier_has_an_empty_roster(store: Store) -> None:
    assert known(store) == Roster(CAMPAIGN)
    assert rosters.tiers_of(store, "p", CAMPAIGN) == []


def test_a_second_tier_that_was_read_with_the_first_is_refused(store: Store) -> None:
    seen = known(store)
    write(store, rosters.entered("p", seen, a_tier("promo_1", 1)))

    with pytest.raises(Refused):
        write(store, rosters.entered("p", seen, a_tier("promo_2", 1)))

    write(store, rosters.entered("p", known(store), a_tier("promo_2", 2)))
    assert (known(store).version, known(store).last) == (2, 2)


def test_several_tiers_enter_in_one_transaction(store: Store) -> None:
    seen = known(store)

    write(
        store,
        rosters.entered("p", seen, a_tier("promo_2", 2)),
        rosters.entered("p", Roster(CAMPAIGN, last=2), a_tier("promo_1", 1)),
    )

    entries = rosters.tiers_of(store, "p", CAMPAIGN)
    assert [(each.tier_id, each.hierarchy) for each in entries] == [("promo_1", 1), ("promo_2", 2)]
    assert known(store).last == 2


def test_a_closed_roster_takes_no_tier(store: Store) -> None:
    write(store, rosters.entered("p", known(store), a_tier("promo_1", 1)))
    write(store, rosters.closed("p", CAMPAIGN))

    assert known(store).closed
    with pytest.raises(Refused):
        write(store, rosters.entered("p", known(store), a_tier("promo_2", 2)))
    write(store, rosters.left("p", known(store), a_tier("promo_1", 1), 0))
    assert rosters.tiers_of(store, "p", CAMPAIGN) == []


def test_a_roster_is_closed_before_there_is_a_tier(store: Store) -> None:
    write(store, rosters.closed("p", CAMPAIGN))

    with pytest.raises(Refused):
        write(store, rosters.entered("p", known(store), a_tier("promo_1", 1)))


def test_only_a_tier_of_the_campaign_is_stacked(store: Store) -> None:
    with pytest.raises(Refused):
        write(store, rosters.stacked("p", CAMPAIGN, "promo_1"))


def test_a_tier_leaves_when_no_stack_has_it_any_more(store: Store) -> None:
    tier = a_tier("promo_1", 1)
    write(store, rosters.entered("p", known(store), tier))
    write(store, rosters.stacked("p", CAMPAIGN, tier.id))

    with pytest.raises(Refused):
        write(store, rosters.left("p", known(store), tier, 0))

    write(store, rosters.unstacked("p", CAMPAIGN, tier.id))
    with pytest.raises(Refused):
        write(store, rosters.unstacked("p", CAMPAIGN, tier.id))
    write(store, rosters.left("p", known(store), tier, 0))
    assert known(store).last == 0
