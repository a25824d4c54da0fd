"""What a token may be for, by the contract's names (domain.md §2.0)."""

import pytest

from counterfoil.domain.errors import InvalidScope
from counterfoil.domain.scopes import scopes_in


@pytest.mark.parametrize(
    ("text", "scopes"),
    [
        ("api", ("api",)),
        ("orders redemptions", ("orders", "redemptions")),
        ("  orders\torders  vouchers ", ("orders", "vouchers")),
        ("client_validations loyalties", ("client_validations", "loyalties")),
        ("", ("api",)),
        (None, ("api",)),
    ],
)
def test_scopes_are_named_with_spaces_between(text: str | None, scopes: tuple[str, ...]) -> None:
    assert scopes_in(text) == scopes


@pytest.mark.parametrize("text", ["orders,vouchers", "API", "orders everything", "oauth"])
def test_a_name_that_is_no_scope_is_refused(text: str) -> None:
    with pytest.raises(InvalidScope, match="Invalid scope: "):
        scopes_in(text)
