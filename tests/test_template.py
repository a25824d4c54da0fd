"""template.yaml says one thing in one way: names, policies, logs, routes, events, the table."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest

from counterfoil.api.routes import METHODS
from local.invoke import EVENTS, WORD_START, load_event
from local.routing import Routes
from local.template import DEFAULT_ROUTE, ROOT, Template, load
from tests.api.client import Api
from tests.permissions import SENDING, allowed, resources

DESCRIBED: Final = load()
FUNCTIONS: Final = sorted(DESCRIBED.functions)
# What the queue invokes; every other function has a route.
WORKERS: Final = sorted(DESCRIBED.queues.values())
ROUTED: Final = sorted(set(FUNCTIONS) - set(WORKERS))
KEYLESS: Final = {"AnswerPreflight", "GetHealth", "RefuseRoute"}
# On a table that has what the events name, but nothing whose id is drawn: no redemption, no
# validation rule.
ANSWERS: Final = {
    "CreateAssignment": 404,
    "AnswerPreflight": 204,
    "CreateVoucherWithCode": 409,
    "DeleteCampaign": 202,
    "DeleteCategory": 404,
    "DeleteAssignment": 404,
    "DeleteCustomer": 204,
    "DeleteProduct": 204,
    **dict.fromkeys((f"{verb}ProductCollection" for verb in ("Get", "Update", "Delete")), 404),
    "DeleteSku": 204,
    **dict.fromkeys((f"{verb}Segment" for verb in ("Get", "Delete")), 404),
    "DeleteValidationRule": 404,
    "DeleteStackingRules": 404,
    "DeleteVoucher": 204,
    **dict.fromkeys(
        (
            *(f"{verb}PromotionTier" for verb in ("Create", "Get", "Update", "Delete")),
            *(f"{verb}PromotionTier" for verb in ("Enable", "Disable")),
            *(f"{verb}PromotionStack" for verb in ("Create", "Get", "Update", "Delete")),
            *(f"ListCampaign{what}" for what in ("Tiers", "Stacks")),
        ),
        404,
    ),
    "GetAsyncAction": 404,
    "GetCategory": 404,
    "GetRedemption": 404,
    "GetValidationRule": 404,
    "GetStackingRules": 404,
    "ListCollectionProducts": 404,
    "RedeemPromotionTier": 404,
    "RefuseRoute": 405,
    "ReleaseSession": 204,
    "RevokeToken": 404,
    "RollBackRedemption": 404,
    "RollBackStack": 404,
    "UpdateValidationRule": 404,
    "UpdateCategory": 404,
    "UpdateStackingRules": 404,
}
REDEEMING: Final = {
    "RedeemCodeForClient",
    "RedeemForClient",
    "RedeemPromotionTier",
    "RedeemVoucher",
}
VALIDATING: Final = {
    "ValidateCodeForClient",
    "ValidateForClient",
    "ValidatePromotionTier",
    "ValidateVoucher",
}
READS: Final = {"GetItem", "BatchGetItem", "Query"}
MAX_HANDLER_LINES: Final = 40
MOST_RESOURCES: Final = 500


def stem(logical_id: str) -> str:
    return WORD_START.sub("_", logical_id).lower()


def table() -> Mapping[str, Any]:
    properties: Mapping[str, Any] = resources()["Table"]["Properties"]
    return properties


@pytest.mark.parametrize("logical_id", FUNCTIONS)
def test_one_stem_names_function_module_and_event(logical_id: str) -> None:
    folder, module, name = DESCRIBED.functions[logical_id].handler.split(".")

    assert (module, name) == (stem(logical_id), "handler")
    source = ROOT / "functions" / folder / f"{module}.py"
    assert len(source.read_text("utf-8").splitlines()) <= MAX_HANDLER_LINES
    assert (EVENTS / f"{module}.json").exists()


def test_nothing_lies_beside_the_functions_and_their_events() -> None:
    handlers = {path.stem for path in (ROOT / "functions").glob("*/*.py")}
    events = {path.stem for path in EVENTS.iterdir()}

    assert handlers == events == {stem(logical_id) for logical_id in FUNCTIONS}


@pytest.mark.parametrize("logical_id", ROUTED)
def test_every_function_serves_one_route(logical_id: str) -> None:
    assert [route.function for route in DESCRIBED.routes].count(logical_id) == 1


@pytest.mark.parametrize("logical_id", FUNCTIONS)
def test_every_function_has_the_log_of_its_folder_which_ends(logical_id: str) -> None:
    logs = resources()[logical_id]["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]
    folder = DESCRIBED.functions[logical_id].handler.partition(".")[0]

    assert logs == f"{folder.title().replace('_', '')}Logs"
    assert resources()[logs]["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_the_stack_stays_within_what_cloudformation_takes() -> None:
    """A function is itself and its role; each of its sources is a permission or a mapping."""
    functions = [it for it in resources().values() if it["Type"] == "AWS::Serverless::Function"]
    sources = sum(len(it["Properties"].get("Events", {})) for it in functions)
    of_api = 1  # its stage

    assert len(resources()) + len(functions) + sources + of_api <= MOST_RESOURCES


def test_a_worker_reads_one_queue_and_serves_no_route() -> None:
    assert not {route.function for route in DESCRIBED.routes} & set(WORKERS)
    for logical_id in WORKERS:
        (event,) = resources()[logical_id]["Properties"]["Events"].values()
        source = event["Properties"]["Queue"]["Fn::GetAtt"][0]
        queue = resources()[source]["Properties"]
        # Six times the worker's timeout, so that no message is given out while it is worked on.
        timeout = DESCRIBED.functions[logical_id].timeout_seconds
        assert queue["VisibilityTimeout"] == 6 * timeout
        assert queue["SqsManagedSseEnabled"] is True
        assert queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0] in resources()


@pytest.mark.parametrize("logical_id", sorted(set(ROUTED) - KEYLESS))
def test_a_function_may_do_what_its_method_needs_and_only_to_the_table(logical_id: str) -> None:
    (method,) = (route.method for route in DESCRIBED.routes if route.function == logical_id)
    granted = allowed()[logical_id] - ({SENDING} if method != "GET" else set())
    indexes = {index["IndexName"] for index in table()["GlobalSecondaryIndexes"]} | {""}

    assert ("GetItem", "") in granted  # for credentials
    assert {index for _, index in granted} <= indexes
    assert {action for action, index in granted if index} <= {"Query"}
    if method == "GET" and not logical_id.startswith("Validate"):
        assert {action for action, _ in granted} <= READS
    else:
        assert {action for action, _ in granted} <= READS | {"UpdateItem", "DeleteItem"}


@pytest.mark.parametrize(
    ("does", "alike"),
    [
        ("RedeemStack", REDEEMING),
        ("ValidateStack", VALIDATING),
        ("Qualify", {"QualifyForClient"}),
        ("ListPromotionTiers", {"ListTiersForClient"}),
    ],
)
def test_functions_that_do_the_same_may_do_the_same(does: str, alike: set[str]) -> None:
    assert {name: allowed()[name] for name in alike} == dict.fromkeys(alike, allowed()[does])


@pytest.mark.parametrize("logical_id", sorted(KEYLESS))
def test_a_function_without_credentials_may_do_nothing(logical_id: str) -> None:
    assert allowed()[logical_id] == frozenset()


def test_the_fallback_knows_every_route() -> None:
    known = {f"{method} {path}" for path, methods in METHODS.items() for method in methods}

    assert {route.key for route in DESCRIBED.routes} == known | {DEFAULT_ROUTE}
    assert all(list(methods) == sorted(methods) for methods in METHODS.values())


def test_a_function_knows_its_own_timeout() -> None:
    for function in DESCRIBED.functions.values():
        assert function.environment["COUNTERFOIL_TIMEOUT"] == str(function.timeout_seconds)


def test_the_table_outlives_mistakes() -> None:
    resource = resources()["Table"]

    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert table()["DeletionProtectionEnabled"] is True
    assert table()["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table()["SSESpecification"] == {"SSEEnabled": True}
    assert table()["BillingMode"] == "PAY_PER_REQUEST"


def test_the_table_forgets_what_has_expired() -> None:
    ttl = table()["TimeToLiveSpecification"]

    assert ttl == {"AttributeName": "exp", "Enabled": True}


def test_the_indexes_hold_keys_only() -> None:
    for index in table()["GlobalSecondaryIndexes"]:
        name = index["IndexName"].removeprefix("list-")
        assert [key["AttributeName"] for key in index["KeySchema"]] == [f"{name}p", f"{name}s"]
        assert index["Projection"] == {"ProjectionType": "KEYS_ONLY"}


@pytest.mark.parametrize("logical_id", ROUTED)
def test_an_event_is_one_of_its_functions_route(logical_id: str, described: Template) -> None:
    event: Any = load_event(logical_id)

    match = Routes(described.routes).match(
        event["requestContext"]["http"]["method"], event["rawPath"]
    )
    assert match is not None
    assert match.route.function == logical_id
    assert match.route.key == event["routeKey"] == event["requestContext"]["routeKey"]
    assert event.get("pathParameters", {}) == match.parameters
    if "body" in event:
        assert event["headers"]["content-length"] == str(len(event["body"].encode()))
        assert isinstance(json.loads(event["body"]), dict)


@pytest.mark.parametrize("logical_id", ROUTED)
def test_an_event_is_answered(new_api: Callable[[str], Api], logical_id: str) -> None:
    api = new_api("local")
    api.voucher("TOUR-10")
    api.gift_card("TOUR-GIFT", 10_000)
    api.campaign("Tour")
    api.post("/v1/orders", {"source_id": "order-1001", "amount": 5000})
    api.post("/v1/customers", {"source_id": "customer-7"})
    api.post("/v1/products", {"source_id": "mug"})
    session = {"type": "LOCK", "key": "till-3"}
    api.post("/v1/validations", {**api.redeeming("TOUR-10"), "session": session})
    api.post("/v1/products/mug/skus", {"source_id": "mug-blue"})
    event: Any = load_event(logical_id)
    target = "?".join(filter(None, (event["rawPath"], event["rawQueryString"])))
    method, body = event["requestContext"]["http"]["method"], event.get("body", "")

    reply = api.send(method, target, body.encode(), api.credentials)

    assert reply.status == ANSWERS.get(logical_id, 200)
