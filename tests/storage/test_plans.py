from dataclasses import replace
from itertools import product
from string import ascii_lowercase

import pytest

from counterfoil.domain.errors import InvalidPayload, InvalidRedeemables
from counterfoil.storage.keys import Key
from counterfoil.storage.plans import (
    ABSENT,
    MAX_ACTIONS,
    MAX_ITEM_BYTES,
    MAX_PLAN_BYTES,
    Action,
    Guard,
    Plan,
    names_in,
    put,
    request_of,
    transact_item,
)

KEY = Key("demo#O#ord_1", "#")
OTHER = Key("demo#O#ord_2", "#")
PRECEDENCE = [*("TURN", "IDEMPOTENCY", "FENCE", "SLOT", "CLAIM", "STATE", "EVENT")]


def an_action(key: Key = KEY, guard: Guard = Guard.STATE) -> Action:
    return Action(key, guard, sets={"st": "PAID"})


def a_key(number: int) -> Key:
    return Key(f"demo#O#{number}", "#")


def plan_of(*actions: Action) -> Plan:
    plan = Plan()
    plan.add(*actions)
    return plan


def of_bytes(size: int, number: int = 0) -> Action:
    return Action(a_key(number), Guard.STATE, sets={"body": bytes(size - len("body"))})


# Merging


def test_actions_on_different_items_stand_side_by_side_in_their_order() -> None:
    plan = plan_of(an_action(OTHER), an_action(KEY))

    assert [action.key for action in plan] == [OTHER, KEY]


def test_actions_on_one_item_become_one_in_the_place_of_the_first() -> None:
    plan = plan_of(an_action(KEY), an_action(OTHER), an_action(KEY))

    assert len(plan) == 2
    assert [action.key for action in plan] == [KEY, OTHER]


def test_actions_that_come_later_are_merged_as_well() -> None:
    plan = plan_of(Action(KEY, Guard.STATE, adds={"n": 1}))
    plan.add(Action(KEY, Guard.STATE, adds={"n": 2}))

    assert [action.adds for action in plan] == [{"n": 3}]


def test_what_two_actions_set_is_set_by_one_and_the_later_value_wins() -> None:
    first = Action(KEY, Guard.STATE, sets={"st": "CREATED", "ver": 2})
    second = Action(KEY, Guard.STATE, sets={"st": "PAID", "by": "me"})

    assert first.merged(second).sets == {"st": "PAID", "ver": 2, "by": "me"}


def test_what_two_actions_add_is_summed() -> None:
    first = Action(KEY, Guard.STATE, adds={"n": 1, "amt": 700})
    second = Action(KEY, Guard.STATE, adds={"amt": -200, "hv": 1})

    assert first.merged(second).adds == {"n": 1, "amt": 500, "hv": 1}


def test_the_conditions_of_both_actions_hold_with_the_values_of_both() -> None:
    first = Action(KEY, Guard.STATE, conditions=("#owner = :me",), values={"me": "a"})
    second = Action(KEY, Guard.STATE, conditions=("#alias = :it", ABSENT), values={"it": "b"})

    merged = first.merged(second)

    assert merged.conditions == ("#owner = :me", "#alias = :it", ABSENT)
    assert merged.values == {"me": "a", "it": "b"}


def test_what_either_action_removes_is_removed() -> None:
    first = Action(KEY, Guard.STATE, removes=("owner", "lease"))
    second = Action(KEY, Guard.STATE, removes=("alias",))

    assert first.merged(second).removes == ("owner", "lease", "alias")


@pytest.mark.parametrize(("first", "second"), list(product(Guard, Guard)))
def test_of_two_guards_the_one_that_decides_first_stays(first: Guard, second: Guard) -> None:
    merged = an_action(guard=first).merged(an_action(guard=second))

    assert merged.guard is min(first, second, key=lambda guard: PRECEDENCE.index(guard.name))


@pytest.mark.parametrize(("first", "second"), [(True, False), (False, True), (True, True)])
def test_an_item_that_is_deleted_cannot_be_written_too(*, first: bool, second: bool) -> None:
    actions = (Action(KEY, Guard.STATE, deletes=deletes) for deletes in (first, second))

    with pytest.raises(ValueError, match="one of which deletes it"):
        plan_of(*actions)


def test_merging_leaves_both_actions_as_they_were() -> None:
    first = Action(KEY, Guard.STATE, sets={"a": 1}, adds={"n": 1})
    second = Action(KEY, Guard.STATE, sets={"a": 2}, adds={"n": 1})

    first.merged(second)

    assert (first.sets, first.adds) == ({"a": 1}, {"n": 1})
    assert (second.sets, second.adds) == ({"a": 2}, {"n": 1})


def test_a_put_is_refused_when_its_item_is_there() -> None:
    action = put(KEY, Guard.EVENT, {"kind": ["a"]})

    assert action == Action(KEY, Guard.EVENT, sets={"kind": ["a"]}, conditions=(ABSENT,))


# What no transaction could hold


def test_a_hundred_items_fit_and_one_more_does_not() -> None:
    plan = plan_of(*(an_action(a_key(number)) for number in range(MAX_ACTIONS)))
    plan.require_fitting()

    plan.add(an_action(a_key(MAX_ACTIONS)))

    with pytest.raises(InvalidRedeemables, match="would write 101 items; the limit is 100"):
        plan.require_fitting()


def test_a_hundred_items_may_be_written_by_more_actions() -> None:
    plan = plan_of(*(an_action(a_key(number % MAX_ACTIONS)) for number in range(300)))

    plan.require_fitting()

    assert len(plan) == MAX_ACTIONS


def test_an_item_has_a_largest_size() -> None:
    plan_of(of_bytes(MAX_ITEM_BYTES)).require_fitting()

    with pytest.raises(InvalidPayload, match=f"One item .* 1 more than the .* {MAX_ITEM_BYTES}"):
        plan_of(of_bytes(MAX_ITEM_BYTES + 1)).require_fitting()


def test_an_answer_that_is_too_large_to_keep_is_called_that() -> None:
    answer = replace(of_bytes(MAX_ITEM_BYTES + 7), guard=Guard.IDEMPOTENCY)

    with pytest.raises(InvalidPayload, match=r"Idempotency-Key would be .* 7 more than"):
        plan_of(answer).require_fitting()


def test_a_plan_has_a_largest_size() -> None:
    part, parts = MAX_PLAN_BYTES // 12, range(12)
    plan_of(*(of_bytes(part, number) for number in parts)).require_fitting()

    with pytest.raises(InvalidRedeemables, match=f"12 more than the limit of {MAX_PLAN_BYTES}"):
        plan_of(*(of_bytes(part + 1, number) for number in parts)).require_fitting()


def test_the_size_of_an_action_counts_names_texts_bytes_and_what_its_conditions_carry() -> None:
    action = Action(
        KEY,
        Guard.STATE,
        sets={"body": b"12345", "st": "PAID", "ver": 7},
        values={"me": "abc"},
    )

    assert action.size == (4 + 5) + (2 + 4) + (3 + 24) + (2 + 3)


def test_an_action_that_only_adds_has_no_size_to_speak_of() -> None:
    assert Action(KEY, Guard.STATE, adds={"n": 1}).size == 0


# What goes over the wire


def test_an_update_sets_adds_and_removes_under_its_conditions() -> None:
    action = Action(
        KEY,
        Guard.FENCE,
        sets={"st": "PAID", "body": b"z"},
        adds={"fence": 1, "n": -2},
        removes=("owner", "lease"),
        conditions=("#owner = :me AND #fence = :f", "#lapsed < :now OR #st = :me"),
        values={"me": "h", "f": 7, "now": 9},
    )

    assert request_of(action) == {
        "Key": {"pk": {"S": "demo#O#ord_1"}, "sk": {"S": "#"}},
        "UpdateExpression": (
            "SET #st = :s_st, #body = :s_body ADD #fence :a_fence, #n :a_n REMOVE #owner, #lease"
        ),
        "ConditionExpression": "(#owner = :me AND #fence = :f) AND (#lapsed < :now OR #st = :me)",
        "ExpressionAttributeNames": {
            "#st": "st",
            "#body": "body",
            "#fence": "fence",
            "#n": "n",
            "#owner": "owner",
            "#lease": "lease",
            "#lapsed": "lapsed",
        },
        "ExpressionAttributeValues": {
            ":s_st": {"S": "PAID"},
            ":s_body": {"B": b"z"},
            ":a_fence": {"N": "1"},
            ":a_n": {"N": "-2"},
            ":me": {"S": "h"},
            ":f": {"N": "7"},
            ":now": {"N": "9"},
        },
    }


def test_a_value_that_is_set_and_compared_under_one_name_is_two_values() -> None:
    action = Action(KEY, Guard.STATE, sets={"pv": 3}, conditions=("#pv = :pv",), values={"pv": 2})

    assert request_of(action)["ExpressionAttributeValues"] == {
        ":s_pv": {"N": "3"},
        ":pv": {"N": "2"},
    }


def test_what_an_action_does_not_do_is_not_in_its_request() -> None:
    assert request_of(Action(KEY, Guard.STATE, adds={"n": 1})) == {
        "Key": {"pk": {"S": "demo#O#ord_1"}, "sk": {"S": "#"}},
        "UpdateExpression": "ADD #n :a_n",
        "ExpressionAttributeNames": {"#n": "n"},
        "ExpressionAttributeValues": {":a_n": {"N": "1"}},
    }


def test_a_delete_has_a_key_and_its_conditions() -> None:
    plain = Action(KEY, Guard.STATE, deletes=True)
    guarded = Action(
        KEY, Guard.STATE, deletes=True, conditions=("#gen = :gen",), values={"gen": "g"}
    )

    key = {"pk": {"S": "demo#O#ord_1"}, "sk": {"S": "#"}}
    assert request_of(plain) == {"Key": key}
    assert request_of(guarded) == {
        "Key": key,
        "ConditionExpression": "(#gen = :gen)",
        "ExpressionAttributeNames": {"#gen": "gen"},
        "ExpressionAttributeValues": {":gen": {"S": "g"}},
    }


def test_an_element_of_a_transaction_asks_for_the_item_that_refuses_it() -> None:
    update, delete = (Action(KEY, Guard.STATE, deletes=deletes) for deletes in (False, True))
    expected = {
        "TableName": "table",
        "Key": {"pk": {"S": "demo#O#ord_1"}, "sk": {"S": "#"}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }

    assert transact_item(update, "table") == {"Update": expected}
    assert transact_item(delete, "table") == {"Delete": expected}


def test_every_name_of_an_expression_has_a_placeholder_so_none_can_be_reserved() -> None:
    names = ("status", "name", "size", "value", "hash", "range", "year", "ttl", "count", "u_x1")
    action = Action(
        KEY,
        Guard.STATE,
        sets=dict.fromkeys(names, 1),
        adds={f"add_{name}": 1 for name in names},
        removes=tuple(f"old_{name}" for name in names),
        conditions=tuple(f"attribute_exists(#if_{name})" for name in names),
    )

    request = request_of(action)

    expected = {f"{kind}{name}" for kind in ("", "add_", "old_", "if_") for name in names}
    assert request["ExpressionAttributeNames"] == {f"#{name}": name for name in expected}
    words = str(request["UpdateExpression"]).replace(",", " ").split()
    bare = {word for word in words if word[0] in ascii_lowercase}
    assert bare == set()


def test_a_name_that_comes_twice_has_one_placeholder() -> None:
    assert names_in("SET #a = :a, #b_1 = #a") == {"#a": "a", "#b_1": "b_1"}
    assert names_in(f"({ABSENT})") == {}
