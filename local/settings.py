"""What `make run` and its siblings read from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from counterfoil.storage.credentials import ANY_ORIGIN
from local.errors import SettingsError
from local.install import Kind
from local.template import ROOT

IN_MEMORY: Final = ":memory:"
MAX_PORT: Final = 65535


@dataclass(frozen=True)
class Settings:
    """`data` None keeps everything in memory; `engine` None takes the better one of this machine.

    `endpoint` is a DynamoDB that somebody else runs; then no engine is started for the tables, and
    queues and files are in memory. The client's key works from pages of any origin unless some are
    named, and redeems only if told to.
    """

    port: int
    data: Path | None
    endpoint: str | None
    engine: Kind | None
    app_id: str
    app_token: str
    management_id: str
    management_token: str
    dashboard_id: str
    dashboard_token: str
    client_id: str
    client_token: str
    client_origins: tuple[str, ...]
    client_redeems: bool

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """Raises SettingsError that names the variable; an empty variable counts as not set."""
        given = {name: value for name, value in environment.items() if value}
        data = given.get("COUNTERFOIL_DATA", str(ROOT / ".local" / "data"))
        return cls(
            port=_port(given.get("PORT", "8000")),
            data=None if data == IN_MEMORY else Path(data).resolve(),
            endpoint=given.get("COUNTERFOIL_DYNAMODB_ENDPOINT"),
            engine=_engine(given.get("COUNTERFOIL_ENGINE")),
            app_id=given.get("COUNTERFOIL_APP_ID", "local-app"),
            app_token=given.get("COUNTERFOIL_APP_TOKEN", "local-token"),
            management_id=given.get("COUNTERFOIL_MANAGEMENT_ID", "local-management"),
            management_token=given.get("COUNTERFOIL_MANAGEMENT_TOKEN", "local-management-token"),
            dashboard_id=given.get("COUNTERFOIL_DASHBOARD_ID", "local-dashboard"),
            dashboard_token=given.get("COUNTERFOIL_DASHBOARD_TOKEN", "local-dashboard-token"),
            client_id=given.get("COUNTERFOIL_CLIENT_ID", "local-client"),
            client_token=given.get("COUNTERFOIL_CLIENT_TOKEN", "local-client-token"),
            client_origins=tuple(given.get("COUNTERFOIL_CLIENT_ORIGINS", ANY_ORIGIN).split(",")),
            client_redeems=given.get("COUNTERFOIL_CLIENT_REDEEMS") == "1",
        )


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text) > MAX_PORT:
        raise SettingsError(f"PORT is a number from 0 to {MAX_PORT}, not {text!r}")
    return int(text)


def _engine(text: str | None) -> Kind | None:
    if text is None:
        return None
    if text not in set(Kind):
        raise SettingsError(f"COUNTERFOIL_ENGINE is {' or '.join(Kind)}, not {text!r}")
    return Kind(text)
