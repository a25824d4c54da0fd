from pathlib import Path

import pytest

from local import template
from local.errors import TemplateError
from local.template import Route, Template

SMALL = """
Parameters:
  Stage: {Type: String, Default: dev}
Resources:
  One:
    Type: AWS::Serverless::Function
    Properties:
      Handler: one.handler
      Environment: {Variables: {LEVEL: %s}}
  Two:
    Type: AWS::Serverless::Function
    Properties:
      Handler: two.handler
      Environment: {Variables: {LEVEL: "2"}}
"""


def a_template(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "template.yaml"
    path.write_text(text)
    return path


def test_a_function_has_the_variables_of_globals_and_its_own(sample: Template) -> None:
    assert sample.functions["Echo"].environment == {
        "SAMPLE_TABLE": "counterfoil",
        "SAMPLE_STAGE": "dev-eu-central-1",
        "SAMPLE_LEVEL": "2",
        "SAMPLE_ONLY_ECHO": "true",
    }


def test_a_function_says_timeout_and_memory_unless_globals_do(sample: Template) -> None:
    echo, missing = sample.functions["Echo"], sample.functions["Missing"]

    assert (echo.timeout_seconds, echo.memory_mb) == (2, 256)
    assert (missing.timeout_seconds, missing.memory_mb) == (5, 256)


def test_only_http_events_are_routes(sample: Template) -> None:
    assert Route("GET", "/echo/{id}", "Echo") in sample.routes
    assert Route("ANY", "/any/{rest+}", "Echo") in sample.routes
    assert [route.key for route in sample.routes if route.function == "Missing"] == ["$default"]
    assert len(sample.routes) == 11


def test_a_table_is_what_create_table_takes(sample: Template) -> None:
    assert sample.tables["Table"] == {
        "TableName": "counterfoil",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
            {"AttributeName": "list", "AttributeType": "S"},
        ],
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "lists",
                "KeySchema": [
                    {"AttributeName": "list", "KeyType": "HASH"},
                    {"AttributeName": "sk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    }


def test_two_values_for_one_variable_are_one_clear_line(tmp_path: Path) -> None:
    described = template.load(a_template(tmp_path, SMALL % "1"))

    with pytest.raises(TemplateError, match="LEVEL is '1' for one function and '2' for Two"):
        described.environment()


def test_a_parameter_may_be_given(tmp_path: Path) -> None:
    path = a_template(tmp_path, SMALL % "!Sub '${Stage}:${!Stage}:${AWS::Region}'")

    described = template.load(path, {"Stage": "prod"})

    assert described.functions["One"].environment == {"LEVEL": "prod:${Stage}:eu-central-1"}


@pytest.mark.parametrize(
    ("value", "resolved"),
    [
        ("!Ref Stage", "dev"),
        ("!Ref Two", "Two"),
        ("!Join ['-', [a, !Ref Stage]]", "a-dev"),
        ("!Sub ['${Name}-${Stage}', {Name: !Ref Two}]", "Two-dev"),
        ("!Select [1, !Split [':', 'a:b']]", "b"),
        ("!ImportValue a", None),
        ("!Ref Nothing", None),
    ],
)
def test_intrinsics_resolve_or_are_refused_by_name(
    tmp_path: Path, value: str, resolved: str | None
) -> None:
    path = a_template(tmp_path, SMALL % value)

    if resolved is None:
        with pytest.raises(TemplateError, match=r"Nothing|Fn::ImportValue"):
            template.load(path)
    else:
        assert template.load(path).functions["One"].environment == {"LEVEL": resolved}


@pytest.mark.parametrize("text", ["", "Resources: [", "Resources: {A: {}}", "- 1"])
def test_what_is_no_template_is_one_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(TemplateError) as refused:
        template.load(a_template(tmp_path, text))

    assert "\n" not in str(refused.value)


def test_a_missing_template_is_named(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"there is no .*gone\.yaml"):
        template.load(tmp_path / "gone.yaml")
