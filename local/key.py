"""`make key`: mints a key for a deployed stack, ends the older of its two tokens, or says what a
client's key is for.

`make run` puts the local key in with `put`.
"""

import argparse
import os
import re
import secrets
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from counterfoil.api.auth import HEADERS
from counterfoil.domain.roles import Role
from counterfoil.storage import credentials, dashboard_access
from counterfoil.storage.client import connect
from counterfoil.storage.credentials import ANY_ORIGIN, Kind, UnusableProject
from counterfoil.storage.dashboard_access import Session
from counterfoil.storage.store import Patience, Refused, Store
from local.errors import LocalError, SettingsError, TablesError
from local.intrinsics import STACK

LOCAL_PROJECT: Final = "local"
PATIENCE_SECONDS: Final = 20.0
PAUSE_SECONDS: Final = 0.1
TOKEN_BYTES: Final = 32
LINK_SECONDS: Final = 24 * 3600
# As browsers write it: lower case, no path, the port only where it is not the scheme's own.
ORIGIN: Final = re.compile(r"https?://[^/?#@\sA-Z]+")


def put(
    table: str, app_id: str, token: str, project: str = LOCAL_PROJECT, kind: Kind = Kind.SERVER
) -> None:
    """Makes `token` the newest of `app_id`; putting the newest again changes nothing.

    Region, credentials and endpoint come from the standard variables. Raises TablesError when the
    app id belongs to another project or is of another kind, and SettingsError for a project that
    cannot be one.
    """
    try:
        with _store(table) as store:
            credentials.mint(store, project, app_id, token, datetime.now(UTC), kind)
    except Refused as error:
        raise TablesError(f"the id {app_id} belongs to another project or kind of key") from error
    except UnusableProject as error:
        raise SettingsError(str(error)) from error


def allow(table: str, app_id: str, origins: Sequence[str], *, redeems: bool) -> None:
    """Lets the client's key of `app_id` work from pages of `origins`, and redeem if `redeems`.

    Raises SettingsError for what is no origin, and TablesError when there is no such key.
    """
    for origin in origins:
        if origin != ANY_ORIGIN and not ORIGIN.fullmatch(origin):
            raise SettingsError(
                f"an origin is like https://shop.example:8443, or {ANY_ORIGIN}: {origin!r}"
            )
    try:
        with _store(table) as store:
            credentials.allow(store, app_id, origins, redeems=redeems)
    except Refused as error:
        raise TablesError(f"there is no client's key for the app id {app_id}") from error


def appoint(table: str, app_id: str, role: Role, name: str) -> None:
    """Gives whoever signs in to the dashboard with the key of `app_id` this role and name.

    Raises TablesError when there is no such key.
    """
    try:
        with _store(table) as store:
            credentials.appoint(store, app_id, role, name)
    except Refused as error:
        raise TablesError(f"there is no dashboard's key with the id {app_id}") from error


def make_link(table: str, app_id: str, token: str) -> str:
    """The secret of a link that signs in to the dashboard once, with the key of `app_id`."""
    secret = secrets.token_urlsafe(TOKEN_BYTES)
    ends = int(time.time()) + LINK_SECONDS
    whom = Session(app_id, credentials.hash_of(token), ends)
    with _store(table) as store:
        dashboard_access.link_made(store, secret, whom)
    return secret


def retire(table: str, app_id: str) -> None:
    """Ends the older token of `app_id`, within the minute for which a process believes it.

    Raises TablesError when there is no such key, or it is being changed.
    """
    try:
        with _store(table) as store:
            known = credentials.retire(store, app_id, datetime.now(UTC))
    except Refused as error:
        raise TablesError(f"the key of {app_id} is being changed: try again") from error
    if known is None:
        raise TablesError(f"there is no key for the app id {app_id}")


def table_of(stack: str) -> str:
    """The name of the table that a deployed stack made."""
    try:
        client = boto3.client("cloudformation")
        found = client.describe_stack_resource(StackName=stack, LogicalResourceId="Table")
    except (BotoCoreError, ClientError) as error:
        raise TablesError(f"the stack {stack} cannot be read: {error}") from error
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def main(arguments: Sequence[str]) -> int:
    """Prints the key once: only its hash is kept."""
    options = _options(arguments)
    try:
        table = options.table or table_of(options.stack)
        if options.retire:
            retire(table, options.app_id)
            print(f"Only the newest token of {options.app_id} is in force")
        elif options.allow:
            _allow(table, options.app_id, options)
        else:
            _mint(table, options)
    except LocalError as error:
        print(f"counterfoil: {error}", file=sys.stderr)
        return 1
    return 0


def _mint(table: str, options: argparse.Namespace) -> None:
    app_id, token = options.app_id or str(uuid.uuid4()), secrets.token_urlsafe(TOKEN_BYTES)
    kind = Kind(options.kind)
    put(table, app_id, token, options.project, kind)
    if kind is Kind.DASHBOARD:
        _appoint(table, app_id, options)
        print(f"Key id: {app_id}\nToken: {token}")
        return
    print("\n".join(headers(kind, app_id, token)))
    if kind is Kind.CLIENT:
        _allow(table, app_id, options)


def _appoint(table: str, app_id: str, options: argparse.Namespace) -> None:
    appoint(table, app_id, Role(options.role), options.name or app_id)


def _allow(table: str, app_id: str, options: argparse.Namespace) -> None:
    allow(table, app_id, options.origin, redeems=options.redeem)
    does = "validates and redeems" if options.redeem else "validates"
    print(f"From pages of {', '.join(options.origin) or 'no origin'} it {does}")


def headers(kind: Kind, app_id: str, token: str) -> tuple[str, str]:
    """The headers that a key of `kind` is sent in."""
    named, proving = HEADERS[kind]
    return f"{named}: {app_id}", f"{proving}: {token}"


@contextmanager
def _store(table: str) -> Iterator[Store]:
    ending = time.monotonic() + PATIENCE_SECONDS
    patience = Patience(
        left=lambda: ending - time.monotonic(), pause=lambda n: time.sleep(n * PAUSE_SECONDS)
    )
    try:
        yield Store(connect(os.environ.get("AWS_REGION")), table, patience)
    except (BotoCoreError, ClientError) as error:
        raise TablesError(f"the key cannot be written to {table}: {error}") from error


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.key", description=__doc__)
    parser.add_argument("--stack", default=STACK, help="the name that `sam deploy` was given")
    parser.add_argument("--table", help="the table's name, in place of a stack's")
    parser.add_argument("--project", help="what the key opens")
    parser.add_argument(
        "--kind", choices=[*Kind], default=Kind.SERVER, help="which routes it opens"
    )
    parser.add_argument(
        "--app-id",
        help="an existing app id, to replace its token: the one before works until the next",
    )
    parser.add_argument(
        "--retire", action="store_true", help="mint nothing: end the older token of --app-id"
    )
    _add_client_options(parser)
    _add_dashboard_options(parser)
    options = parser.parse_args(arguments)
    changes = options.retire or options.allow
    if changes and not options.app_id:
        parser.error("--retire and --allow need --app-id")
    if not changes and options.project is None:
        parser.error("--project is needed to mint a key")
    return options


def _add_client_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--origin", action="append", default=[], help="where pages may use a client's key from"
    )
    parser.add_argument("--redeem", action="store_true", help="a client's key may redeem")
    parser.add_argument(
        "--allow",
        action="store_true",
        help="mint nothing: give the client's key of --app-id these origins, and --redeem or not",
    )


def _add_dashboard_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--role",
        choices=[*Role],
        default=Role.VIEWER,
        help="what a dashboard's key may: read without personal data, act, or all",
    )
    parser.add_argument("--name", help="whose dashboard's key it is, as timelines show it")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
