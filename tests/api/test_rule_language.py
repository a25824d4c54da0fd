"""The language of rules through the handlers: what it takes, what it refuses and with which path.

Source: domain.md §2.5, §8.
"""

from itertools import count
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from pydantic import JsonValue

from counterfoil.domain.rule_names import TOP
from tests.api.client import Api
from tests.builders import a_sent_rule, sent_rules
from tests.malformed_rules import SOUND, Sent, malformed_rules

RULES: Final = "/v1/validation-rules"
NUMBERS: Final = count()
AMOUNT: Final = a_sent_rule("order.amount", {"$more_than": [10_000]})
# Collections that rules name must exist.
WITHOUT_COLLECTIONS: Final = [each for each in SOUND if "pc_1" not in str(each)]


def test_a_rule_is_told_in_the_contracts_form(api: Api) -> None:
    sent = {"1": {**AMOUNT, "error": "Too little"}, "logic": "1"}

    rule = api.rule("cart > 100", rules=sent, error={"message": "No"})

    assert rule["rules"] == {
        "1": {
            "name": "order.amount",
            "property": None,
            "conditions": {"$more_than": [10_000]},
            "rules": {},
            "error": {"message": "Too little"},
        },
        "logic": "1",
    }
    assert api.get(f"{RULES}/{rule['id']}").json == rule
    assert api.get(RULES).json["data"] == [rule]


def test_rules_are_replaced_as_a_whole_and_left_alone_by_other_changes(api: Api) -> None:
    rule = api.rule("cart", rules=sent_rules(AMOUNT, AMOUNT))
    path = f"{RULES}/{rule['id']}"

    assert api.put(path, {"name": "other"}).json["rules"] == rule["rules"]
    assert [*api.put(path, {"rules": {"x": AMOUNT}}).json["rules"]] == ["x", "logic"]
    assert api.put(path, {"rules": {}}).json["rules"] == {"logic": ""}


@pytest.mark.parametrize("sound", WITHOUT_COLLECTIONS, ids=lambda each: each["1"]["name"])
def test_every_rule_is_kept_and_sent_again_is_the_same(api: Api, sound: Sent) -> None:
    rule = api.rule("sound", rules=sound)

    again = api.put(f"{RULES}/{rule['id']}", {"rules": rule["rules"]})

    assert again.json == rule


def test_the_sound_rules_have_every_name_but_those_with_collections() -> None:
    names = {
        rule["name"]
        for each in WITHOUT_COLLECTIONS
        for rule in each.values()
        if isinstance(rule, dict)
    }

    assert TOP.keys() - names == {
        *(f"order.items.{each}" for each in ("any", "every", "none", "cheapest", "most_expensive")),
        *("product.id", "sku.id"),
    }


@pytest.mark.parametrize(
    ("rules", "details"),
    [
        ({"1": AMOUNT, "logic": "1 and 2"}, "Property .rules.logic names '2', which is no key of"),
        ({"1": {"name": "order.refund"}}, "Property .rules['1'].name must be one of "),
        (
            sent_rules(a_sent_rule("order.amount", {"$between": [1, 2]})),
            "Property .rules['1'].conditions['$between'] is no operator of order.amount",
        ),
        (
            sent_rules(a_sent_rule("custom_event.metadata", {"$is": [1]})),
            "Rule 'custom_event.metadata' must have a 'property': .rules['1']",
        ),
        (
            sent_rules(*[AMOUNT] * 101),
            "Property .rules['101'] is one rule too many; a set has at most 100",
        ),
    ],
)
def test_a_malformed_rule_is_refused_when_it_is_made_and_when_it_is_changed(
    api: Api, rules: JsonValue, details: str
) -> None:
    path = f"{RULES}/{api.rule('kept', rules=sent_rules(AMOUNT))['id']}"
    kept = api.get(path).json

    for reply in (api.post(RULES, {"name": "n", "rules": rules}), api.put(path, {"rules": rules})):
        assert (reply.status, reply.json["key"]) == (400, "invalid_validation_rules")
        assert reply.json["message"] == "Invalid Validation Rule Definition"
        assert reply.json["details"].startswith(details)
    assert api.get(path).json == kept
    assert api.get(RULES).json["total"] == 1


@pytest.mark.parametrize("operator", ["$is", "$is_not", "$from"])
def test_a_rule_names_collections_that_exist(api: Api, operator: str) -> None:
    body = {"name": "Cheap", "type": "STATIC", "products": []}
    known = api.post("/v1/product-collections", body).json["id"]

    def naming(collection: str) -> Sent:
        return sent_rules(a_sent_rule("order.items.any", {operator: [collection]}))

    reply = api.post(RULES, {"name": "unknown", "rules": naming("pc_unknown")})
    assert (reply.status, reply.json["key"]) == (400, "invalid_validation_rules")
    assert "names the collection pc_unknown, which does not exist" in reply.json["details"]
    assert api.rule("known", rules=naming(known))["rules"]["1"]["conditions"] == {operator: [known]}


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(malformed_rules())
def test_a_broken_set_is_kept_as_it_was_read_or_refused_with_its_path(
    api: Api, document: Sent
) -> None:
    reply = api.post(RULES, {"name": f"broken-{next(NUMBERS)}", "rules": document})

    if reply.status == 200:
        again = api.post(RULES, {"name": f"again-{next(NUMBERS)}", "rules": reply.json["rules"]})
        assert again.json["rules"] == reply.json["rules"]
        return
    assert reply.status == 400
    key, details = reply.json["key"], reply.json["details"]
    if key == "invalid_payload":  # what no body of the contract may have, whatever it is about
        assert details.startswith(("The request body is nested", "Property .rules"))
        return
    assert key == "invalid_validation_rules"
    assert ".rules" in details or "names the collection" in details
