from pathlib import Path

import pytest

from local.errors import SettingsError
from local.install import Kind
from local.settings import Settings
from local.template import ROOT


def test_without_variables_everything_has_its_default() -> None:
    assert Settings.of({}) == Settings(
        port=8000,
        data=ROOT / ".local" / "data",
        endpoint=None,
        engine=None,
        app_id="local-app",
        app_token="local-token",
        management_id="local-management",
        management_token="local-management-token",
        dashboard_id="local-dashboard",
        dashboard_token="local-dashboard-token",
        client_id="local-client",
        client_token="local-client-token",
        client_origins=("*",),
        client_redeems=False,
    )


def test_an_empty_variable_counts_as_not_set() -> None:
    assert Settings.of({"PORT": "", "COUNTERFOIL_DATA": ""}) == Settings.of({})


def test_every_variable_is_read() -> None:
    given = Settings.of(
        {
            "PORT": "8001",
            "COUNTERFOIL_DATA": "/a folder",
            "COUNTERFOIL_DYNAMODB_ENDPOINT": "http://127.0.0.1:4566",
            "COUNTERFOIL_ENGINE": "ministack",
            "COUNTERFOIL_APP_ID": "app",
            "COUNTERFOIL_APP_TOKEN": "token",
            "COUNTERFOIL_MANAGEMENT_ID": "managing",
            "COUNTERFOIL_MANAGEMENT_TOKEN": "other",
            "COUNTERFOIL_DASHBOARD_ID": "anna",
            "COUNTERFOIL_DASHBOARD_TOKEN": "hers",
            "COUNTERFOIL_CLIENT_ID": "browser",
            "COUNTERFOIL_CLIENT_TOKEN": "public",
            "COUNTERFOIL_CLIENT_ORIGINS": "https://a.example,http://localhost:3000",
            "COUNTERFOIL_CLIENT_REDEEMS": "1",
        }
    )

    assert given == Settings(
        port=8001,
        data=Path("/a folder"),
        endpoint="http://127.0.0.1:4566",
        engine=Kind.MINISTACK,
        app_id="app",
        app_token="token",
        management_id="managing",
        management_token="other",
        dashboard_id="anna",
        dashboard_token="hers",
        client_id="browser",
        client_token="public",
        client_origins=("https://a.example", "http://localhost:3000"),
        client_redeems=True,
    )


def test_memory_is_no_folder() -> None:
    assert Settings.of({"COUNTERFOIL_DATA": ":memory:"}).data is None


@pytest.mark.parametrize("port", ["-1", "65536", "8000.0", "http", "٣"])
def test_a_port_is_a_number_in_range(port: str) -> None:
    with pytest.raises(SettingsError, match="PORT is a number from 0 to 65535"):
        Settings.of({"PORT": port})
