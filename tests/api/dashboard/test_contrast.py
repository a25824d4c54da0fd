"""Letters can be read in both schemes: WCAG 2.2 AA, computed from the colours of the stylesheet."""

import re
from typing import Final

import pytest

from local.template import ROOT

SOURCE: Final = (ROOT / "shared/counterfoil/api/dashboard/static/dashboard.css").read_text("utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
    for block in re.findall(r":root \{(.*?)\}", SOURCE, re.DOTALL)
)
TEXT, GRAPHICS = 4.5, 3.0
COMMENT: Final = re.compile(r"^\s*//.*$", re.MULTILINE)
ELSEWHERE: Final = re.compile(r"(?:https?:)?//[a-z]")
GROUNDS: Final = ("page", "surface", "raised")
WORDS: Final = ("good", "info", "warn", "bad", "idle")
PAIRS: Final = [
    *((ink, ground, TEXT) for ink in ("ink", "muted", "accent") for ground in GROUNDS),
    *((word, f"{word}-wash", TEXT) for word in WORDS),
    *((word, ground, TEXT) for word in ("good", "warn", "bad") for ground in GROUNDS),
    ("ink", "info-wash", TEXT),
    ("accent", "info-wash", TEXT),
    ("muted", "info-wash", TEXT),
    ("ink", "idle-wash", TEXT),
    ("on-accent", "accent", TEXT),
    ("surface", "bad", TEXT),
    *((bar, "surface", GRAPHICS) for bar in ("bar-whole", "bar-less", "bar-more", "bad")),
    *((bar, "rail", GRAPHICS) for bar in ("bar-whole", "bar-less", "bar-more", "strong-line")),
    *(("strong-line", ground, GRAPHICS) for ground in GROUNDS),
    *(("focus", ground, GRAPHICS) for ground in GROUNDS),
]  # fmt: skip


def luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_it_can_be_told_from_its_ground(
    scheme: dict[str, str], front: str, ground: str, least: float
) -> None:
    assert contrast(scheme[front], scheme[ground]) >= least


def test_black_on_white_is_what_it_is_said_to_be() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_both_schemes_have_the_same_colours_and_nothing_has_others() -> None:
    rest = re.sub(r":root \{.*?\}", "", SOURCE, flags=re.DOTALL)

    assert set(LIGHT) == set(DARK)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)", rest) == []


def test_nothing_of_a_page_is_fetched_from_elsewhere() -> None:
    folder = ROOT / "shared/counterfoil/api/dashboard"
    pages = [*(folder / "templates").glob("*.html"), *(folder / "static").glob("dashboard.*")]

    for path in pages:
        said = COMMENT.sub("", path.read_text("utf-8"))
        assert ELSEWHERE.findall(said) == [], path
