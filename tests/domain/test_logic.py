"""The logic of a set of rules: what binds tighter, what is no logic, and that it has no `not`."""

from collections.abc import Iterable
from typing import Final, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.logic import (
    MAX_DEPTH,
    MAX_LENGTH,
    TRUE,
    Joined,
    Logic,
    MalformedLogic,
    Named,
    all_of,
    holds,
    keys_in,
    parse,
)

KEYS: Final = ("1", "2", "3", "4")


def means(text: str, true: Iterable[str]) -> bool:
    """What `text` comes to when the rules with the keys `true` hold and no others."""
    return holds(parse(text, KEYS), set(true).__contains__)


@pytest.mark.parametrize(
    ("text", "true", "result"),
    [
        ("1", "1", True),
        ("1", "2", False),
        ("1 and 2", "12", True),
        ("1 and 2", "1", False),
        ("1 or 2", "2", True),
        ("1 or 2", "3", False),
        ("1 or 2 and 3", "1", True),
        ("1 or 2 and 3", "2", False),
        ("1 or 2 and 3", "23", True),
        ("1 and 2 or 3", "3", True),
        ("1 and 2 or 3 and 4", "14", False),
        ("1 and 2 or 3 and 4", "34", True),
        ("(1 or 2) and 3", "1", False),
        ("(1 or 2) and 3", "23", True),
        ("1 and (2 or 3 and (4 or 1))", "13", True),
        ("((((1))))", "1", True),
        ("1 and 1 and 1", "1", True),
    ],
)
def test_and_binds_tighter_than_or_and_parentheses_tighter_than_both(
    text: str,
    true: str,
    result: bool,  # noqa: FBT001  # a case
) -> None:
    assert means(text, true) is result


@pytest.mark.parametrize("text", ["1 AND 2", "1 And 2", "1\tand\n2", "(1)and(2)", " 1  and 2 "])
def test_words_are_of_any_case_and_any_space_does(text: str) -> None:
    assert str(parse(text, KEYS)) == "1 and 2"


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_the_empty_text_is_true(text: str) -> None:
    assert parse(text, KEYS) == TRUE
    assert holds(TRUE, lambda _: False)
    assert str(TRUE) == ""


def test_a_set_without_logic_wants_all_of_its_rules() -> None:
    assert all_of(()) == TRUE
    assert all_of(("1",)) == Named("1")
    assert all_of(("1", "2", "3")) == parse("1 and 2 and 3", KEYS)


def test_a_logic_is_written_with_the_parentheses_that_it_needs() -> None:
    text = "((1 AND 2) or (3)) and ((4 or 1))"

    assert str(parse(text, KEYS)) == "(1 and 2 or 3) and (4 or 1)"


def test_it_tells_the_keys_that_it_names_as_often_as_it_does() -> None:
    assert [*keys_in(parse("3 or 1 and (2 or 3)", KEYS))] == ["3", "1", "2", "3"]


def test_a_rule_is_asked_about_only_when_it_matters() -> None:
    asked: list[str] = []

    def rule_holds(key: str) -> bool:
        asked.append(key)
        return key == "1"

    assert holds(parse("1 or 2", KEYS), rule_holds)
    assert not holds(parse("3 and 4", KEYS), rule_holds)
    assert asked == ["1", "3"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("5", "names '5', which is no key of its rules"),
        ("1 and 5", "names '5', which is no key of its rules"),
        ("1 & 2", "has '&' where it should end"),
        ("1 2", "has '2' where it should end"),
        ("not 1", "names 'not', which is no key of its rules"),
        ("1 and", "lacks a rule's key at its end"),
        ("and 1", "lacks a rule's key before 'and'"),
        ("1 or or 2", "lacks a rule's key before 'or'"),
        ("()", "lacks a rule's key before ')'"),
        ("(", "lacks a rule's key at its end"),
        (")", "lacks a rule's key before ')'"),
        ("(1", "has a parenthesis that is not closed"),
        ("(1 or 2", "has a parenthesis that is not closed"),
        ("1)", "has ')' where it should end"),
        ("1 and (2 or 3))", "has ')' where it should end"),
        ("x" * 300, f"names {'x' * 100!r}, which is no key of its rules"),
    ],
)
def test_what_is_no_logic_is_refused_with_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(MalformedLogic) as refused:
        parse(text, KEYS)

    assert str(refused.value) == words


def test_it_is_nested_to_32_parentheses() -> None:
    def nested(depth: int) -> str:
        return "(1 and " * depth + "2" + ")" * depth

    assert holds(parse(nested(MAX_DEPTH), KEYS), lambda _: True)
    with pytest.raises(MalformedLogic, match="nested more than 32 deep"):
        parse(nested(MAX_DEPTH + 1), KEYS)


def test_parentheses_side_by_side_are_not_nested() -> None:
    assert parse(" and ".join(["(1 or 2)"] * 100), KEYS)


def test_it_has_at_most_ten_thousand_characters_also_as_it_is_written_out() -> None:
    longest = "1 and " * 1_666 + "1"
    assert len(longest) <= MAX_LENGTH
    parse(longest, KEYS)

    grown = "(1 or 2)and" * 908 + "(1 or 2)"
    assert len(grown) <= MAX_LENGTH
    for text in (" " * (MAX_LENGTH + 1), grown):
        with pytest.raises(MalformedLogic, match="at most 10000 characters"):
            parse(text, KEYS)


@pytest.mark.parametrize("key", ["and", "OR", "order", "android", "1and", "AND1", "$RULE_ID", "é"])
def test_a_key_may_look_like_a_word(key: str) -> None:
    keys = (key, "x")
    for text in (key, f"{key} and x", f"x or {key}", f"({key}) AND {key} or x"):
        logic = parse(text, keys)

        assert set(keys_in(logic)) <= set(keys)
        assert key in keys_in(logic)
        assert parse(str(logic), keys) == logic


letters = st.characters(exclude_categories=["Z", "Cs", "Cc"], exclude_characters="()")
keys = st.one_of(st.sampled_from(["1", "2", "and", "OR"]), st.text(letters, min_size=1, max_size=4))


def joined(parts: st.SearchStrategy[Logic]) -> st.SearchStrategy[Logic]:
    words: st.SearchStrategy[Literal["and", "or"]] = st.sampled_from(("and", "or"))
    some = st.lists(parts, min_size=2, max_size=4).map(tuple)
    return st.builds(Joined, words, some)


logics: st.SearchStrategy[Logic] = st.recursive(st.builds(Named, keys), joined, max_leaves=12)


@given(logics)
def test_what_is_written_is_read_as_the_same(logic: Logic) -> None:
    assert parse(str(logic), frozenset(keys_in(logic))) == logic


@given(logics, st.data())
def test_a_rule_that_comes_to_hold_never_makes_the_whole_fail(
    logic: Logic, drawn: st.DataObject
) -> None:
    named = sorted(set(keys_in(logic)))
    before = drawn.draw(st.sets(st.sampled_from(named)))
    after = before | {drawn.draw(st.sampled_from(named))}

    assert holds(logic, before.__contains__) <= holds(logic, after.__contains__)


@given(st.text(st.sampled_from("12 ()andorAX"), max_size=30))
def test_any_text_is_refused_or_read_as_what_it_is_written_out_to(text: str) -> None:
    try:
        logic = parse(text, KEYS)
    except MalformedLogic:
        return

    assert parse(str(logic), KEYS) == logic
