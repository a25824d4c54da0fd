"""The files of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from counterfoil.operations.call import Call
    from counterfoil.storage.files import Files


def files_of(call: Call) -> Files:
    """Where files lie; every deployed function knows it."""
    if call.files is None:
        message = "this call has no files"
        raise ValueError(message)
    return call.files
