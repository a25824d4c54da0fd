"""What a template says of queues, buckets, the stream and schedules."""

from pathlib import Path

import pytest

from local import template
from local.errors import TemplateError
from local.sources import Queue, QueueSource, Schedule, StreamSource
from local.template import Template
from tests.local.clients import EVENTS_TEMPLATE


@pytest.fixture(scope="module")
def described() -> Template:
    return template.load(EVENTS_TEMPLATE)


def test_a_queue_is_named_after_its_resource_or_as_it_says(described: Template) -> None:
    assert described.queues["Plain"] == Queue(
        "Plain", "Plain", {"VisibilityTimeout": "1"}, dead_letters="Dead", most_receives=3
    )
    assert described.queues["Ordered"].name == "Ordered.fifo"
    assert described.queues["Ordered"].attributes["FifoQueue"] == "true"
    assert described.queues["OrderedDead"].name == "counterfoil-ordered-dead.fifo"


def test_references_to_queues_and_buckets_are_what_a_client_takes(described: Template) -> None:
    assert described.functions["ReadPlain"].environment == {
        "URL": "https://sqs.eu-central-1.amazonaws.com/000000000000/Plain",
        "ARN": "arn:aws:sqs:eu-central-1:000000000000:Ordered.fifo",
        "BUCKET": "counterfoil-files",
    }
    assert described.buckets == {"Files": "counterfoil-files"}


def test_a_source_says_what_invokes_its_function(described: Template) -> None:
    assert described.read_queues == (
        QueueSource("ReadPlain", "Plain", 1, reports_failures=False),
        QueueSource("ReadOrdered", "Ordered", 10, reports_failures=True),
    )
    assert described.streams == (
        StreamSource(
            function="Follow",
            stream=template.stream_arn("counterfoil"),
            patterns=({"dynamodb": {"Keys": {"sk": {"S": [{"prefix": "E"}]}}}},),
            batch_size=2,
            window_seconds=0,
            retries=2,
            on_failure="Dead",
            bisects=True,
            reports_failures=True,
        ),
    )
    assert described.schedules == (
        Schedule("Tick", "TickNightly", "cron(5 0 * * ? *)", "Europe/Warsaw", {"period": "daily"}),
    )


def test_a_time_zone_may_be_given(tmp_path: Path) -> None:
    text = EVENTS_TEMPLATE.read_text("utf-8").replace("Type: ScheduleV2", "Type: Schedule")
    rule = tmp_path / "template.yaml"
    rule.write_text(text.replace("ScheduleExpression:", "Schedule:"), "utf-8")

    (named,) = template.load(EVENTS_TEMPLATE, {"Zone": "Asia/Tokyo"}).schedules
    (of_rule,) = template.load(rule).schedules

    assert named.zone == "Asia/Tokyo"
    assert of_rule.zone == "UTC"


@pytest.mark.parametrize(
    ("part", "other", "said"),
    [
        ("Type: ScheduleV2", "Type: Kinesis", "Tick has an event of the kind Kinesis"),
        ('{"prefix":"E"}', '{"suffix":"E"}', "the pattern {'suffix': 'E'} cannot be followed"),
        ("Queue: !GetAtt Plain.Arn", "Queue: [1]", "Queue: Input should be a valid string"),
    ],
)
def test_what_cannot_be_played_is_refused(tmp_path: Path, part: str, other: str, said: str) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(EVENTS_TEMPLATE.read_text("utf-8").replace(part, other), "utf-8")

    with pytest.raises(TemplateError, match=said):
        template.load(path)
