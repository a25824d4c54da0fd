"""`make key`: mints a key for a deployed stack. `make run` puts the local one in with `put`."""

import argparse
import os
import secrets
import sys
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from counterfoil.storage import credentials
from counterfoil.storage.client import connect
from counterfoil.storage.store import Patience, Refused, Store
from local.errors import LocalError, TablesError
from local.intrinsics import STACK

LOCAL_PROJECT: Final = "local"
PATIENCE_SECONDS: Final = 20.0
PAUSE_SECONDS: Final = 0.1
TOKEN_BYTES: Final = 32


def put(table: str, app_id: str, token: str, project: str = LOCAL_PROJECT) -> None:
    """Makes `token` the newest of `app_id`; putting the newest again changes nothing.

    Region, credentials and endpoint come from the standard variables. Raises TablesError when the
    app id belongs to another project.
    """
    ending = time.monotonic() + PATIENCE_SECONDS
    patience = Patience(
        left=lambda: ending - time.monotonic(), pause=lambda n: time.sleep(n * PAUSE_SECONDS)
    )
    store = Store(connect(os.environ.get("AWS_REGION")), table, patience)
    try:
        credentials.mint(store, project, app_id, token, datetime.now(UTC))
    except Refused as error:
        raise TablesError(f"the app id {app_id} belongs to another project") from error
    except (BotoCoreError, ClientError) as error:
        raise TablesError(f"the key cannot be written to {table}: {error}") from error


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
    token = secrets.token_urlsafe(TOKEN_BYTES)
    try:
        put(options.table or table_of(options.stack), options.app_id, token, options.project)
    except LocalError as error:
        print(f"counterfoil: {error}", file=sys.stderr)
        return 1
    print(f"X-App-Id: {options.app_id}\nX-App-Token: {token}")
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.key", description=__doc__)
    parser.add_argument("--stack", default=STACK, help="the name that `sam deploy` was given")
    parser.add_argument("--table", help="the table's name, in place of a stack's")
    parser.add_argument("--project", required=True, help="what the key opens")
    parser.add_argument(
        "--app-id",
        default=str(uuid.uuid4()),
        help="an existing app id, to replace its token: the one before works until the next",
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
