"""Product collections in the store: what guards them, and the count of the rules that name them."""

from typing import Final

import pytest

from counterfoil.domain.product_collections import ProductCollection
from counterfoil.storage import keys, product_collections
from counterfoil.storage.plans import Action, Plan
from counterfoil.storage.product_collections import Stored
from counterfoil.storage.store import Refused, Store
from tests.builders import NOW

NAME: Final = "pc_1"
KITCHEN: Final = ProductCollection.model_validate(
    {
        "id": NAME,
        "name": "Kitchen",
        "type": "STATIC",
        "products": [
            {"id": "mug", "object": "product", "derived": "prod_1"},
            {"id": "sku_1", "object": "sku", "product_id": "prod_2"},
        ],
        "created_at": NOW,
    }
)
TABLE: Final = KITCHEN.model_copy(update={"name": "Table", "updated_at": NOW})


def write(store: Store, *actions: Action) -> None:
    plan = Plan()
    plan.add(*actions)
    store.commit(plan, "token" + str(id(plan)))


def known(store: Store) -> Stored:
    found = product_collections.stored(
        store.get_all([keys.product_collection("p", NAME)]), "p", NAME
    )
    assert found is not None
    return found


@pytest.fixture
def made(store: Store) -> Stored:
    write(store, product_collections.created("p", KITCHEN, "by"))
    return known(store)


def test_a_collection_is_read_as_it_was_written(store: Store, made: Stored) -> None:
    assert made == Stored(KITCHEN, version=1, uses=0)

    write(store, product_collections.changed("p", made, TABLE, "by"))

    assert known(store) == Stored(TABLE, version=2, uses=0)


def test_a_filter_is_read_as_it_was_written(store: Store) -> None:
    sent = {"junction": "or", "metadata.a": {"conditions": {"$in": [1, "b", True, None]}}}
    cheap = KITCHEN.model_copy(update={"type": "AUTO_UPDATE", "filter": sent, "products": ()})

    write(store, product_collections.created("p", cheap, "by"))

    assert known(store).collection == cheap


def test_a_change_of_what_is_no_longer_so_is_refused(store: Store, made: Stored) -> None:
    write(store, product_collections.changed("p", made, TABLE, "by"))

    for action in (
        product_collections.changed("p", made, KITCHEN, "by"),
        product_collections.removed("p", made),
    ):
        with pytest.raises(Refused):
            write(store, action)


@pytest.mark.usefixtures("made")
def test_rules_that_name_a_collection_are_counted(store: Store) -> None:
    write(store, product_collections.used("p", NAME, 1))
    write(store, product_collections.used("p", NAME, 2))
    write(store, product_collections.used("p", NAME, -3))

    assert known(store).uses == 0
    with pytest.raises(Refused):
        write(store, product_collections.used("p", NAME, -1))


def test_a_collection_that_a_rule_names_cannot_be_removed(store: Store, made: Stored) -> None:
    write(store, product_collections.used("p", NAME, 1))

    with pytest.raises(Refused):
        write(store, product_collections.removed("p", made))

    write(store, product_collections.used("p", NAME, -1))
    write(store, product_collections.removed("p", made))
    assert store.get_all([keys.product_collection("p", NAME)]) == {}


@pytest.mark.parametrize("delta", [1, -1])
def test_a_collection_that_is_gone_cannot_be_named(store: Store, delta: int) -> None:
    with pytest.raises(Refused):
        write(store, product_collections.used("p", NAME, delta))

    assert store.get_all([keys.product_collection("p", NAME)]) == {}


def test_a_use_leaves_the_version_as_it_is(store: Store, made: Stored) -> None:
    write(store, product_collections.used("p", NAME, 1))

    write(store, product_collections.changed("p", made, TABLE, "by"))

    assert known(store) == Stored(TABLE, version=2, uses=1)
