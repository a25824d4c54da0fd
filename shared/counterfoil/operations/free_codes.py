"""Codes that nobody has yet, from the series that a seed makes of a code_config."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain import ids
from counterfoil.domain.codes import nth_code, possible_codes
from counterfoil.storage import keys

if TYPE_CHECKING:
    from counterfoil.domain.codes import CodeConfig
    from counterfoil.operations.call import Call

# As many as are read in one trip.
_WINDOW: Final = 100


@dataclass(frozen=True, slots=True)
class Series:
    """All codes that `config` allows, in the order that `seed` gives them."""

    config: CodeConfig
    seed: bytes


@dataclass(frozen=True, slots=True)
class Taken:
    """The next codes of a series, and the position behind the last that was looked at."""

    codes: tuple[str, ...]
    position: int


def next_codes(call: Call, series: Series, position: int, wanted: int, *, looking: bool) -> Taken:
    """Up to `wanted` codes from `position` on; `looking` passes over those that are taken.

    Without it nothing is read: among many possible codes hardly any is taken, and a plan with one
    that is gets refused. Fewer come where many are taken, none where the series ends.
    """
    possible = possible_codes(series.config)
    stop = min(position + (_WINDOW if looking else wanted), possible)
    codes = [nth_code(series.config, series.seed, each) for each in range(position, stop)]
    if not looking:
        return Taken(tuple(codes), stop)
    unknown = _free(call, codes)
    free = [(at, code) for at, code in enumerate(codes, position) if code in unknown]
    if len(free) < wanted:
        return Taken(tuple(code for _, code in free), stop)
    return Taken(tuple(code for _, code in free[:wanted]), free[wanted - 1][0] + 1)


def _free(call: Call, codes: list[str]) -> set[str]:
    wanted = {
        keys.voucher(call.project, ids.voucher_id(call.project, each)): each for each in codes
    }
    taken = call.store.get_all([*wanted])
    return {code for key, code in wanted.items() if key not in taken}
