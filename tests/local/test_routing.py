import pytest

from local.routing import Routes
from local.template import Route

ROUTES = Routes(
    [
        Route("ANY", "$default", "Default"),
        Route("ANY", "/orders/{rest+}", "AnyBelow"),
        Route("GET", "/orders/{id+}", "GetBelow"),
        Route("GET", "/orders/{id}", "GetOne"),
        Route("ANY", "/orders/{id}", "AnyOne"),
        Route("GET", "/orders/special", "Special"),
        Route("GET", "/orders", "List"),
        Route("POST", "/vouchers/{code}", "Create"),
        Route("POST", "/vouchers/{code}/redemption", "Redeem"),
        Route("POST", "/vouchers/qualification", "Qualify"),
    ]
)


@pytest.mark.parametrize(
    ("method", "path", "function", "parameters"),
    [
        ("GET", "/orders", "List", {}),
        ("GET", "/orders/special", "Special", {}),
        ("PUT", "/orders/special", "AnyOne", {"id": "special"}),
        ("GET", "/orders/1", "GetOne", {"id": "1"}),
        ("PUT", "/orders/1", "AnyOne", {"id": "1"}),
        ("GET", "/orders/1/2", "GetBelow", {"id": "1/2"}),
        ("PUT", "/orders/1/2", "AnyBelow", {"rest": "1/2"}),
        ("GET", "/orders/a%2Fb", "GetOne", {"id": "a/b"}),
        ("GET", "/orders/a%252Fb", "GetOne", {"id": "a%2Fb"}),
        ("GET", "/orders/%C5%82%20%3F%23", "GetOne", {"id": "ł ?#"}),
        ("GET", "/orders/a+b", "GetOne", {"id": "a+b"}),
        ("GET", "/orders/", "Default", {}),
        ("GET", "/orders//x", "GetBelow", {"id": "/x"}),
        ("POST", "/orders", "Default", {}),
        ("POST", "/vouchers/qualification", "Qualify", {}),
        ("POST", "/vouchers/X/redemption", "Redeem", {"code": "X"}),
        ("POST", "/vouchers/X%2Fredemption", "Create", {"code": "X/redemption"}),
        ("GET", "/vouchers/X", "Default", {}),
        ("GET", "/ORDERS", "Default", {}),
    ],
)
def test_the_most_specific_route_takes_the_request(
    method: str, path: str, function: str, parameters: dict[str, str]
) -> None:
    match = ROUTES.match(method, path)

    assert match is not None
    assert (match.route.function, match.parameters) == (function, parameters)


def test_without_a_default_route_nothing_takes_the_rest() -> None:
    assert Routes([Route("GET", "/orders", "List")]).match("POST", "/orders") is None
