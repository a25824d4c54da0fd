"""The wardens' own judgement: what a call needs, and whether a policy grants it."""

from typing import Any

import pytest

from local.template import Template
from tests.permissions import _granted, needed, refused

KEYS = {"Bucket": "counterfoil-files", "Key": "exports/shop/1.csv"}
URL = {"QueueUrl": "https://sqs.eu-central-1.amazonaws.com/1/ActionQueue"}
PUT: dict[str, Any] = {"Put": {}}


@pytest.mark.parametrize(
    ("service", "operation", "params", "permissions"),
    [
        ("dynamodb", "GetItem", {}, {("GetItem", "")}),
        ("dynamodb", "Query", {"IndexName": "list-g1"}, {("Query", "list-g1")}),
        ("dynamodb", "TransactWriteItems", {"TransactItems": [PUT, PUT]}, {("PutItem", "")}),
        ("sqs", "SendMessage", URL, {("sqs:SendMessage", "ActionQueue")}),
        ("sqs", "SendMessageBatch", URL, {("sqs:SendMessage", "ActionQueue")}),
        ("sqs", "SendMessage", {"QueueUrl": "other"}, {("sqs:SendMessage", "other")}),
        ("s3", "HeadObject", KEYS, {("s3:GetObject", "Files/exports/shop/1.csv")}),
        ("s3", "UploadPart", KEYS, {("s3:PutObject", "Files/exports/shop/1.csv")}),
        ("s3", "ListObjectsV2", {"Bucket": "counterfoil-files"}, {("s3:ListBucket", "Files")}),
        (
            "s3",
            "DeleteObjects",
            {"Bucket": "other", "Delete": {"Objects": [{"Key": "a"}, {"Key": "b"}]}},
            {("s3:DeleteObject", "other/a"), ("s3:DeleteObject", "other/b")},
        ),
    ],
)
def test_a_call_needs_an_action_on_a_resource(
    described: Template,
    service: str,
    operation: str,
    params: dict[str, Any],
    permissions: set[tuple[str, str]],
) -> None:
    assert set(needed(described, service, operation, params)) == permissions


def test_a_policy_grants_prefixes_of_the_bucket_and_single_queues() -> None:
    statements = [
        {"Action": "s3:PutObject", "Resource": {"Fn::Sub": "${Files.Arn}/exports/*"}},
        {"Action": ["sqs:SendMessage"], "Resource": {"Fn::GetAtt": ["ActionQueue", "Arn"]}},
        {"Action": "dynamodb:Query", "Resource": [{"Fn::Sub": "${Table.Arn}/index/list-g1"}]},
        {"Action": "dynamodb:GetItem", "Resource": {"Fn::GetAtt": ["Table", "Arn"]}},
    ]
    granted = set(_granted([{"Statement": statements}]))

    assert granted == {
        ("s3:PutObject", "Files/exports/*"),
        ("sqs:SendMessage", "ActionQueue"),
        ("Query", "list-g1"),
        ("GetItem", ""),
    }
    assert refused(granted, {("s3:PutObject", "Files/exports/shop/1.csv")}) == set()
    for beyond in (
        ("s3:PutObject", "Files/imports/shop/1.json"),
        ("s3:GetObject", "Files/exports/shop/1.csv"),
        ("sqs:SendMessage", "Other"),
        ("Query", "list-g2"),
        ("Query", ""),
    ):
        assert refused(granted, {beyond}) == {beyond}
