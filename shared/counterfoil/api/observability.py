"""One structured line per request: ids, outcome and cost; no personal data and no bodies."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Stdout(logging.Handler):
    """Writes to what standard output is at the time of the line, in one piece."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write `record` as the logger formats it."""
        sys.stdout.write(f"{self.format(record)}\n")


# Every line comes from `tell`, so a location says nothing.
_LOGGER = Logger("counterfoil", logger_handler=_Stdout(), location=None, use_rfc3339=True, utc=True)


def tell(line: Mapping[str, object], unexpected: BaseException | None = None) -> None:
    """Write `line`; an unexpected failure with its traceback."""
    if unexpected is None:
        _LOGGER.info("request", extra=line)
    else:
        _LOGGER.error("request", extra=line, exc_info=unexpected)
