import pytest

from counterfoil.domain.roles import Role
from counterfoil.storage import credentials
from counterfoil.storage.client import connect
from counterfoil.storage.credentials import Kind
from counterfoil.storage.store import Patience, Store
from local import key
from local.engine import Engine
from local.errors import SettingsError, TablesError
from local.tables import create_tables
from local.template import Template

pytestmark = pytest.mark.engine


@pytest.fixture
def store(running: Engine, sample: Template, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", running.endpoint)
    (table,) = create_tables(running.endpoint, sample)
    return Store(connect(None), table, Patience(left=lambda: 10.0, pause=lambda _: None))


def hashes(store: Store) -> tuple[str, ...]:
    found = credentials.get(store, "app")
    assert found is not None
    return found.token_hashes


def test_a_key_that_is_put_again_is_the_same_key(store: Store) -> None:
    key.put(store.table, "app", "token")
    key.put(store.table, "app", "token")

    assert hashes(store) == (credentials.hash_of("token"),)


def test_a_new_token_leaves_the_one_before_in_force(store: Store) -> None:
    for token in ("first", "second", "third"):
        key.put(store.table, "app", token)

    assert hashes(store) == (credentials.hash_of("third"), credentials.hash_of("second"))


def test_an_app_id_stays_in_its_project(store: Store) -> None:
    key.put(store.table, "app", "token", "one")

    with pytest.raises(TablesError, match="app belongs to another project"):
        key.put(store.table, "app", "token", "two")


def test_a_key_stays_of_its_kind(store: Store) -> None:
    key.put(store.table, "app", "token", kind=Kind.MANAGEMENT)
    key.put(store.table, "app", "another", kind=Kind.MANAGEMENT)
    key.put(store.table, "server", "token")

    for name, kind in (("app", Kind.SERVER), ("app", Kind.CLIENT), ("server", Kind.MANAGEMENT)):
        with pytest.raises(TablesError, match="belongs to another project or kind of key"):
            key.put(store.table, name, "token", kind=kind)


@pytest.mark.parametrize(
    ("opens", "headers"),
    [
        ("server", ("X-App-Id", "X-App-Token")),
        ("management", ("X-Management-Id", "X-Management-Token")),
        ("client", ("X-Client-Application-Id", "X-Client-Token")),
    ],
)
def test_a_key_of_each_kind_is_printed_with_its_headers(
    store: Store, capsys: pytest.CaptureFixture[str], opens: str, headers: tuple[str, str]
) -> None:
    options = ["--table", store.table, "--project", "shop", "--app-id", "app", "--kind", opens]

    assert key.main(options) == 0

    named, proving, *_ = capsys.readouterr().out.splitlines()
    assert named == f"{headers[0]}: app"
    assert proving.startswith(f"{headers[1]}: ")
    found = credentials.get(store, "app")
    assert found is not None
    assert found.kind == opens


def test_a_minted_key_is_printed_once_and_stored_as_a_hash(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert key.main(["--table", store.table, "--project", "shop", "--app-id", "app"]) == 0

    first, second = capsys.readouterr().out.splitlines()
    assert first == "X-App-Id: app"
    assert hashes(store) == (credentials.hash_of(second.removeprefix("X-App-Token: ")),)


@pytest.mark.parametrize("project", ["", "local#O", "KEY", "a b", "é", "p" * 65, "shop\n"])
def test_a_project_whose_keys_could_be_anothers_gets_no_key(store: Store, project: str) -> None:
    with pytest.raises(SettingsError, match="a project is called by"):
        key.put(store.table, "app", "token", project)

    assert credentials.get(store, "app") is None


def test_a_retired_token_ends_and_the_newest_stays(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    for token in ("leaked", "new"):
        key.put(store.table, "app", token)

    assert key.main(["--table", store.table, "--app-id", "app", "--retire"]) == 0

    assert hashes(store) == (credentials.hash_of("new"),)
    assert capsys.readouterr().out == "Only the newest token of app is in force\n"


def test_retiring_the_token_of_nobody_says_so(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert key.main(["--table", store.table, "--app-id", "nobody", "--retire"]) == 1

    assert "there is no key for the app id nobody" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--retire"], ["--allow"], ["--app-id", "app"]])
def test_what_to_do_has_to_be_said_in_full(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        key.main(arguments)

    assert "need" in capsys.readouterr().err


def test_a_clients_key_says_what_it_is_for_and_can_be_told_otherwise(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["--table", store.table, "--app-id", "app"]
    origins = ["--origin", "https://shop.example", "--origin", "http://localhost:3000"]

    assert key.main([*names, "--project", "shop", "--kind", "client", *origins]) == 0
    minted = credentials.get(store, "app")
    assert key.main([*names, "--allow", "--origin", "*", "--redeem"]) == 0
    changed = credentials.get(store, "app")
    assert key.main([*names, "--allow"]) == 0

    assert minted is not None
    assert changed is not None
    assert minted.origins == ("https://shop.example", "http://localhost:3000")
    assert minted.redeems is False
    assert (changed.origins, changed.redeems) == (("*",), True)
    assert changed.token_hashes == minted.token_hashes
    said = capsys.readouterr().out.splitlines()
    assert said[2:] == [
        "From pages of https://shop.example, http://localhost:3000 it validates",
        "From pages of * it validates and redeems",
        "From pages of no origin it validates",
    ]


def test_a_dashboards_key_has_a_role_and_a_name(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["--table", store.table, "--project", "shop", "--kind", "dashboard"]

    assert key.main([*names, "--app-id", "anna", "--role", "operator", "--name", "Anna"]) == 0
    assert key.main([*names, "--app-id", "bert"]) == 0

    anna, bert = (credentials.get(store, name) for name in ("anna", "bert"))
    assert anna is not None
    assert bert is not None
    assert (anna.kind, anna.role, anna.name) == (Kind.DASHBOARD, Role.OPERATOR, "Anna")
    assert (bert.role, bert.name) == (Role.VIEWER, "bert")
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "Key id: anna"
    assert credentials.hash_of(said[1].removeprefix("Token: ")) == anna.token_hashes[0]


def test_only_a_dashboards_key_has_a_role(store: Store) -> None:
    key.put(store.table, "app", "token")

    with pytest.raises(TablesError, match="there is no dashboard's key with the id app"):
        key.appoint(store.table, "app", Role.ADMIN, "Anna")


@pytest.mark.parametrize("origin", ["shop.example", "https://Shop.example", "https://a/", ""])
def test_what_no_browser_sends_is_no_origin(store: Store, origin: str) -> None:
    key.put(store.table, "app", "token", kind=Kind.CLIENT)

    with pytest.raises(SettingsError, match="an origin is like"):
        key.allow(store.table, "app", [origin], redeems=False)


def test_only_a_clients_key_has_origins(store: Store) -> None:
    key.put(store.table, "app", "token")

    with pytest.raises(TablesError, match="there is no client's key for the app id app"):
        key.allow(store.table, "app", ["*"], redeems=False)
