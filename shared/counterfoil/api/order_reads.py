"""Which order is read, and as of when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from counterfoil.domain.errors import InvalidQuery
from counterfoil.domain.timestamps import from_iso, iso
from counterfoil.operations.order_reads import OrderWanted

if TYPE_CHECKING:
    from counterfoil.api.request import Request


def order_request(request: Request) -> OrderWanted:
    """The id or source_id in the path, and the instant that `as_of` names."""
    sent = request.query_value("as_of")
    return OrderWanted(request.parameter("orderId"), None if sent is None else _instant(sent))


def _instant(sent: str) -> datetime:
    """An ISO date or date-time; one without a zone is UTC. Raises InvalidQuery."""
    try:
        at = datetime.fromisoformat(sent)
        return from_iso(iso(at if at.tzinfo else at.replace(tzinfo=UTC)))
    except (ValueError, OverflowError) as error:
        message = "Property .as_of cannot be recognized as a ISO-8601 compliant date"
        raise InvalidQuery(message) from error
