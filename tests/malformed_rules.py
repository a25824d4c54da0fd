"""Sets of rules as clients send them: sound ones of every name and operator, and broken ones."""

from collections.abc import Iterator
from typing import Final

from hypothesis import strategies as st
from pydantic import JsonValue

from counterfoil.domain.rule_names import SUB, TOP, Name, Reads
from counterfoil.domain.rule_operators import EQUALITY, OPERATORS
from tests.builders import a_sent_rule, sent_rules

Sent = dict[str, JsonValue]

# What each operator can be given.
WANTED: Final[dict[str, JsonValue]] = {
    **{key: [5, "red"] for key in ("$is", "$is_not", "$in", "$not_in")},
    **{key: [3] for key in ("$more_than", "$more_than_or_equal")},
    **{key: ["20000"] for key in ("$less_than", "$less_than_or_equal")},
    **{key: ["r"] for key in ("$starts_with", "$ends_with", "$contains")},
    **{key: [2] for key in ("$count", "$count_more", "$count_less")},
    **{key: ["red", "blue"] for key in ("$not_differ", "$not_intersect")},
    **{key: ["2026-03-14"] for key in ("$after", "$before")},
    **{each: [30] for each in OPERATORS if each.endswith(("_ago", "_future"))},
    "$timeframe": ["2026-01-01T10:00:00Z;P1D;PT1H"],
    "$timeframe_absolute": ["2026-01-01;2027-01-01"],
    "$timeframe_daily_hours": ["18:00;20:01;2,3"],
    "$dow": [1, 2, 3],
}
_LINES: Final[JsonValue] = [
    {"id": "prod_1", "source_id": None, "object": "product", "type": "product_or_sku"},
    "mug",
]
# What is equal to something can be of one kind alone, where the rule reads nothing else.
_EQUAL: Final[dict[Reads, JsonValue]] = {
    **{each: [5, "7.5"] for each in (Reads.NUMBER, Reads.COUNT, Reads.HISTORY)},
    Reads.SEGMENT: ["seg_1", "seg_2"],
    Reads.TEXT: ["web-shop"],
    Reads.FLAG: [True],
}


def conditions_of(name: Name) -> JsonValue:
    """Conditions that a rule of this name can have, one operator for each that it takes."""
    if name.reads is Reads.LINES:
        return {"$is": _LINES, "$is_not": ["cup"], "$from": ["pc_1"]}
    equal = _EQUAL.get(name.reads)
    return {
        each: equal if equal is not None and each in EQUALITY else WANTED[each]
        for each in OPERATORS
        if each in name.operators
    }


def rule_of(name: Name) -> Sent:
    """A sound rule of this name, with every rule within that it may have."""
    attribute = "P30D" if name.window else "a.b" if name.needs_property else None
    within = [rule_of(SUB[each]) for each in sorted(name.sub)]
    return {
        **a_sent_rule(name.name, conditions_of(name), attribute, within),
        "error": {"message": f"{name.name} it is not"},
    }


SOUND: Final[list[Sent]] = [
    *(sent_rules(rule_of(name), logic="(1) OR 1") for name in TOP.values()),
    sent_rules(*(rule_of(name) for name in [*TOP.values()][:12]), logic="1 and (2 or 3) or 12"),
]

_WRONG: Final[tuple[JsonValue, ...]] = (None, True, 5, "5", "", [], [None], {}, {"a": {}})
_DEEP: JsonValue = 1
for _ in range(60):
    _DEEP = {"a": [_DEEP]}
_SHAPES: Final[tuple[JsonValue, ...]] = (
    *_WRONG,
    *(False, _DEEP),
    [[]],
    [{}],
    {"": ""},
    {"id": "x"},
    ["$is"],
    [5, 6],
    ["a"] * 501,
    [{"name": "order.amount"}],
    {"name": "order.amount"},
    {"logic": "1"},
    {"1": {"name": "order.items.price", "conditions": {"$is": [5]}}},
    {str(key): a_sent_rule("order.amount", {"$is": [5]}) for key in range(101)},
)
_SCALARS: Final[tuple[JsonValue, ...]] = (
    *(-1, 0, 1.5, 10**30, -(10**30), 1e300, 1e-300, 36_526),
    *("", " ", "\0", "#", "null", "-1", "1e999", "x" * 2_000, "é" * 600, "x" * 40_000),
    *("1 and", "1 or 7", "(" * 40 + "1" + ")" * 40, "AND", "not 1", "1" * 10_001),
    *("order.amount", "customer_segment", "order.items.any", "product.price", "order.refund"),
    *("P30D", "P", "PT90M", "P6Y", "2026-02-30", "0001-01-01", "9999-12-31T23:59:59-14:00"),
    *("0001-01-01;P1D;PT1H", "a;b", "18:00;20:00;9", "pc_1", "prod_1"),
)
HOSTILE: Final = (*_SHAPES, *_SCALARS)
NAMES: Final = (
    *("", "logic", "and", "OR", "1", "2", "a b", "(", "k" * 61, "rules", "name", "property"),
    *("conditions", "error", "$is", "$in", "$is_not", "$from", "$between", "$greater_than", "$GT"),
)


def with_one_place_wrong(value: JsonValue) -> Iterator[JsonValue]:
    """`value` once for every place in it and every wrong type there, and without the place."""
    yield from _WRONG
    if isinstance(value, dict):
        for key in value:
            yield {name: each for name, each in value.items() if name != key}
            yield from ({**value, key: each} for each in with_one_place_wrong(value[key]))
    elif isinstance(value, list):
        for place, known in enumerate(value):
            for each in with_one_place_wrong(known):
                yield [*value[:place], each, *value[place + 1 :]]


@st.composite
def malformed_rules(draw: st.DrawFn) -> Sent:
    """A set of rules with one to three things in it wrong; the whole is always an object."""
    document = draw(st.sampled_from(SOUND))
    for _ in range(draw(st.integers(1, 3))):
        document = draw(_broken_in(document))
    return document


@st.composite
def _broken_in(draw: st.DrawFn, document: Sent) -> Sent:
    """`document` with something missing, something more, another name, or worse further down."""
    kind = draw(st.integers(0, 19)) if document else 0
    if kind == 0:
        return {**document, draw(st.sampled_from(NAMES)): draw(st.sampled_from(HOSTILE))}
    at = draw(st.sampled_from(sorted(document)))
    if kind == 1:
        return {key: value for key, value in document.items() if key != at}
    if kind == 2:
        new = draw(st.sampled_from(NAMES))
        return {new if key == at else key: value for key, value in document.items()}
    return {**document, at: draw(_broken(document[at]))}


@st.composite
def _broken(draw: st.DrawFn, value: JsonValue) -> JsonValue:
    """Something else than `value`, or `value` with something wrong in it."""
    if value and isinstance(value, dict | list) and draw(st.integers(0, 14)):
        if isinstance(value, dict):
            return draw(_broken_in(value))
        place = draw(st.integers(0, len(value) - 1))
        return [*value[:place], draw(_broken(value[place])), *value[place + 1 :]]
    return draw(st.sampled_from(HOSTILE))
