"""`make run`: an engine, its tables, a key and every route of template.yaml on one port."""

import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType
from typing import Final

ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: Sequence[str]) -> int:
    """Runs until a signal asks it to end."""
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()  # a flag, not an exception: nothing that is being started is left behind

    for number in ENDING:
        signal.signal(number, end)
    from local.running import run  # noqa: PLC0415  # it takes a while: signals count from before

    return run(arguments, stop)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
