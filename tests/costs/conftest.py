from collections.abc import Iterator

import pytest

from bench.metering import MeteredClient
from counterfoil.domain.customer_payloads import CustomerPayload
from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.operations import orders
from counterfoil.storage.client import connect
from local import engine, install, template
from local.install import Kind
from local.intrinsics import REGION
from local.tables import create_tables
from tests.costs.world import BUYER, World


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """One table for all tests: what something costs does not depend on what else is there."""
    if not install.is_installed(Kind.DYNOXIDE):
        pytest.skip("only dynoxide reports the units that DynamoDB would")
    running = engine.start(Kind.DYNOXIDE, None)
    with pytest.MonkeyPatch.context() as environment:
        for name, value in running.environment().items():
            environment.setenv(name, value)
        (table,) = create_tables(running.endpoint, template.load())
        made = World(MeteredClient(connect(REGION)), table)
        known = OrderPayload(amount=1, customer=CustomerPayload(source_id=BUYER, name="Ann"))
        orders.upsert(made.call(), known)
        yield made
    running.stop()
