import time
from collections.abc import Iterator

import pytest


@pytest.fixture
def machine_behind_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's own clock is five hours behind UTC."""
    with monkeypatch.context() as here:
        here.setenv("TZ", "XXX+5")
        time.tzset()
        yield
    time.tzset()
