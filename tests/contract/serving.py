"""The service as `make run` serves it, in a process of its own."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
SETTINGS = {
    "PORT": "0",
    "COUNTERFOIL_DATA": ":memory:",
    "COUNTERFOIL_CLIENT_ORIGINS": "https://shop.example",
    "COUNTERFOIL_CLIENT_REDEEMS": "1",
}


@contextmanager
def served() -> Iterator[str]:
    """Its address, once it has said that it is ready; with nothing in its table."""
    process = subprocess.Popen(
        (sys.executable, "-m", "local.serve"),
        cwd=ROOT,
        env={**os.environ, **SETTINGS},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    # It logs every request: a full pipe would stop it.
    reader = threading.Thread(target=process.stdout.read)
    reader.start()
    try:
        assert line.startswith("Counterfoil is ready: "), line
        yield line.split()[3]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        reader.join()
        process.stdout.close()
