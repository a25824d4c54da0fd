"""Whatever can go wrong unseen has an alarm, and every alarm says what to do."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
import yaml

from local import template
from local.intrinsics import Loader
from local.template import ROOT
from tests.permissions import resources

OPERATIONS: Final = (ROOT / "docs" / "operations.md").read_text("utf-8")
DOCUMENT: Final[Any] = yaml.load(template.TEMPLATE.read_text("utf-8"), Loader)  # noqa: S506
PARAGRAPH_WORDS: Final = 40


def of_type(kind: str) -> Mapping[str, Any]:
    return {name: it["Properties"] for name, it in resources().items() if it["Type"] == kind}


ALARMS: Final = of_type("AWS::CloudWatch::Alarm")


def mentioned(value: object) -> Iterator[str]:
    """The resources that a part of the template refers to."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "Ref":
                yield inner
            elif name == "Fn::GetAtt":
                yield inner[0] if isinstance(inner, list) else inner.partition(".")[0]
            else:
                yield from mentioned(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from mentioned(inner)


def metrics(alarm: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What an alarm looks at."""
    if "MetricName" in alarm:
        yield alarm
    for each in alarm.get("Metrics", []):
        if "MetricStat" in each:
            yield each["MetricStat"]["Metric"]


def watched(metric: str) -> set[str]:
    """The resources whose `metric` some alarm looks at."""
    return {
        name
        for alarm in ALARMS.values()
        for each in metrics(alarm)
        if each["MetricName"] == metric
        for name in mentioned(each.get("Dimensions", []))
    }


def anchors() -> Mapping[str, str]:
    """The headings of docs/operations.md as links name them, with the text below each."""
    parts = re.split(r"^#+ (.+)$", OPERATIONS, flags=re.MULTILINE)[1:]
    return {
        re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-"): text
        for title, text in zip(parts[::2], parts[1::2], strict=True)
    }


@pytest.mark.parametrize("name", sorted(ALARMS))
def test_an_alarm_tells_somebody_and_says_what_to_do(name: str) -> None:
    alarm = ALARMS[name]
    (anchor,) = re.findall(r"docs/operations\.md#([\w-]+)$", alarm["AlarmDescription"])

    assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlarmTopic"}]
    assert alarm["TreatMissingData"] == "notBreaching"
    assert len(anchors()[anchor].split()) >= PARAGRAPH_WORDS


def test_nobody_is_told_unless_there_is_an_address() -> None:
    subscription = resources()["AlarmSubscription"]

    assert subscription["Condition"] == "HasAlarmEmail"
    assert DOCUMENT["Parameters"]["AlarmEmail"]["Default"] == ""


def test_every_dead_letter_is_noticed() -> None:
    redriven = {
        it["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        for it in of_type("AWS::SQS::Queue").values()
        if "RedrivePolicy" in it
    }
    of_streams = {
        name
        for function in of_type("AWS::Serverless::Function").values()
        for event in function.get("Events", {}).values()
        for name in mentioned(event["Properties"].get("DestinationConfig", {}))
    }

    assert redriven | of_streams == watched("ApproximateNumberOfMessagesVisible")


def test_every_queue_that_is_worked_off_may_not_be_late() -> None:
    read = {source.queue for source in template.load().sources if hasattr(source, "queue")}

    assert read == watched("ApproximateAgeOfOldestMessage")


def test_every_function_that_nobody_waits_for_may_not_fail_unseen() -> None:
    described = template.load()
    routed = {route.function for route in described.routes}

    assert set(described.functions) - routed == watched("Errors")


def test_every_reader_of_the_stream_may_not_fall_behind_unseen() -> None:
    readers = {
        name
        for name, it in of_type("AWS::Serverless::Function").items()
        if any(event["Type"] == "DynamoDB" for event in it.get("Events", {}).values())
    }

    assert readers == watched("IteratorAge")


def test_the_table_and_all_its_indexes_may_not_throttle_unseen() -> None:
    indexes = {
        it["IndexName"] for it in of_type("AWS::DynamoDB::Table")["Table"]["GlobalSecondaryIndexes"]
    }
    dimensions = [
        {one["Name"]: one["Value"] for one in each["Dimensions"]}
        for each in metrics(ALARMS["ThrottledTable"])
    ]

    assert {it.get("GlobalSecondaryIndexName") for it in dimensions} == indexes | {None}


def test_an_alarm_adds_up_all_that_it_looks_at() -> None:
    for alarm in ALARMS.values():
        expressions = [each for each in alarm.get("Metrics", []) if "Expression" in each]
        for each in expressions:
            named = set(re.findall(r"\bm\d+\b", each["Expression"]))
            assert named == {it["Id"] for it in alarm["Metrics"] if "MetricStat" in it}


def test_a_difference_in_the_books_is_counted_from_the_log_of_the_audit() -> None:
    (found,) = of_type("AWS::Logs::MetricFilter").values()
    audit = resources()["AuditBooks"]["Properties"]

    assert found["LogGroupName"] == audit["LoggingConfig"]["LogGroup"]
    assert "$.audit_difference" in found["FilterPattern"]
    (counted,) = found["MetricTransformations"]
    assert counted["MetricName"] == ALARMS["DifferingBooks"]["MetricName"]
    assert counted["MetricNamespace"] == ALARMS["DifferingBooks"]["Namespace"]


@pytest.mark.parametrize("name", sorted(DOCUMENT["Parameters"]))
def test_every_parameter_is_explained(name: str) -> None:
    assert f"| `{name}` |" in OPERATIONS
    assert DOCUMENT["Parameters"][name]["Description"]
