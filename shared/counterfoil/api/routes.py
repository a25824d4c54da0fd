"""What no route of the template takes: 404, or 405 where the path has other methods.

API Gateway routes; this table only names what it knows. A test compares it with template.yaml.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NoReturn

from counterfoil.api.errors import MethodNotAllowed, UnknownPath

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.api.event import Event

# The most specific path first, as API Gateway prefers them.
METHODS: Final[Mapping[str, tuple[str, ...]]] = {
    "/health": ("GET",),
    "/v1/customers": ("GET", "POST"),
    "/v1/customers/{customerId+}": ("DELETE", "GET", "PUT"),
    "/v1/orders": ("GET", "POST"),
    "/v1/orders/{orderId+}": ("GET", "PUT"),
    "/v1/redemptions": ("GET", "POST"),
    "/v1/redemptions/{redemptionId}": ("GET",),
    "/v1/redemptions/{redemptionId}/rollback": ("POST",),
    "/v1/redemptions/{redemptionId}/rollbacks": ("POST",),
    "/v1/validations": ("POST",),
    "/v1/vouchers": ("GET", "POST"),
    "/v1/vouchers/{code}/disable": ("POST",),
    "/v1/vouchers/{code}/enable": ("POST",),
    "/v1/vouchers/{code}/redemption": ("GET", "POST"),
    "/v1/vouchers/{code+}": ("DELETE", "GET", "POST", "PUT"),
}


def refuse(event: Event) -> NoReturn:
    """Raises MethodNotAllowed or UnknownPath."""
    path = event["rawPath"]
    for template, methods in METHODS.items():
        if _pattern(template).fullmatch(path):
            raise MethodNotAllowed(event["requestContext"]["http"]["method"], methods)
    raise UnknownPath(path)


def _pattern(template: str) -> re.Pattern[str]:
    """The path is decoded already, so a `/` in an identifier is like any other."""
    greedy = re.sub(r"\\\{\w+\\\+\\\}", ".+", re.escape(template))
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", greedy), re.DOTALL)
