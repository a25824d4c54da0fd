"""One service for all of the vendor's clients, and the Python one."""

from collections.abc import Iterator

import pytest
import voucherify

from tests.contract.serving import served

KEYS = {
    "X-App-Id": "local-app",
    "X-App-Token": "local-token",
    "X-Management-Id": "local-management",
    "X-Management-Token": "local-management-token",
    "X-Client-Application-Id": "local-client",
    "X-Client-Token": "local-client-token",
}


@pytest.fixture(scope="session")
def host() -> Iterator[str]:
    """Its address."""
    with served() as address:
        yield address


@pytest.fixture(scope="session")
def client(host: str) -> Iterator[voucherify.ApiClient]:
    """The vendor's Python client with the local keys."""
    settings = voucherify.Configuration(host=host, api_key=KEYS)
    with voucherify.ApiClient(settings) as opened:
        yield opened


@pytest.fixture(scope="session")
def vouchers(client: voucherify.ApiClient) -> voucherify.VouchersApi:
    return voucherify.VouchersApi(client)


@pytest.fixture(scope="session")
def orders(client: voucherify.ApiClient) -> voucherify.OrdersApi:
    return voucherify.OrdersApi(client)


@pytest.fixture(scope="session")
def redemptions(client: voucherify.ApiClient) -> voucherify.RedemptionsApi:
    return voucherify.RedemptionsApi(client)
