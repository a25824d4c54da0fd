"""Webhooks by the management API: who is told what."""

import pytest

from counterfoil.domain.occurrences import NAMES
from counterfoil.domain.webhooks import MAX_WEBHOOKS
from tests.api.client import Api

TARGET = "https://shop.example/hooks"
UNKNOWN = "wh_" + "0" * 24


def webhook(api: Api, **fields: object) -> dict[str, object]:
    reply = api.post(f"{api.management}/webhooks", {"target_url": TARGET, **fields})
    assert reply.status == 200, reply.body
    return dict(reply.json)


def own(api: Api, identifier: object) -> str:
    return f"{api.management}/webhooks/{identifier}"


def refusal(api: Api, **fields: object) -> str:
    reply = api.post(f"{api.management}/webhooks", {"target_url": TARGET, **fields})
    assert (reply.status, reply.json["key"]) == (400, "invalid_payload"), reply.body
    return str(reply.json["details"])


def test_a_webhook_is_told_everything_unless_it_says_otherwise(api: Api) -> None:
    made = webhook(api)

    assert str(made.pop("id")).startswith("wh_")
    assert str(made.pop("created_at")).endswith("Z")
    assert len(str(made.pop("secret"))) == 43
    assert made == {
        "target_url": TARGET,
        "events": ["*"],
        "active": True,
        "updated_at": None,
        "object": "webhook",
    }


def test_the_secret_is_shown_at_the_creation_and_never_again(api: Api) -> None:
    made = webhook(api)
    path = own(api, made["id"])

    shown = [
        api.get(path).json,
        api.put(path, {"active": False}).json,
        *api.get(f"{api.management}/webhooks").json["data"],
    ]

    assert made["secret"]
    assert all("secret" not in each for each in shown)
    assert webhook(api)["secret"] != made["secret"]


def test_a_creation_that_is_sent_again_is_answered_alike(api: Api) -> None:
    path, key = f"{api.management}/webhooks", {"Idempotency-Key": "1"}

    replies = [api.post(path, {"target_url": TARGET}, key) for _ in range(2)]

    assert replies[0].body == replies[1].body
    assert api.get(path).json["total"] == 1


def test_webhooks_are_listed_in_the_order_of_their_creation(api: Api) -> None:
    made = [webhook(api, target_url=f"{TARGET}/{number}") for number in range(3)]

    listed = api.get(f"{api.management}/webhooks").json

    assert (listed["object"], listed["data_ref"], listed["total"]) == ("list", "data", 3)
    assert [each["id"] for each in listed["data"]] == [each["id"] for each in made]


def test_a_change_is_of_what_it_names(api: Api) -> None:
    path = own(api, webhook(api, events=["customer.order.*"])["id"])

    changed = api.put(path, {"target_url": f"{TARGET}/2", "active": False, "events": None}).json

    assert (changed["target_url"], changed["active"]) == (f"{TARGET}/2", False)
    assert changed["events"] == ["customer.order.*"]
    assert changed["updated_at"] is not None
    assert api.get(path).json == changed
    assert api.put(path, changed).json == changed


def test_a_webhook_that_was_deleted_is_gone(api: Api) -> None:
    path = own(api, webhook(api)["id"])

    assert api.delete(path).status == 204

    assert [api.call(each, path, {}).status for each in ("GET", "PUT", "DELETE")] == [404] * 3
    assert api.post(f"{path}/test", {}).status == 404
    assert api.get(f"{path}/deliveries").status == 404


def test_a_project_has_so_many_webhooks_and_no_more(api: Api) -> None:
    *_, last = [webhook(api) for _ in range(MAX_WEBHOOKS)]

    assert refusal(api) == f"A project has at most {MAX_WEBHOOKS} webhooks"
    assert api.delete(own(api, last["id"])).status == 204
    assert webhook(api)["id"]


@pytest.mark.parametrize("events", [[each] for each in NAMES])
def test_every_event_of_orders_and_redemptions_can_be_asked_for(
    api: Api, events: list[str]
) -> None:
    assert webhook(api, events=events)["events"] == events


@pytest.mark.parametrize(
    "pattern", ["*", "customer.*", "customer.order.*", "redemption.*", "redemption.rollback.*"]
)
def test_events_can_be_asked_for_together(api: Api, pattern: str) -> None:
    assert webhook(api, events=[pattern, pattern])["events"] == [pattern]


@pytest.mark.parametrize(
    "event",
    ["", "customer.order", "customer.order.*.*", "order*", "*.paid", "voucher.created", "redemp*"],
)
def test_what_nothing_is_told_by_cannot_be_asked_for(api: Api, event: str) -> None:
    assert refusal(api, events=[event]).startswith(f"Property .events has {event!r}")


@pytest.mark.parametrize(
    ("fields", "details"),
    [
        ({"target_url": None}, "Property .target_url must be a string"),
        ({"target_url": 7}, "Property .target_url must be a string"),
        ({"events": []}, "Property .events must have at least 1 element"),
        ({"events": "*"}, "Property .events must be an array"),
        ({"events": ["*"] * 51}, "Property .events must have at most 50 elements"),
        ({"active": "yes"}, "Property .active must be a boolean"),
        ({"target_url": "http://shop.example/"}, "Property .target_url must be an https URL"),
    ],
)
def test_what_is_wrong_with_a_webhook_is_said(
    api: Api, fields: dict[str, object], details: str
) -> None:
    assert refusal(api, **fields) == details


def test_webhooks_and_projects_that_are_not_there_are_not_found(api: Api) -> None:
    elsewhere = "/management/v1/projects/elsewhere/webhooks"

    for path in (own(api, UNKNOWN), own(api, "x#y"), f"{elsewhere}/{webhook(api)['id']}"):
        assert [api.call(each, path, {}).status for each in ("GET", "PUT", "DELETE")] == [404] * 3
        assert api.post(f"{path}/test", {}).status == 404
        assert api.get(f"{path}/deliveries").status == 404
        assert api.post(f"{path}/deliveries/whd_{'0' * 24}/resend", {}).status == 404
    assert api.get(elsewhere).status == api.post(elsewhere, {"target_url": TARGET}).status == 404


def test_only_the_key_of_a_manager_opens_them(api: Api) -> None:
    own_keys = {"X-App-Id": api.app_id, "X-App-Token": api.token}

    reply = api.with_headers("GET", f"{api.management}/webhooks", None, own_keys)

    assert reply.status == 401
