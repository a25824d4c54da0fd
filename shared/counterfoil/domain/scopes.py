"""What a bearer token may be for: whole APIs, or parts of them by the contract's names.

Source: domain.md §2.0. Every name of the contract is taken, those of parts that are not built too:
a token with them opens nothing more. `reports` is ours, as they are.
"""

from __future__ import annotations

from typing import Final

from counterfoil.domain.errors import InvalidScope

SERVER_API: Final = "api"
CLIENT_API: Final = "client_api"
CLIENT_REDEMPTIONS: Final = frozenset({"client_redeem", "client_redemptions"})
CLIENT: Final = CLIENT_REDEMPTIONS | {
    CLIENT_API,
    "client_consents",
    "client_customers",
    "client_events",
    "client_promotions",
    "client_publish",
    "client_qualifications",
    "client_validate",
    "client_validations",
    "client_vouchers",
}
# What a key for browsers may do unless it may redeem as well.
CLIENT_WITHOUT_REDEMPTIONS: Final = CLIENT - CLIENT_REDEMPTIONS - {CLIENT_API}
KNOWN: Final = CLIENT | {
    SERVER_API,
    "assets",
    "async-actions",
    "campaigns",
    "categories",
    "consents",
    "customers",
    "events",
    "exports",
    "locations",
    "loyalties",
    "metadata-schemas",
    "orders",
    "product-collections",
    "products",
    "promotions",
    "publications",
    "qualifications",
    "redemptions",
    "referrals",
    "reports",
    "rewards",
    "segments",
    "skus",
    "task-results",
    "templates",
    "trash-bin",
    "validation-rules",
    "validation-rules-assignments",
    "validations",
    "vouchers",
}


def scopes_in(text: str | None) -> tuple[str, ...]:
    """The scopes that `text` names with spaces between, each once; without any, the whole API.

    Raises InvalidScope for a name that is none, such as several with commas between.
    """
    names = tuple(dict.fromkeys((text or "").split())) or (SERVER_API,)
    unknown = [name for name in names if name not in KNOWN]
    if unknown:
        raise InvalidScope(" ".join(unknown))
    return names
