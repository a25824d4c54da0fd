"""Where in a body something is, as the contract writes it: `.items[0].initial_quantity`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHOWN: Final = 200


def property_path(steps: Iterable[str | int]) -> str:
    """The path of `steps` from the top, cut when names of the client's own make it long.

    >>> property_path(["order", "items", 2, "gift card"])
    ".order.items[2]['gift card']"
    """
    path = "".join(_step(step) for step in steps)
    return path if len(path) <= _SHOWN else f"{path[:_SHOWN]}..."


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if step.isidentifier() else f"[{step!r}]"
