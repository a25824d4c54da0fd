"""What another request does to a product collection between this one's read and its write."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from counterfoil.api import context
from counterfoil.storage import product_collections
from counterfoil.storage.client import connect
from counterfoil.storage.plans import Plan
from counterfoil.storage.store import Store
from tests.api.client import Api

Meanwhile = Callable[[Callable[[], object]], None]


@pytest.fixture
def meanwhile(store: Store) -> Meanwhile:
    """Has something done right before the next transaction is sent."""
    events = store.client.meta.events  # type: ignore[attr-defined]  # botocore's own hooks
    name = "before-call.dynamodb.TransactWriteItems"

    def interrupt(act: Callable[[], object]) -> None:
        def once(**_: object) -> None:
            events.unregister(name, once)
            act()

        events.register(name, once)

    return interrupt


@pytest.fixture
def path(api: Api) -> str:
    """An empty list of products."""
    body = {"name": "Kitchen", "type": "STATIC"}
    return f"/v1/product-collections/{api.post('/v1/product-collections', body).json['id']}"


def test_two_changes_at_once_are_both_kept(api: Api, path: str, meanwhile: Meanwhile) -> None:
    mug = {"id": "mug", "object": "product"}
    meanwhile(lambda: api.put(path, {"name": "Table"}))

    assert api.put(path, {"products": [mug]}).status == 200

    found = api.get(path).json
    assert (found["name"], found["products"]) == ("Table", [mug])


def test_a_collection_that_a_rule_comes_to_name_meanwhile_is_not_deleted(
    api: Api, path: str, store: Store, meanwhile: Meanwhile
) -> None:
    plan = Plan()
    plan.add(product_collections.used(api.project, path.rpartition("/")[2], 1))
    # A client that the wardens of functions do not watch.
    another = replace(store, client=connect(context.settings().region))
    meanwhile(lambda: another.commit(plan, "named"))

    assert api.delete(path).json["key"] == "resource_in_use"

    assert api.get(path).status == 200


def test_a_collection_that_changes_meanwhile_is_deleted_all_the_same(
    api: Api, path: str, meanwhile: Meanwhile
) -> None:
    meanwhile(lambda: api.put(path, {"name": "Table"}))

    assert api.delete(path).status == 204

    assert api.get(path).status == 404


def test_of_two_deletions_at_once_neither_fails(api: Api, path: str, meanwhile: Meanwhile) -> None:
    meanwhile(lambda: api.delete(path))

    assert api.delete(path).status == 204


def test_a_collection_that_is_deleted_meanwhile_is_not_changed(
    api: Api, path: str, meanwhile: Meanwhile
) -> None:
    meanwhile(lambda: api.delete(path))

    assert api.put(path, {"name": "Table"}).status == 404
