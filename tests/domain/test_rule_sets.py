"""Sets of rules: how they are read and echoed, and with which path a malformed one is refused.

Source: domain.md §8.1 to §8.4.
"""

from typing import Final

import pytest
from hypothesis import given, settings
from pydantic import JsonValue

from counterfoil.domain.errors import InvalidValidationRules
from counterfoil.domain.logic import TRUE
from counterfoil.domain.rule_evaluation import compiled
from counterfoil.domain.rule_names import SUB, TOP, Name, Reads, canonical
from counterfoil.domain.rule_sets import NO_RULES, read, rules_sent
from tests.builders import a_rule_set, a_sent_rule, facts, sent_rules
from tests.malformed_rules import SOUND, Sent, malformed_rules, with_one_place_wrong

AMOUNT: Final = a_sent_rule("order.amount", {"$more_than": [10_000]})
ANY: Final = a_sent_rule("order.items.any", {"$is": ["mug"]})


def echo(*rules: JsonValue, logic: str | None = None) -> JsonValue:
    """What is told of these rules."""
    return rules_sent(sent_rules(*rules, logic=logic)).document


def refusal(document: Sent) -> str:
    """What is said of `document`, which cannot be read."""
    with pytest.raises(InvalidValidationRules) as refused:
        rules_sent(document)
    return refused.value.details


def test_a_set_is_echoed_in_the_contracts_form() -> None:
    assert echo(AMOUNT) == {
        "1": {
            "name": "order.amount",
            "property": None,
            "conditions": {"$more_than": [10_000]},
            "rules": {},
        },
        "logic": "1",
    }


def test_the_contracts_own_example_is_echoed_as_it_was_sent() -> None:
    product: JsonValue = {
        "id": "prod_1",
        "object": "product",
        "type": "product_or_sku",
        "source_id": None,
    }
    document: Sent = {
        "1": {
            "name": "customer.segment",
            "property": None,
            "conditions": {"$is": ["seg_x"]},
            "rules": {},
            "error": {"message": "only VIP"},
        },
        "2": {
            "name": "order.items.any",
            "property": None,
            "conditions": {"$is": [product]},
            "rules": {
                "1": {
                    "name": "order.items.aggregated_quantity",
                    "property": None,
                    "conditions": {"$more_than_or_equal": [4]},
                    "rules": {},
                },
                "logic": "1",
            },
        },
        "logic": "1 and 2",
    }

    assert rules_sent(document).document == document


@pytest.mark.parametrize("name", [*TOP])
def test_a_rule_of_every_name_is_kept_as_it_was_sent(name: str) -> None:
    (sound,) = (each for each in SOUND if len(each) == 2 and each["1"]["name"] == name)  # type: ignore[call-overload,index]  # of JSON

    found = rules_sent(sound)

    assert found.rules[0].name.name == name
    assert read(found.text) == found
    assert read(found.text).document == found.document


def test_what_is_sent_again_as_it_was_told_is_the_same_set() -> None:
    for sound in SOUND:
        found = rules_sent(sound)
        assert rules_sent(found.document) == found


def test_no_rules_are_no_text() -> None:
    for nothing in ({}, {"logic": ""}, {"logic": None}):
        assert rules_sent(nothing) == NO_RULES
    assert NO_RULES.text == ""
    assert read("") == NO_RULES
    assert NO_RULES.document == {"logic": ""}


@pytest.mark.parametrize("name", sorted({*TOP, *SUB}))
def test_a_name_may_be_spelled_with_underscores_or_end_in_a_dot(name: str) -> None:
    assert canonical(name) == name
    assert canonical(name.replace(".", "_")) == name
    assert canonical(f"{name}.") == name


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("customer_segment", "customer.segment"),
        ("order_metadata", "order.metadata"),
        ("redemption.metadata.", "redemption.metadata"),
        ("order_items_metadata_any", "order.items.metadata_any"),
        ("redemption_count_per_customer_daily", "redemption.count.per_customer.daily"),
    ],
)
def test_an_older_name_is_echoed_as_the_name_that_it_stands_for(sent: str, name: str) -> None:
    (rule,) = rules_sent(sent_rules(a_sent_rule(sent, {"$is": ["1"]}, "key"))).rules

    assert (rule.name.name, rule.attribute) == (name, "key")


@pytest.mark.parametrize("value", [5, "5", True, None, {"a": 1}])
def test_a_value_outside_a_list_is_a_list_of_one(value: JsonValue) -> None:
    rule = a_sent_rule("order.metadata", {"$is": value}, "key")
    listed = a_sent_rule("order.metadata", {"$is": [value]}, "key")

    assert rules_sent(sent_rules(rule)) == rules_sent(sent_rules(listed))


def test_rules_keep_the_order_and_the_keys_they_were_sent_with() -> None:
    found = rules_sent({"b": AMOUNT, "10": AMOUNT, "2": AMOUNT, "$ID": AMOUNT})

    assert [each.key for each in found.rules] == ["b", "10", "2", "$ID"]
    assert [*read(found.text).document] == ["b", "10", "2", "$ID", "logic"]


@pytest.mark.parametrize("logic", [None, "1 AND 2"])
def test_a_set_without_logic_wants_all_of_its_rules(logic: str | None) -> None:
    document = sent_rules(AMOUNT, ANY, logic=logic)

    assert rules_sent(document).document["logic"] == "1 and 2"


def test_an_empty_logic_is_true_whatever_the_rules_are() -> None:
    found = rules_sent(sent_rules(AMOUNT, logic=""))

    assert found.logic == TRUE
    assert found.document["logic"] == ""
    assert compiled(found.text).judge(facts()).failing is None


def test_a_key_that_is_a_word_of_logic_can_be_named_like_any_other() -> None:
    found = rules_sent({"and": AMOUNT, "or": AMOUNT})

    assert str(found.logic) == "and and or"
    assert read(found.text) == found


def test_rules_that_the_logic_does_not_name_are_kept_and_asked_nothing() -> None:
    never = a_sent_rule("customer.loyalty.tier", {"$is": ["gold"]})
    counting = a_sent_rule("redemption.count.daily", {"$less_than_or_equal": [1]})
    document = sent_rules(AMOUNT, never, counting, logic="1")

    ready = compiled(rules_sent(document).text)

    assert [*rules_sent(document).document] == ["1", "2", "3", "logic"]
    assert [*ready.checks] == ["1"]
    assert not ready.needs


def test_rules_that_the_logic_does_not_name_must_be_sound_all_the_same() -> None:
    document = sent_rules(AMOUNT, a_sent_rule("order.refund", {"$is": [1]}), logic="1")

    assert refusal(document).startswith("Property .rules['2'].name must be one of ")


def test_rules_within_have_a_logic_of_their_own() -> None:
    quantity = a_sent_rule("order.items.quantity", {"$is": [1]})
    within: JsonValue = {"a": quantity, "b": quantity, "logic": "a OR b"}
    document = sent_rules({**ANY, "rules": within})

    (rule,) = rules_sent(document).rules

    assert str(rule.within.logic) == "a or b"
    assert rule.document["rules"] == rule.within.document


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"message": "only VIP"}, {"message": "only VIP"}),
        ("only VIP", {"message": "only VIP"}),
        ({"message": ""}, None),
        ({"message": None}, None),
        ({}, None),
        (None, None),
    ],
)
def test_the_shops_own_words_are_kept(sent: JsonValue, told: JsonValue) -> None:
    (rule,) = rules_sent(sent_rules({**AMOUNT, "error": sent})).rules

    assert rule.document.get("error") == told


def test_what_the_contract_does_not_know_is_ignored() -> None:
    sent: JsonValue = {**AMOUNT, "junction": "and", "other": [{}]}

    assert rules_sent(sent_rules(sent)) == rules_sent(sent_rules(AMOUNT))


@pytest.mark.parametrize("conditions", [None, {}, {"$is": []}, {"$from": "pc_1"}])
def test_a_rule_on_lines_may_be_about_all_of_them(conditions: JsonValue) -> None:
    assert rules_sent(sent_rules(a_sent_rule("order.items.any", conditions))).rules


def test_a_set_has_at_most_100_rules_those_within_among_them() -> None:
    inner = a_sent_rule("order.items.price", {"$is": [1]})
    ten = a_sent_rule("order.items.any", within=[inner] * 9)

    assert len(rules_sent(sent_rules(*[AMOUNT] * 100)).rules) == 100
    assert len(rules_sent(sent_rules(*[ten] * 10)).rules) == 10
    assert refusal(sent_rules(*[AMOUNT] * 101)).startswith(
        "Property .rules['101'] is one rule too many; a set has at most 100"
    )
    assert refusal(sent_rules(*[ten] * 10, AMOUNT)).startswith("Property .rules['11'] is one rule")


def test_a_set_has_at_most_32_kilobytes() -> None:
    def filled(length: int) -> Sent:
        values: list[JsonValue] = [f"{number:0>500}" for number in range(length)]
        return sent_rules(a_sent_rule("order.metadata", {"$is": values}, "key"))

    rules_sent(filled(64))
    assert refusal(filled(66)).startswith(
        "Property .rules must have at most 32768 bytes of JSON; it has 33"
    )


def test_a_logic_is_nested_at_most_32_deep() -> None:
    def nested(depth: int) -> Sent:
        return sent_rules(AMOUNT, logic="(" * depth + "1" + ")" * depth)

    assert rules_sent(nested(32)).document["logic"] == "1"
    assert refusal(nested(33)) == "Property .rules.logic must not be nested more than 32 deep"


def test_rules_within_have_no_rules_within() -> None:
    inner = a_sent_rule("order.items.price", {"$is": [1]}, within=[AMOUNT])
    document = sent_rules(a_sent_rule("order.items.any", within=[inner]))

    assert refusal(document) == (
        "Property .rules['1'].rules['1'].rules must be empty: order.items.price has no rules within"
    )


NAMES_OF_LINES: Final = (
    "order.items.aggregated_amount, order.items.aggregated_quantity, order.items.metadata, "
    "order.items.price, order.items.quantity"
)
_KEY: Final = "must have a key of 1 to 60 characters, no space or parenthesis"
_TEXT: Final = "must be a string of at most 1000 characters"
MALFORMED: Final[list[tuple[JsonValue, str]]] = [
    (None, "Property .rules['1'] must be an object"),
    ([AMOUNT], "Property .rules['1'] must be an object"),
    ("order.amount", "Property .rules['1'] must be an object"),
    ({}, "Property .rules['1'] should have required property 'name'"),
    ({"name": 5}, "Property .rules['1'] should have required property 'name'"),
    ({"name": "order.refund"}, "Property .rules['1'].name must be one of customer.segment, "),
    (a_sent_rule("order.items.price", {"$is": [1]}), "Property .rules['1'].name must be one of "),
    ({"name": "order.amount"}, "Property .rules['1'].conditions must have at least 1 operator"),
    (
        a_sent_rule("order.amount", {}),
        "Property .rules['1'].conditions must have at least 1 operator",
    ),
    (a_sent_rule("order.amount", []), "Property .rules['1'].conditions must be an object"),
    (a_sent_rule("order.amount", "$is"), "Property .rules['1'].conditions must be an object"),
    (
        a_sent_rule("order.amount", {"$between": [1, 2]}),
        "Property .rules['1'].conditions['$between'] is no operator of order.amount, which has $in",
    ),
    (
        a_sent_rule("order.amount", {"$more_than": ["much"]}),
        "Property .rules['1'].conditions.$more_than must be numbers; element 0 is none",
    ),
    (
        a_sent_rule("order.metadata", {"$more_than": ["much"]}, "key"),
        "Property .rules['1'].conditions.$more_than must be a number or an ISO-8601 date",
    ),
    (
        {**ANY, "rules": {"1": a_sent_rule("order.items.price", {"$is_not": [5, "x"]})}},
        "Property .rules['1'].rules['1'].conditions.$is_not must be numbers; element 1 is none",
    ),
    (
        a_sent_rule("order.amount", {"$is": []}),
        "Property .rules['1'].conditions.$is must have at least 1 element",
    ),
    (
        a_sent_rule("order.amount", {"$more_than": [1], "$greater_than": [2]}),
        "Property .rules['1'].conditions.$more_than is given twice, under two of its names",
    ),
    (
        a_sent_rule("order.items.any", {"$is": ["mug"], "$in": ["cup"]}),
        "Property .rules['1'].conditions.$in is what $is is to order.items.any; it can have",
    ),
    (
        a_sent_rule("order.items.any", {"$is": [None]}),
        "Property .rules['1'].conditions.$is must be ids, or objects with an id; element 0 is",
    ),
    (
        a_sent_rule("order.items.any", {"$is": ["mug", {"object": "product", "id": ""}]}),
        "Property .rules['1'].conditions.$is must be ids, or objects with an id; element 1 has",
    ),
    (
        a_sent_rule("order.items.any", {"$is": ["m"] * 501}),
        "Property .rules['1'].conditions.$is must have at most 500 elements",
    ),
    (
        a_sent_rule("order.items.any", {"$from": ["mug"]}),
        "Property .rules['1'].conditions.$from must name collections of products, whose ids begin",
    ),
    (
        a_sent_rule("order.items.any", {"$more_than": [1]}),
        "Property .rules['1'].conditions['$more_than'] is no operator of order.items.any, which",
    ),
    (
        a_sent_rule("custom_event.metadata", {"$is": [1]}),
        "Rule 'custom_event.metadata' must have a 'property': .rules['1']",
    ),
    (
        a_sent_rule("order.items.metadata_any", {"$is": [1]}, ""),
        "Rule 'order.items.metadata_any' must have a 'property': .rules['1']",
    ),
    ({**AMOUNT, "property": 5}, f"Property .rules['1'].property {_TEXT}"),
    ({**AMOUNT, "property": "x" * 1_001}, f"Property .rules['1'].property {_TEXT}"),
    (
        a_sent_rule("customer.orders.count", {"$is": [1]}, "month"),
        "Property .rules['1'].property is not an ISO-8601 duration: month",
    ),
    (
        a_sent_rule("customer.orders.count", {"$is": [1]}, "PT90M"),
        "Property .rules['1'].property must be whole days, weeks, months or years, or PT1H to ",
    ),
    (
        a_sent_rule("customer.orders.total_amount", {"$is": [1]}, "P6Y"),
        "Property .rules['1'].property must be at most P5Y",
    ),
    ({**AMOUNT, "rules": [1]}, "Property .rules['1'].rules must be an object"),
    (
        {**AMOUNT, "rules": {"1": AMOUNT}},
        "Property .rules['1'].rules must be empty: order.amount has no rules within",
    ),
    (
        {**ANY, "rules": {"1": AMOUNT}},
        f"Property .rules['1'].rules['1'].name must be one of {NAMES_OF_LINES}; it is order.amount",
    ),
    (
        {**ANY, "rules": {"a b": AMOUNT}},
        f"Property .rules['1'].rules['a b'] {_KEY}",
    ),
    (
        {**ANY, "rules": {"logic": "1"}},
        "Property .rules['1'].rules.logic names '1', which is no key of its rules",
    ),
    ({**AMOUNT, "error": 5}, f"Property .rules['1'].error.message {_TEXT}"),
    ({**AMOUNT, "error": {"message": ["x"]}}, f"Property .rules['1'].error.message {_TEXT}"),
    ({**AMOUNT, "error": "x" * 1_001}, f"Property .rules['1'].error.message {_TEXT}"),
]


@pytest.mark.parametrize(("rule", "words"), MALFORMED)
def test_a_malformed_rule_is_refused_with_its_path(rule: JsonValue, words: str) -> None:
    assert refusal(sent_rules(rule)).startswith(words)


# Of each list, the last element is the one that is refused.
_NUMBERS: Final[list[JsonValue]] = [
    None,
    "abc",
    "",
    [5, "abc"],
    ["5", True],
    ["2026-01-01"],
    [{"a": 1}],
    [[5]],
]
_NAMES: Final[list[JsonValue]] = [
    None,
    5,
    "",
    ["seg_1", 5],
    [True],
    [{"id": "seg_1"}],
    [["seg_1"]],
    ["x" * 513],
]
_FLAGS: Final[list[JsonValue]] = [None, 5, "true", [True, "x"], [[True]], [{}]]
OF_ANOTHER_KIND: Final[dict[Reads, list[JsonValue]]] = {
    Reads.NUMBER: _NUMBERS,
    Reads.COUNT: _NUMBERS,
    Reads.HISTORY: _NUMBERS,
    Reads.SEGMENT: _NAMES,
    Reads.TEXT: _NAMES,
    Reads.FLAG: _FLAGS,
}


@pytest.mark.parametrize("name", [*TOP.values(), *SUB.values()], ids=lambda each: each.name)
def test_a_value_that_nothing_could_be_is_refused_with_its_place(name: Name) -> None:
    for operator in sorted(name.operators):
        for wanted in OF_ANOTHER_KIND.get(name.reads, []):
            values = wanted if isinstance(wanted, list) else [wanted]
            rule = a_sent_rule(name.name, {operator: wanted}, "P1D" if name.window else None)
            path = ".rules['1']"
            if name.name in SUB:
                parent = next(each.name for each in TOP.values() if name.name in each.sub)
                rule = {**a_sent_rule(parent, {"$is": ["mug"]}, "key"), "rules": {"1": rule}}
                path += ".rules['1']"

            words = refusal(sent_rules(rule))

            assert words.startswith(f"Property {path}.conditions.{operator} must be ")
            assert f"; element {len(values) - 1} is n" in words


@pytest.mark.parametrize(
    "rule",
    [
        a_sent_rule("order.amount", {"$is": ["5", "-5.5", "1e3", 5.5]}),
        a_sent_rule("redemption.count.daily", {"$less_than": "10"}),
        a_sent_rule("customer.orders.count", {"$is_not": 0}, "P30D"),
        a_sent_rule("customer.segment", {"$is_not": "seg_1", "$in": ["seg_2", "seg_3"]}),
        a_sent_rule("redemption.api_key", {"$is_not": "5"}),
        a_sent_rule("order.metadata", {"$is_not": [None, 5, {}, [], "", True]}, "key"),
    ],
)
def test_a_value_of_the_kind_that_is_read_is_kept_as_it_was_sent(rule: Sent) -> None:
    told = rules_sent(sent_rules(rule)).document["1"]

    conditions = {
        operator: values if isinstance(values, list) else [values]
        for operator, values in rule["conditions"].items()  # type: ignore[union-attr]  # of JSON
    }
    assert isinstance(told, dict)
    assert told["conditions"] == conditions


@pytest.mark.parametrize("key", ["", "a b", "a\n", "(", "1)", "k" * 61])
def test_a_key_that_logic_could_not_name_is_refused(key: str) -> None:
    assert refusal({key: AMOUNT}) == f"Property .rules[{key[:60]!r}] {_KEY}"


@pytest.mark.parametrize(
    ("logic", "words"),
    [
        (5, "must be a string"),
        (["1"], "must be a string"),
        (True, "must be a string"),
        ("1 and 2", "names '2', which is no key of its rules"),
        ("1 and", "lacks a rule's key at its end"),
        ("(1", "has a parenthesis that is not closed"),
        (" " * 10_001, "must have at most 10000 characters"),
    ],
)
def test_a_malformed_logic_is_refused_with_its_path(logic: JsonValue, words: str) -> None:
    assert refusal({"1": AMOUNT, "logic": logic}) == f"Property .rules.logic {words}"


def require_read_or_refused(document: Sent) -> None:
    """Whatever `document` is: a set that is kept as it was read, or a refusal with a path."""
    try:
        found = rules_sent(document)
    except InvalidValidationRules as error:
        words = error.details
    else:
        assert read(found.text) == found
        return
    assert words.startswith(("Property .rules", "Rule '")), words
    assert ".rules" in words


def test_a_wrong_type_at_any_place_of_any_rule_is_read_or_refused() -> None:
    for sound in SOUND:
        for document in with_one_place_wrong(sound):
            if isinstance(document, dict):
                require_read_or_refused(document)


@settings(max_examples=1_000, deadline=None)
@given(malformed_rules())
def test_a_thousand_malformed_sets_are_each_read_or_refused(document: Sent) -> None:
    require_read_or_refused(document)


def test_a_text_is_read_once() -> None:
    text = a_rule_set(AMOUNT)

    assert read(text) is read(text)
    assert compiled(text, "demo") is compiled(text, "demo")
    assert compiled(text, "demo") is not compiled(text, "other")
