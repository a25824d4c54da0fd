"""Validation sessions on the wire (domain.md §1.14, §6.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.operations.validation_sessions import Release

if TYPE_CHECKING:
    from counterfoil.api.request import Request


def release_request(request: Request) -> Release:
    """The voucher and the session key in the path."""
    return Release(request.parameter("code"), request.parameter("sessionKey"))
