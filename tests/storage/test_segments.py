"""The lists and memberships of a static segment with more customers than a transaction holds."""

from dataclasses import replace

import pytest

from counterfoil.domain.segments import MAX_DYNAMIC, Segment
from counterfoil.storage import keys, segment_keys, segments
from counterfoil.storage.plans import Action, Guard, Plan
from counterfoil.storage.segments import AT_ONCE, Stored
from counterfoil.storage.store import Patience, Question, Refused, Store
from tests.builders import NOW

SEGMENT = Segment(id="seg_" + "0" * 24, name="S", type="static", created_at=NOW)
# Two parts of the list, and a last slice that is not full.
NAMES = [f"cust_{number:024}" for number in range(4 * AT_ONCE + 10)]


def commit(store: Store, token: str, *actions: Action) -> None:
    plan = Plan()
    plan.add(*actions)
    store.commit(plan, token)


def stored(store: Store) -> Stored:
    items = store.get_all(segments.keys_of("shop", [SEGMENT.id]))
    found = segments.stored(items, "shop", SEGMENT.id)
    assert found is not None
    return found


def joined(store: Store) -> list[str]:
    """The customers who have a membership."""
    wanted = [keys.membership("shop", each, SEGMENT.id) for each in NAMES]
    items = store.get_all(wanted)
    return [name for name, key in zip(NAMES, wanted, strict=True) if key in items]


def test_memberships_come_and_go_slice_by_slice_in_the_order_of_the_list(store: Store) -> None:
    store = replace(store, patience=Patience(left=lambda: 9.0, pause=lambda _: None))
    commit(store, "create", *segments.created("shop", SEGMENT, NAMES, 0, "by"))
    assert segments.customers_of(store, "shop", stored(store)) == NAMES
    assert not stored(store).in_force

    sizes: list[int] = []
    while some := segments.next_to_join(store, "shop", before := stored(store)):
        commit(store, f"fill {len(sizes)}", *segments.filled("shop", before, some, "by"))
        sizes.append(len(some))
    assert sizes == [AT_ONCE] * 4 + [10]
    assert stored(store).in_force
    assert joined(store) == NAMES

    commit(store, "mark", segments.marked("shop", stored(store), "by"))
    while some := segments.next_to_leave(store, "shop", before := stored(store)):
        commit(store, f"empty {len(sizes)}", *segments.emptied("shop", before, some, "by"))
        sizes.append(len(some))
    assert sizes[5:] == [10] + [AT_ONCE] * 4
    assert joined(store) == []

    commit(store, "remove", *segments.removed("shop", stored(store), ()))
    assert store.query(Question(segment_keys.segment("shop", SEGMENT.id).pk)) == ()


def test_the_longest_list_fits_one_transaction_with_its_action_and_answer() -> None:
    names = [f"cust_{number:024}" for number in range(20_000)]
    plan = Plan()

    plan.add(*segments.created("shop", SEGMENT, names, 0, "by"))

    plan.require_fitting()
    assert len(plan) < 98
    removal = list(segments.removed("shop", Stored(SEGMENT, 1, len(names)), ()))
    assert len(removal) == len(plan)


def test_a_filter_too_many_is_refused_whatever_was_read(store: Store) -> None:
    fitting = SEGMENT.model_copy(update={"type": "passive", "filter": {"junction": "and"}})
    place = segment_keys.filters("shop")
    store.write(Action(place, Guard.STATE, sets={"n": MAX_DYNAMIC - 1}))
    commit(store, "last", *segments.created("shop", fitting, (), 0, "by"))

    other = fitting.model_copy(update={"id": "seg_" + "1" * 24})
    with pytest.raises(Refused):
        commit(store, "more", *segments.created("shop", other, (), 0, "by"))

    items = store.get_all([place])
    assert segments.with_filters(items, "shop") == [fitting.id]


def test_only_what_can_be_an_id_is_asked_for() -> None:
    assert segments.keys_of("shop", ["seg_", "x", "seg_" + "#" * 24, SEGMENT.id]) == [
        segment_keys.segment("shop", SEGMENT.id)
    ]


def test_a_membership_of_any_name_is_one_key_of_the_customer() -> None:
    strange = keys.membership("shop", NAMES[0], "x#y" * 700)

    assert strange.pk == keys.customer("shop", NAMES[0]).pk
    assert strange.sk.count("#") == 1
    assert len(strange.sk) < 100
