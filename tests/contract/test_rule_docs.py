"""The page about validation rules, run: every example is read, and every call comes out as told."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest
from pydantic_core import from_json

from counterfoil.domain.candidates import Candidate
from counterfoil.domain.catalogue import Catalogue
from counterfoil.domain.counts import Counts, Place
from counterfoil.domain.customers import Summary
from counterfoil.domain.logic import MAX_DEPTH, MAX_LENGTH
from counterfoil.domain.occasions import Occasion
from counterfoil.domain.outcomes import Applicable, Inapplicable
from counterfoil.domain.product_collections import ListedProduct, ProductCollection
from counterfoil.domain.rule_names import SUB, TOP
from counterfoil.domain.rule_operators import OPERATORS
from counterfoil.domain.rule_sets import MAX_BYTES, MAX_RULES, RuleSet, read, rules_sent
from counterfoil.domain.segments import Segment
from counterfoil.domain.shoppers import Purchases, Shopper
from counterfoil.domain.stacking import evaluate
from counterfoil.domain.stacking_rules import StackingRules
from tests.builders import (
    NOW,
    PROJECT,
    a_candidate,
    a_cart,
    a_shopper,
    a_voucher,
    an_assigned_rule,
    an_occasion,
)

PAGE: Final = Path(__file__).parents[2] / "docs" / "validation-rules.md"
BLOCK: Final = re.compile(
    r"^```(?P<kind>\w[^\n]*)\n(?P<text>.*?)^```\n(?:\n→ (?P<outcome>[^\n]+)\n)?",
    re.DOTALL | re.MULTILINE,
)
OUTCOME: Final = re.compile(r'(met|refused: (\w+))(?:, (\d+) off)?(?:, "([^"]+)")?')
TEN_PERCENT: Final = {"type": "PERCENT", "percent_off": 10}

# What an example says is whatever JSON it is.
Sent = dict[str, Any]


@dataclass(frozen=True)
class Example:
    """A call on what has the rule, and what becomes of it."""

    number: int
    rule: Sent
    call: Sent
    outcome: str

    def __str__(self) -> str:
        return f"{self.number}: {self.outcome}"


def blocks() -> Iterator[tuple[str, str, str | None]]:
    """The kind, the text and the outcome of every block of the page."""
    for found in BLOCK.finditer(PAGE.read_text("utf-8")):
        yield found["kind"], found["text"], found["outcome"]


def rules() -> list[Sent]:
    return [from_json(text) for kind, text, _ in blocks() if kind == "json rule"]


def examples() -> Iterator[Example]:
    """Every call with the rule that stands before it."""
    rule: Sent = {}
    for number, (kind, text, outcome) in enumerate(blocks()):
        if kind == "json rule":
            rule = from_json(text)
        if kind == "json call":
            assert outcome is not None, text
            yield Example(number, rule, from_json(text), outcome)


def shopper_of(call: Sent) -> Shopper | None:
    """The customer of a call, by their metadata, with their segments and what they bought."""
    if "customer" not in call:
        return None
    history = {name: Purchases(**each) for name, each in call.get("history", {}).items()}
    ever = history.pop("all", Purchases())
    return replace(
        a_shopper(**call["customer"]),
        summary=Summary(orders_count=ever.count, orders_amount=ever.amount),
        windows=history,
        static_segments=frozenset(call.get("segments", ())),
    )


def occasion_of(call: Sent, rule: RuleSet) -> Occasion:
    """What rules look at beside the order."""
    named = [
        each for one in rule.rules for each in one.conditions[0].values if isinstance(each, str)
    ]
    segments = (Segment(id=each, name=each, type="static", created_at=NOW) for each in named)
    now = datetime.fromisoformat(call["now"]).replace(tzinfo=NOW.tzinfo) if "now" in call else NOW
    return replace(
        an_occasion(now),
        project=PROJECT,
        catalogue=Catalogue(PROJECT, {}, {}),
        shopper=shopper_of(call),
        metadata=call.get("metadata", {}),
        api_key=call.get("api_key", ""),
        segments={each.id: each for each in segments},
        collections={name: a_list(name, of) for name, of in call.get("collections", {}).items()},
    )


def a_list(name: str, products: list[str]) -> ProductCollection:
    listed = tuple(ListedProduct(id=each, object="product") for each in products)
    return ProductCollection(id=name, name=name, type="STATIC", products=listed, created_at=NOW)


def standing(call: Sent, candidate: Candidate) -> Mapping[Place, Counts]:
    """What was counted before the call, by the names of the rules that read it."""
    found: dict[Place, Counts] = {}
    for name, number in call.get("stands", {}).items():
        place, measure = TOP[name].counts or pytest.fail(f"{name} counts nothing")
        own = candidate.place_of(place)
        known = found.get(own, Counts()).stored
        found[own] = Counts(stored={**known, measure: number})
    return found


def test_every_example_is_a_sound_set_that_comes_back_as_it_is_told() -> None:
    for each in rules():
        found = rules_sent(each)
        assert found.rules
        assert read(found.text) == found


@pytest.mark.parametrize("example", [*examples()], ids=str)
def test_a_call_comes_out_as_the_page_says(example: Example) -> None:
    rule, call = rules_sent(example.rule), example.call
    told = OUTCOME.fullmatch(example.outcome)
    assert told is not None, example.outcome
    *before, last = call.get("discounts", [TEN_PERCENT])
    bound = a_candidate(a_voucher("LAST", last, rule=an_assigned_rule(rule.text)))
    bound = replace(bound, counts=standing(call, bound))
    others = [a_candidate(a_voucher(f"V{place}", each)) for place, each in enumerate(before)]
    order = a_cart(**call["order"])

    outcome = evaluate([*others, bound], order, StackingRules(), occasion_of(call, rule)).outcomes[
        -1
    ]

    if told[1] == "met":
        assert isinstance(outcome, Applicable), outcome
        assert told[3] is None or outcome.allocation.total == int(told[3])
        return
    assert isinstance(outcome, Inapplicable), outcome
    assert outcome.refusal.code == told[2]
    assert outcome.refusal.custom == told[4]


def test_every_name_and_every_operator_has_an_example() -> None:
    found: set[str] = set()
    operators: set[str] = set()

    def collect(given: RuleSet) -> None:
        for rule in given.rules:
            found.add(rule.name.name)
            operators.update(each.operator for each in rule.conditions)
            collect(rule.within)

    for each in rules():
        collect(rules_sent(each))

    assert found == {*TOP, *SUB}
    assert operators == {*OPERATORS, "$from"}


def test_the_page_has_no_block_that_is_not_run() -> None:
    kinds = [kind for kind, _, _ in blocks()]

    assert set(kinds) == {"json rule", "json call"}
    assert kinds.count("json rule") > 15
    assert kinds.count("json call") > 30
    assert PAGE.read_text("utf-8").count("\n→ ") == kinds.count("json call")


def test_the_bounds_are_those_of_the_code() -> None:
    text = PAGE.read_text("utf-8").partition("## Bounds")[2]

    for bound in (MAX_RULES, f"{MAX_BYTES // 1024} KB", f"{MAX_LENGTH:,}", f"{MAX_DEPTH} deep"):
        assert str(bound) in text


def test_the_links_of_the_page_lead_somewhere() -> None:
    text = PAGE.read_text("utf-8")
    for target, anchor in re.findall(r"\]\(([^)#]*)#([^)]+)\)", text):
        page = (PAGE.parent / target if target else PAGE).read_text("utf-8")
        headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
        known = {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings}
        assert anchor in known, anchor
