"""The keys of imports and exports; `keys` has all others.

| collection     | pk / sk                          | the question it answers                      |
|----------------|----------------------------------|----------------------------------------------|
| import turn    | `<p>#JQ` / `#`                   | which import is running, and at which row    |
| import ticket  | `<p>#JQ` / `W#<time>#<action>`   | which imports run or wait, the first first   |
| import failure | `<p>#J#<action>` / `F#<row>`     | a row of an import that was not written      |
| export         | `<p>#EX#<id>` / `#`              | what it is of, and what has become of it     |

Exports are listed as kind `EX`: by creation, and in the order of their statuses where other kinds
have their names.
"""

from __future__ import annotations

from typing import Final

from counterfoil.storage.keys import Key, async_action, at

EXPORT: Final = "EX"
FAILURES: Final = "F#"
TICKETS: Final = "W#"


def turn(project: str) -> Key:
    """Says which import of the project is running."""
    return Key(f"{project}#JQ", "#")


def ticket(project: str, created_at: str, action_id: str) -> Key:
    """Says that an import is running or waits to."""
    return Key(turn(project).pk, TICKETS + at(created_at, action_id))


def failure(project: str, action_id: str, row: int) -> Key:
    """Says why the row of an import was not written."""
    return Key(async_action(project, action_id).pk, f"{FAILURES}{row:04d}")


def export(project: str, export_id: str) -> Key:
    """The export."""
    name = async_action(project, export_id).pk.rpartition("#")[2]
    return Key(f"{project}#{EXPORT}#{name}", "#")
