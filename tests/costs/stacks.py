"""The same for large stacks, large carts and qualifications."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from bench.examples import order_payload
from counterfoil.domain.errors import CounterfoilError
from counterfoil.domain.filters import Filters
from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.domain.payloads import MAX_LINES, MAX_REDEEMABLES
from counterfoil.domain.qualification_payloads import QualificationPayload
from counterfoil.domain.redemption_payloads import SessionPayload
from counterfoil.domain.stacking_rule_payloads import StackingRulesPayload
from counterfoil.operations import project_settings, qualifications, redemptions, validations
from counterfoil.operations.project_settings import OfProject
from tests.costs.world import PROJECT, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.domain.redemption_payloads import StackPayload
    from counterfoil.operations.call import Call

    Act = Callable[[Call], object]


def redeeming_thirty(world: World) -> Act:
    rules = StackingRulesPayload(applicable_redeemables_limit=MAX_REDEEMABLES)
    with suppress(CounterfoilError):  # another case has set them
        project_settings.create_stacking_rules(world.call(), OfProject(PROJECT, rules))
    body = world.stack(MAX_REDEEMABLES, order_payload(world.named("web")))
    return lambda call: redemptions.redeem_stack(call, body)


def validating_500_lines(world: World) -> Act:
    order = order_payload("unnamed", None, MAX_LINES).model_copy(update={"source_id": None})
    body = world.stack(1, order, buyer=False)
    return lambda call: validations.validate(call, body)


def qualifying(world: World) -> Act:
    world.vouchers(10)
    payload = QualificationPayload(order=OrderPayload(amount=10_000))
    return lambda call: qualifications.qualify(call, qualifications.Question(payload, Filters()))


def reserving(world: World) -> Act:
    body = _reserving(world)
    return lambda call: validations.validate(call, body)


def redeeming_what_is_reserved(world: World) -> Act:
    body = _reserving(world)
    validations.validate(world.call(), body)
    return lambda call: redemptions.redeem_stack(call, body)


def _reserving(world: World) -> StackPayload:
    order = order_payload("unnamed").model_copy(update={"source_id": None})
    session = SessionPayload(key=world.named("till"))
    return world.stack(1, order, buyer=False).model_copy(update={"session": session})


CASES: Final = {
    "reserve one use, no customer": reserving,
    "redeem a reserved use, no customer": redeeming_what_is_reserved,
    "redeem 30, new order": redeeming_thirty,
    "validate, 500 lines": validating_500_lines,
    "qualify, 5 of 10 vouchers": qualifying,
}
