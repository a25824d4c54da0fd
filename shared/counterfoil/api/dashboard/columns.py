"""A chart of columns over time, as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.api.dashboard.charts import amount_words

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOP, _BOTTOM = 16, 112
_GAP: Final = 0.25
_TICKS: Final = 6
_THINNEST: Final = 1.5


@dataclass(frozen=True, slots=True)
class Column:
    """`x` and `width` are percentages, `y` and `height` pixels."""

    label: str
    amount: str
    x: float
    width: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A label below the columns."""

    label: str
    x: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across, and what it stands for."""

    label: str
    y: int


@dataclass(frozen=True, slots=True)
class Columns:
    """The chart, and the same as a table for who cannot see it."""

    title: str
    per: str
    kind: str
    sum: str
    bars: Sequence[Column]
    ticks: Sequence[Tick]
    marks: Sequence[Mark]

    @property
    def unit(self) -> str:
        """What a column is."""
        return self.per.capitalize()


def columns(  # what a chart says, all of it
    title: str,
    per: str,
    kind: str,
    labels: Sequence[str],
    values: Sequence[int],
    *,
    is_money: bool = False,
) -> Columns:
    """The chart of `values`, which stand under `labels`."""
    most = max(1, *values)
    width = 100 / len(values)
    bars = [
        _column(label, amount_words(value, is_money=is_money), value / most, number, width)
        for number, (label, value) in enumerate(zip(labels, values, strict=True))
    ]
    words = amount_words(max(values), is_money=is_money)
    return Columns(
        title=title,
        per=f"per {per}",
        kind=kind,
        sum=amount_words(sum(values), is_money=is_money),
        bars=bars,
        ticks=_ticks(labels, width),
        marks=[Mark(words, _TOP), Mark("", _BOTTOM)] if max(values) else [Mark("", _BOTTOM)],
    )


def _column(label: str, amount: str, part: float, number: int, width: float) -> Column:
    height = max(part * (_BOTTOM - _TOP), _THINNEST) if part else 0
    return Column(
        label=label,
        amount=amount,
        x=round((number + _GAP / 2) * width, 3),
        width=round(width * (1 - _GAP), 3),
        y=round(_BOTTOM - height, 1),
        height=round(height, 1),
    )


def _ticks(labels: Sequence[str], width: float) -> list[Tick]:
    step = max(1, -(-len(labels) // _TICKS))
    chosen = range(0, len(labels), step)
    return [
        Tick(
            labels[number],
            round((number + 0.5) * width, 2) if 0 < number < len(labels) - 1 else _edge(number),
            "middle" if 0 < number < len(labels) - 1 else ("end" if number else "start"),
        )
        for number in chosen
    ]


def _edge(number: int) -> float:
    return 100.0 if number else 0.0
