"""One service for all of the vendor's client."""

from collections.abc import Iterator

import pytest

from tests.contract.serving import served


@pytest.fixture(scope="session")
def host() -> Iterator[str]:
    """Its address."""
    with served() as address:
        yield address
