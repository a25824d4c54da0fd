"""Reading many items at once."""

from counterfoil.storage.keys import Key
from counterfoil.storage.plans import Action, Guard
from counterfoil.storage.store import Store


def test_only_what_is_asked_for_comes_of_each_item(store: Store) -> None:
    keys = [Key("p#X", f"{number:03}") for number in range(120)]
    for key in keys[::2]:
        store.write(Action(key, Guard.STATE, sets={"name": key.sk, "body": "x" * 100}))
    store.write(Action(keys[0], Guard.STATE, removes=("name",)))

    found = store.get_all(keys, only=("name",))

    assert found == {key: {**key._asdict(), "name": key.sk} for key in keys[2::2]} | {
        keys[0]: dict(keys[0]._asdict())
    }
    assert store.get_all(keys[2:3])[keys[2]]["body"] == "x" * 100
