"""The keys of what lies beside orders, and of their lists by customer; `keys` has the order's.

| collection   | pk / sk                      | the question it answers                     |
|--------------|------------------------------|---------------------------------------------|
| order event  | `<p>#O#<id>` / `E#<version>` | what happened and changed; the second fence |

| index | partition            | sort          | the question it answers                        |
|-------|----------------------|---------------|------------------------------------------------|
| `g3`  | `<p>#LOC#<customer>` | created_at#id | the orders that became theirs: by these events |
"""

from __future__ import annotations

from typing import Final

from counterfoil.storage.keys import Key, customer, order

EVENTS: Final = "E#"


def event(project: str, order_id: str, version: int) -> Key:
    """The event that made `version` of the order."""
    return Key(order(project, order_id).pk, f"{EVENTS}{version:08d}")


def of_customer(project: str, customer_id: str) -> str:
    """The index partition of the orders that have or had a customer."""
    name = customer(project, customer_id).pk.rpartition("#")[2]
    return f"{project}#LOC#{name}"


def customer_in(partition: str) -> str:
    """The customer of such a partition."""
    return partition.rpartition("#")[2]
