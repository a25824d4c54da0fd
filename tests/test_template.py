"""template.yaml says one thing in one way: names, policies, logs, routes, events, the table."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest

from counterfoil.api.routes import METHODS
from counterfoil.domain.deliveries import MAX_TRIES
from local.filters import takes
from local.invoke import EVENTS, WORD_START, load_event
from local.reference import conformity
from local.routing import Routes
from local.sources import FIFO, QueueSource, Schedule, StreamSource
from local.template import DEFAULT_ROUTE, ROOT, Template, load
from tests.api.client import Api
from tests.permissions import SENDING, allowed, of_table, resources

DESCRIBED: Final = load()
FUNCTIONS: Final = sorted(DESCRIBED.functions)
# What a queue, the stream or a schedule invokes; every other function has a route.
WORKERS: Final = sorted({source.function for source in DESCRIBED.sources})
ROUTED: Final = sorted(set(FUNCTIONS) - set(WORKERS))
KEYLESS: Final = {"AnswerPreflight", "GetHealth", "RefuseRoute", "ServeReference"}
# Opened by the token of an address.
TOKENED: Final = {"DownloadExport"}
PAGES: Final = ["ANY /dashboard", "ANY /dashboard/{page+}"]
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
    "DeleteExport": 404,
    "DownloadExport": 401,
    "GetAsyncAction": 404,
    "GetExport": 404,
    "GetCategory": 404,
    "GetRedemption": 404,
    "GetValidationRule": 404,
    "GetStackingRules": 404,
    "ListCollectionProducts": 404,
    "RedeemPromotionTier": 404,
    "RefuseRoute": 405,
    "ReleaseSession": 204,
    "RevokeToken": 404,
    "ServeDashboard": 303,
    "RollBackRedemption": 404,
    "RollBackStack": 404,
    "UpdateValidationRule": 404,
    "UpdateCategory": 404,
    "UpdateStackingRules": 404,
    **dict.fromkeys((f"{verb}Webhook" for verb in ("Get", "Update", "Delete", "Test")), 404),
    "ListDeliveries": 404,
    "ResendDelivery": 404,
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
FILE_READS: Final = {"s3:GetObject"}
FILE_WRITES: Final = {"s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"}
MAX_HANDLER_LINES: Final = 40
MOST_RESOURCES: Final = 500
MOST_RETRIES: Final = 100


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
    """But the dashboard: its pages are one program for people, with one session and one policy,
    and neither of its two routes has a meaning without the other.
    """
    routes = [route.key for route in DESCRIBED.routes if route.function == logical_id]

    assert len(routes) == 1 or routes == PAGES


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


def properties_of_source(logical_id: str, kind: str) -> list[Mapping[str, Any]]:
    events = resources()[logical_id]["Properties"]["Events"].values()
    return [event["Properties"] for event in events if event["Type"] == kind]


def test_a_worker_has_sources_of_one_kind_and_serves_no_route() -> None:
    assert not {route.function for route in DESCRIBED.routes} & set(WORKERS)
    for logical_id in WORKERS:
        kinds = [type(it) for it in DESCRIBED.sources if it.function == logical_id]
        assert kinds in ([QueueSource], [StreamSource]) or set(kinds) == {Schedule}


def test_a_queue_gives_no_message_out_while_it_is_worked_on_and_puts_by_what_fails() -> None:
    for source in DESCRIBED.read_queues:
        timeout = DESCRIBED.functions[source.function].timeout_seconds
        queue = resources()[source.queue]["Properties"]
        assert queue["VisibilityTimeout"] == 6 * timeout  # as AWS advises
        assert DESCRIBED.queues[source.queue].dead_letters
        assert source.batch_size == 1 or source.reports_failures


def test_a_delivery_is_given_up_with_the_message_that_the_queue_puts_by() -> None:
    assert DESCRIBED.queues["DeliveryQueue"].most_receives == MAX_TRIES


def test_one_function_reads_a_queue() -> None:
    read = [source.queue for source in DESCRIBED.read_queues]

    assert len(read) == len(set(read))


def test_every_queue_is_encrypted_and_has_dead_letters_of_its_kind() -> None:
    for queue in DESCRIBED.queues.values():
        written = resources()[queue.logical_id]["Properties"]
        assert written["SqsManagedSseEnabled"] is True
        assert queue.is_fifo == (written.get("FifoQueue") is True)
        assert "QueueName" not in written or queue.is_fifo == queue.name.endswith(FIFO)
        if queue.dead_letters:
            assert DESCRIBED.queues[queue.dead_letters].is_fifo == queue.is_fifo


def test_a_stream_goes_on_when_a_record_fails() -> None:
    """Retries end, one record does not take its batch along, and what failed is kept."""
    for source in DESCRIBED.streams:
        assert 0 < source.retries <= MOST_RETRIES
        assert source.bisects or source.reports_failures
        assert source.on_failure in DESCRIBED.queues
        assert source.patterns  # what nobody wants costs no invocation
        (written,) = properties_of_source(source.function, "DynamoDB")
        # Without the type, SAM does not let the function's role send there.
        assert written["DestinationConfig"]["OnFailure"]["Type"] == "SQS"


def test_a_schedule_runs_in_a_time_zone_that_is_a_parameter() -> None:
    for logical_id in {source.function for source in DESCRIBED.schedules}:
        for written in properties_of_source(logical_id, "ScheduleV2"):
            assert written["ScheduleExpressionTimezone"] == {"Ref": "TimeZone"}
        assert not properties_of_source(logical_id, "Schedule")


def test_the_event_of_a_worker_is_one_of_its_sources() -> None:
    for source in DESCRIBED.sources:
        event: Any = load_event(source.function)
        match source:
            case QueueSource():
                assert [it["eventSource"] for it in event["Records"]] == ["aws:sqs"]
            case StreamSource():
                (record,) = event["Records"]
                assert record["eventSource"] == "aws:dynamodb"
                assert takes(source.patterns, record)
            case Schedule():
                schedules = [it for it in DESCRIBED.schedules if it.function == source.function]
                assert event in [it.event for it in schedules]


@pytest.mark.parametrize("logical_id", sorted(set(ROUTED) - KEYLESS - TOKENED))
def test_a_function_may_do_what_its_method_needs_and_no_more(logical_id: str) -> None:
    (method,) = {route.method for route in DESCRIBED.routes if route.function == logical_id}
    others = {action for action, _ in allowed()[logical_id] - of_table(allowed()[logical_id])}
    granted = of_table(allowed()[logical_id])
    indexes = {index["IndexName"] for index in table()["GlobalSecondaryIndexes"]} | {""}

    assert ("GetItem", "") in granted  # for credentials
    assert {index for _, index in granted} <= indexes
    assert {action for action, index in granted if index} <= {"Query"}
    if logical_id == "GetReport":
        granted -= {("UpdateItem", "")}  # it keeps what it has counted
    if method == "GET" and not logical_id.startswith("Validate"):
        assert {action for action, _ in granted} <= READS
        assert others <= FILE_READS
    else:
        assert others <= FILE_READS | FILE_WRITES | {SENDING}
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


def test_a_file_is_read_and_nothing_else_by_who_has_its_token() -> None:
    assert {action for action, _ in allowed()["DownloadExport"]} == {"BatchGetItem", "s3:GetObject"}


@pytest.mark.parametrize("logical_id", sorted(KEYLESS))
def test_a_function_without_credentials_may_do_nothing(logical_id: str) -> None:
    assert allowed()[logical_id] == frozenset()


def test_the_fallback_knows_every_route() -> None:
    known = {f"{method} {path}" for path, methods in METHODS.items() for method in methods}

    assert {route.key for route in DESCRIBED.routes} == known | {DEFAULT_ROUTE}
    assert all(list(methods) == sorted(methods) for methods in METHODS.values())


def test_a_function_that_may_lease_an_order_knows_its_own_timeout() -> None:
    scheduled = {source.function for source in DESCRIBED.schedules}
    for function in DESCRIBED.functions.values():
        if function.logical_id in scheduled:
            continue
        assert function.environment["COUNTERFOIL_TIMEOUT"] == str(function.timeout_seconds)


def test_the_table_outlives_mistakes() -> None:
    resource = resources()["Table"]

    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert table()["DeletionProtectionEnabled"] is True
    assert table()["PointInTimeRecoverySpecification"] == {
        "PointInTimeRecoveryEnabled": True,
        "RecoveryPeriodInDays": {"Ref": "RecoveryDays"},
    }
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
        assert isinstance(json.loads(event["body"]), dict | list)


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
    conformity.require(method, target, reply.status, reply.body)
