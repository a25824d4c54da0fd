"""What browsers send to the contract's older endpoints: a code, and the rest in a query.

Source: domain.md §2.12. A query has only texts, so numbers are read by name; what is inside
`metadata` stays as it was sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.api.queries import parameters
from counterfoil.api.redemptions import single_stack
from counterfoil.api.validation import validated
from counterfoil.domain.errors import InvalidQuery
from counterfoil.domain.redemption_payloads import SingleRedemptionPayload

if TYPE_CHECKING:
    from pydantic import JsonValue

    from counterfoil.api.queries import Steps
    from counterfoil.api.request import Request
    from counterfoil.domain.redemption_payloads import StackPayload

_NUMBERS: Final = frozenset({"amount", "credits", "initial_quantity", "price", "quantity", "ttl"})
_FLAGS: Final = {"true": True, "false": False}
_DEEPEST: Final = 8
_DIGITS: Final = 15
# Where the query's own names belong in a body.
_PLACES: Final[dict[str, Steps]] = {
    "amount": ("order", "amount"),
    "item": ("order", "items"),
    "session_key": ("session", "key"),
    "session_ttl": ("session", "ttl"),
    "session_ttl_unit": ("session", "ttl_unit"),
    "session_type": ("session", "type"),
}

Branch = dict[str, "Branch | str"]


def code_validation_request(request: Request) -> StackPayload:
    """The validation of one code, all of it in the query. Raises InvalidQuery, InvalidPayload."""
    return single_stack(request, query_payload(request), _code(request))


def query_payload(request: Request) -> SingleRedemptionPayload:
    """The query as a body, without its code. Raises InvalidQuery, InvalidPayload."""
    tree: Branch = {}
    for steps, value in parameters(request):
        if steps and steps != ("code",):
            _plant(tree, (*_PLACES.get(steps[0], steps[:1]), *steps[1:]), value)
    document = {name: _grown(branch, (name,)) for name, branch in tree.items()}
    return validated(SingleRedemptionPayload, document)


def code_redemption_request(request: Request) -> StackPayload:
    """The redemption of the query's code with the body's order. Raises InvalidQuery."""
    return single_stack(request, request.payload(SingleRedemptionPayload), _code(request))


def _code(request: Request) -> str:
    code = request.query_value("code")
    if not code:
        raise InvalidQuery("Property .code is required")
    return code


def _plant(tree: Branch, steps: Steps, value: str) -> None:
    """Put `value` at `steps`. Raises InvalidQuery where something else is, or too deep."""
    if len(steps) > _DEEPEST:
        raise InvalidQuery(f"A parameter is nested more than {_DEEPEST} levels deep")
    for step in steps[:-1]:
        inner = tree.setdefault(step, {})
        if not isinstance(inner, dict):
            raise InvalidQuery(f"Parameter {step} is both a value and an object")
        tree = inner
    if isinstance(tree.get(steps[-1]), dict):
        raise InvalidQuery(f"Parameter {steps[-1]} is both a value and an object")
    tree[steps[-1]] = value


def _grown(branch: Branch | str, steps: Steps) -> JsonValue:
    """`branch` as JSON: what has nothing but numbers for names is a list in their order."""
    as_sent = "metadata" in steps
    if isinstance(branch, str):
        return branch if as_sent else _value(steps[-1], branch)
    if not as_sent and all(_is_number(name) for name in branch):
        return [_grown(branch[name], (*steps, name)) for name in sorted(branch, key=int)]
    return {name: _grown(inner, (*steps, name)) for name, inner in branch.items()}


def _value(name: str, text: str) -> JsonValue:
    if name in _NUMBERS and _is_number(text):
        return int(text)
    return _FLAGS.get(text, text)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS
