"""What the dashboard refuses by itself; everything else is the operations' to refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.domain.errors import CounterfoilError

if TYPE_CHECKING:
    from counterfoil.domain.roles import Role


class SignInRefused(CounterfoilError):
    """Raised alike for an unknown key, a wrong token, a key that is not for the dashboard, and a
    link that was used.
    """

    def __init__(self) -> None:
        super().__init__("This key, or this link, does not open the dashboard")


class TooManyTries(CounterfoilError):
    """`seconds` is how long nobody is let in, whatever the token."""

    def __init__(self, seconds: int) -> None:
        minutes = -(-seconds // 60)
        super().__init__(
            "Too many failed tries to sign in. Try again in "
            f"{minutes} minute{'' if minutes == 1 else 's'}"
        )
        self.seconds = seconds


class SignedOut(CounterfoilError):
    """Nobody is signed in; whoever asked is led to the sign-in."""

    def __init__(self) -> None:
        super().__init__("Sign in to see this page")


class NotAllowed(CounterfoilError):
    """`needed` is the least role that may."""

    def __init__(self, needed: Role) -> None:
        super().__init__(f"This needs the role {needed}; your key has a lesser one")


class ForeignForm(CounterfoilError):
    """The form did not come from a page of this session."""

    def __init__(self) -> None:
        super().__init__(
            "The form is from another site, or from a page of an earlier session. "
            "Open the page again, and send it from there"
        )
