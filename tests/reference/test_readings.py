"""What decoders read is found in their source; what they read in a new way is not passed over."""

from collections.abc import Callable

import pytest

from counterfoil.api.queries import number_of, paging, parameters
from counterfoil.api.redemptions import single_request
from counterfoil.api.request import KINDS, Request
from counterfoil.domain.redemption_payloads import SingleRedemptionPayload
from local.reference.endpoints import UndescribedError, endpoints
from local.reference.readings import path_names, readings

FIELDS = ("created_at", "name")


def a_page(request: Request) -> object:
    """A decoder of a list."""
    return _page(request), request.query_value("colour"), request.flag("force")


def _page(request: Request) -> object:
    return paging(request, FIELDS, 7, default="name"), number_of(request, "depth", 3, 9)


def raw(request: Request) -> object:
    """A decoder that walks through the query."""
    return [value for name, value in request.query if name == "x"]


def parsed(request: Request) -> object:
    """A decoder that walks through the parameters."""
    return list(parameters(request))


def varying(request: Request) -> object:
    """A decoder whose parameter is called by what it finds."""
    name = request.path
    return number_of(request, name, 1, 2)


def test_calls_are_followed_with_the_constants_of_their_modules() -> None:
    found = readings(a_page).query

    assert set(found) == {"colour", "force", "limit", "page", "order", "depth"}
    assert found["page"].schema["maximum"] == 7
    assert found["order"].schema["default"] == "name"
    assert found["order"].schema["enum"] == ["created_at", "-created_at", "name", "-name"]
    assert found["depth"].schema == {"type": "integer", "minimum": 1, "maximum": 9, "default": 3}
    assert found["force"].schema["type"] == "boolean"


def test_a_body_is_the_model_that_is_asked_for() -> None:
    found = readings(single_request)

    assert found.model is SingleRedemptionPayload
    assert list(found.query) == ["tracking_id"]


@pytest.mark.parametrize("decode", [raw, parsed, varying])
def test_what_cannot_be_found_is_an_error(decode: Callable[[Request], object]) -> None:
    with pytest.raises(UndescribedError, match=decode.__name__):
        readings(decode)


def test_whatever_a_path_names_can_be_refused_by_its_kind() -> None:
    """An identifier that is longer than any is nobody's, and the refusal says what it is of."""
    named = {
        name for each in endpoints() if each.declared is not None for name in path_names(each.path)
    }

    assert named <= set(KINDS)
