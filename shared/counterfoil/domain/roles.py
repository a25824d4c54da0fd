"""What somebody who signs in to the dashboard may see and do there."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A viewer reads, without personal data; an operator acts; an admin manages what is sent out.

    Each may do what those before may.
    """

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"

    def may(self, needed: Role) -> bool:
        """Whether it is `needed`, or more."""
        ranks = tuple(Role)
        return ranks.index(self) >= ranks.index(needed)
