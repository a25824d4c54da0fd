"""What an audit has found, and how far it has come.

A difference is between what is stored and what the records of what happened add up to. It is told
when it was seen twice, some time apart, in things that did not move while they were looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from collections.abc import Iterable

Told = int | str | bool | None

# What is walked, in this order; then what differed is looked at a second time.
PHASES: Final = (
    "order",
    "customer",
    "voucher",
    "session",
    "record",
    "promotion_tier",
    "campaign",
    "totals",
)
SECOND_LOOKS: Final = len(PHASES)
# So many differences are kept, and suspects with them; the others are counted.
MOST: Final = 1_000
LOOKS: Final = 3


class Difference(BaseModel):
    """`what` of the thing of a `kind` with this id is `found`, and should be `expected`."""

    model_config = ConfigDict(frozen=True)

    kind: str
    id: str
    what: str
    expected: Told
    found: Told

    @property
    def gap(self) -> tuple[str, Told, Told]:
        """What stays the same of it while the thing goes on being used."""
        if isinstance(self.expected, int) and isinstance(self.found, int):
            return self.what, None, self.found - self.expected
        return self.what, self.expected, self.found


class Suspect(BaseModel):
    """A thing that differed, or moved while it was looked at, `since` that time in milliseconds."""

    model_config = ConfigDict(frozen=True)

    kind: str
    id: str
    differences: tuple[Difference, ...] = ()
    since: int
    looks: int = 1


class Audit(BaseModel):
    """An audit on its way: in which phase and up to where in its list, and what came of it.

    `sums` are what records add up to so far, by counter and attribute. `left_out` counts things
    that are too big to be looked at, or that never stood still, and differences beyond `MOST`.
    """

    model_config = ConfigDict(frozen=True)

    day: str
    phase: int = 0
    beyond: str | None = None
    sums: dict[str, dict[str, int]] = Field(default_factory=dict)
    summed_up_to: str | None = None
    suspects: tuple[Suspect, ...] = ()
    differences: tuple[Difference, ...] = ()
    examined: dict[str, int] = Field(default_factory=dict)
    left_out: int = 0
    is_over: bool = False
    revision: int = 0


class Checks:
    """Collects where one thing differs from what it should be."""

    def __init__(self, kind: str, identifier: str) -> None:
        self._kind = kind
        self._id = identifier
        self._found: list[Difference] = []

    def same(self, what: str, expected: Told, found: Told) -> None:
        """`what` must be as expected."""
        if expected != found or isinstance(expected, bool) != isinstance(found, bool):
            difference = Difference(
                kind=self._kind, id=self._id, what=what, expected=expected, found=found
            )
            self._found.append(difference)

    def holds(self, what: str, fact: object) -> None:
        """`what` must be so."""
        self.same(what, expected=True, found=bool(fact))

    def each(self, what: str, expected: dict[str, int], found: dict[str, int]) -> None:
        """Each number must be as expected; one that is missing is 0."""
        for name in sorted({*expected, *found}):
            self.same(f"{what} {name}", expected.get(name, 0), found.get(name, 0))

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What was found, in the order of the checks."""
        return tuple(self._found)


def gaps(differences: Iterable[Difference]) -> frozenset[tuple[str, Told, Told]]:
    """What tells whether a second look has seen the same."""
    return frozenset(each.gap for each in differences)
