"""What clients send to create, change and delete vouchers (domain.md §2.6).

Apart from `vouchers.py`, which redemptions show vouchers by, so that they do not load this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.domain.voucher_payloads import VoucherPayload, VoucherUpdate
from counterfoil.operations.vouchers import Creation, Deletion, Update

if TYPE_CHECKING:
    from counterfoil.api.request import Request


def creation_request(request: Request) -> Creation:
    """The body of `POST /v1/vouchers`, with a code or without."""
    payload = request.payload(VoucherPayload)
    return Creation(payload.code, payload)


def creation_with_code_request(request: Request) -> Creation:
    """Path and body of `POST /v1/vouchers/{code}`; a code in the body has no say there."""
    return Creation(request.path_parameters["code"], request.payload(VoucherPayload))


def update_request(request: Request) -> Update:
    """Path and body of `PUT /v1/vouchers/{code}`."""
    return Update(request.parameter("code"), request.payload(VoucherUpdate))


def deletion_request(request: Request) -> Deletion:
    """Path and `force` of `DELETE /v1/vouchers/{code}`."""
    return Deletion(request.parameter("code"), force=request.flag("force"))
