"""Charts as numbers: a horizontal place is a percentage, so that they fit every width without a
script, and their letters keep their size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from counterfoil.api.dashboard.pages import count, money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.api.dashboard.effects import Effect
    from counterfoil.domain.orders import Order

Kind = Literal["whole", "less", "more", "over"]
_ROW: Final = 54
_LONGEST_LABEL: Final = 34
_LONGEST_ASIDE: Final = 50
_THINNEST: Final = 0.4


@dataclass(frozen=True, slots=True)
class Step:
    """From `before` to `after`, in minor units."""

    label: str
    note: str
    kind: Kind
    before: int
    after: int

    @property
    def shown(self) -> str:
        """What it changes, or what there is."""
        if self.kind == "over":
            return "rolled back"
        if self.kind == "whole":
            return money(self.after)
        change = self.after - self.before
        return f"+{money(change)}" if change > 0 else money(change)


@dataclass(frozen=True, slots=True)
class Bar:
    """`x`, `width` and `joint` are percentages, `y` is pixels. `aside` is told where it is wide."""

    label: str
    aside: str
    amount: str
    kind: Kind
    x: float
    width: float
    y: int
    joint: float


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The bars, and the same as steps for who cannot see them."""

    steps: Sequence[Step]
    bars: Sequence[Bar]

    @property
    def height(self) -> int:
        """In pixels."""
        return len(self.bars) * _ROW


def steps_of(order: Order, effects: Sequence[Effect]) -> list[Step]:
    """From the subtotal through each effect to what is to be paid."""
    left = order.initial_amount or 0
    steps = [Step("Subtotal", "", "whole", 0, left)]
    for effect in effects:
        if effect.added:
            steps.append(Step(effect.label, "units added", "more", left, left + effect.added))
            left += effect.added
        kind: Kind = "over" if effect.is_over else "less" if effect.total >= 0 else "more"
        steps.append(Step(effect.label, effect.what, kind, left, left - effect.total))
        left -= effect.total
    steps.append(Step("To pay", "", "whole", 0, left))
    return steps


def waterfall(steps: Sequence[Step]) -> Waterfall:
    """The chart of `steps`."""
    most = max(1, *(max(step.before, step.after) for step in steps))
    bars = [_bar(step, number, most) for number, step in enumerate(steps)]
    return Waterfall(steps, bars)


def _bar(step: Step, number: int, most: int) -> Bar:
    label, aside = _words(step)
    low, high = sorted((step.before, step.after))
    x, width = 100 * low / most, 100 * (high - low) / most
    return Bar(
        label=label,
        aside=aside,
        amount=step.shown,
        kind=step.kind,
        x=round(min(x, 100 - _THINNEST), 2),
        width=round(max(width, _THINNEST), 2),
        y=number * _ROW,
        joint=round(100 * step.after / most, 2),
    )


def _words(step: Step) -> tuple[str, str]:
    """A label that fits beside its amount on a narrow screen, and what only fits on a wide one."""
    note = f" · {step.note}" if step.note else ""
    if len(step.label) + len(note) <= _LONGEST_LABEL:
        return f"{step.label}{note}", ""
    return _shortened(step.label, _LONGEST_LABEL), _shortened(note, _LONGEST_ASIDE)


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def amount_words(amount: int, *, is_money: bool) -> str:
    """A value of a chart in words."""
    return money(amount) if is_money else count(amount)
