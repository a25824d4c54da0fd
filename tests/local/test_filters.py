import json

import pytest
from pydantic import JsonValue

from local.errors import TemplateError
from local.filters import check, takes

RECORD: dict[str, JsonValue] = {
    "eventName": "INSERT",
    "dynamodb": {"Keys": {"sk": {"S": "E#3"}}, "NewImage": {"t": {"S": "paid"}, "n": {"N": "1"}}},
}


@pytest.mark.parametrize(
    ("pattern", "is_taken"),
    [
        ('{"eventName":["INSERT"]}', True),
        ('{"eventName":["MODIFY","INSERT"]}', True),
        ('{"eventName":["REMOVE"]}', False),
        ('{"dynamodb":{"Keys":{"sk":{"S":[{"prefix":"E"}]}}}}', True),
        ('{"dynamodb":{"Keys":{"sk":{"S":["R",{"prefix":"E#"}]}}}}', True),
        ('{"dynamodb":{"Keys":{"sk":{"S":[{"prefix":"R"}]}}}}', False),
        ('{"dynamodb":{"Keys":{"sk":{"N":[{"prefix":"E"}]}}}}', False),
        ('{"dynamodb":{"NewImage":{"t":{"S":[{"exists":true}]}}}}', True),
        ('{"dynamodb":{"NewImage":{"x":{"S":[{"exists":true}]}}}}', False),
        ('{"dynamodb":{"NewImage":{"x":{"S":[{"exists":false}]}}}}', True),
        ('{"dynamodb":{"NewImage":{"t":{"S":[{"exists":false}]}}}}', False),
        ('{"eventName":["INSERT"],"dynamodb":{"NewImage":{"t":{"S":["due"]}}}}', False),
        ("{}", True),
    ],
)
def test_a_pattern_takes_what_fits_all_of_it(pattern: str, is_taken: bool) -> None:  # noqa: FBT001  # a table
    assert takes((json.loads(pattern),), RECORD) is is_taken


def test_one_of_several_patterns_is_enough_and_none_takes_everything() -> None:
    assert takes(({"eventName": ["REMOVE"]}, {"eventName": ["INSERT"]}), RECORD)
    assert takes((), RECORD)


@pytest.mark.parametrize(
    "pattern",
    [
        '{"eventName":[{"numeric":[">",1]}]}',
        '{"dynamodb":{"Keys":{"sk":{"S":[{"prefix":"E"},["x"]]}}}}',
        '{"eventName":"INSERT"}',
    ],
)
def test_what_cannot_be_followed_here_is_refused_beforehand(pattern: str) -> None:
    with pytest.raises(TemplateError, match="pattern"):
        check(json.loads(pattern))


def test_what_can_be_followed_passes() -> None:
    check(json.loads('{"eventName":["INSERT",{"exists":true}],"dynamodb":{"Keys":{}}}'))
