"""The operations that are timed, each over a fresh order, voucher or redemption."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from bench.examples import order_document
from bench.floors import FLOORS
from bench.histories import PASTS, regular
from bench.service import PROJECT
from counterfoil.domain.payloads import MAX_LINES, MAX_REDEEMABLES

if TYPE_CHECKING:
    from pydantic import JsonValue

    from bench.floors import Units
    from bench.service import Document, Prepared, Service

BUYER: Final = "ann@shop.test"

Prepare = Callable[["Service", int], "list[Prepared]"]


@dataclass(frozen=True)
class Scenario:
    """`prepare` makes what the n-th round needs and returns the requests that are timed."""

    name: str
    floor: str
    prepare: Prepare
    times: int = 1

    @property
    def declared(self) -> Units:
        """Calls and units of the floor, with what is declared beside it."""
        declared = FLOORS[self.floor].declared
        return type(declared)(*(each * self.times for each in declared))


def customer(service: Service) -> None:
    """The customer whom all orders belong to."""
    service.document("POST", "/v1/customers", {"source_id": BUYER, "name": "Ann"})


def regulars(service: Service) -> None:
    """The customers whose past the rules on history look at."""
    for past in PASTS:
        service.document("POST", "/v1/customers", {"source_id": regular(past), "name": "Eve"})


def stacking(service: Service) -> None:
    """Thirty redeemables may apply in one call."""
    body: Document = {"applicable_redeemables_limit": 30}
    service.document("POST", f"/management/v1/projects/{PROJECT}/stacking-rules", body)


def _create(service: Service, turn: int) -> list[Prepared]:
    return [service.prepared("POST", "/v1/orders", order_document(f"new-{turn}", BUYER))]


def _upsert(service: Service, turn: int) -> list[Prepared]:
    _stored(service, turn, "ups")
    body = order_document(f"ups-{turn}")
    return [service.prepared("PUT", f"/v1/orders/ups-{turn}", body)]


def _get(service: Service, turn: int) -> list[Prepared]:
    _stored(service, turn, "get")
    return [service.prepared("GET", f"/v1/orders/get-{turn}")]


def _validate(service: Service, turn: int) -> list[Prepared]:
    order = order_document("unnamed")
    del order["source_id"]
    body = _stack(_voucher(service, f"VAL-{turn}"), order)
    return [service.prepared("POST", "/v1/validations", body)]


def _redeem_new(service: Service, turn: int) -> list[Prepared]:
    body = _stack(_voucher(service, f"NEW-{turn}"), order_document(f"red-{turn}"))
    return [service.prepared("POST", "/v1/redemptions", body)]


def _redeem_stored(service: Service, turn: int) -> list[Prepared]:
    body = _stack(_voucher(service, f"STO-{turn}"), {"id": _stored(service, turn, "sto")})
    return [service.prepared("POST", "/v1/redemptions", body)]


def _redeem_five(service: Service, turn: int) -> list[Prepared]:
    order: Document = {"id": _stored(service, turn, "five")}
    codes = [_voucher(service, f"FIVE-{turn}-{each}") for each in range(5)]
    return [service.prepared("POST", "/v1/redemptions", _stack(code, order)) for code in codes]


def _redeem_five_at_once(service: Service, turn: int) -> list[Prepared]:
    order: Document = {"id": _stored(service, turn, "once")}
    codes = [_voucher(service, f"ONCE-{turn}-{each}") for each in range(5)]
    return [service.prepared("POST", "/v1/redemptions", _stack_of(codes, order))]


def _redeem_thirty_at_once(service: Service, turn: int) -> list[Prepared]:
    codes = [_voucher(service, f"THIRTY-{turn}-{each}") for each in range(MAX_REDEEMABLES)]
    body = _stack_of(codes, order_document(f"thirty-{turn}"))
    return [service.prepared("POST", "/v1/redemptions", body)]


def _create_large(service: Service, turn: int) -> list[Prepared]:
    return [
        service.prepared("POST", "/v1/orders", order_document(f"large-{turn}", lines=MAX_LINES))
    ]


def _validate_items(service: Service, turn: int) -> list[Prepared]:
    """A price of their own for every other unit of the dearest of 500 lines."""
    entry: Document = {
        "object": "sku",
        "source_id": "mug-350-blue",
        "effect": "APPLY_FROM_MOST_EXPENSIVE",
        "target": "UNIT",
        "skip_initially": 1,
        "repeat": 2,
        "aggregated_quantity_limit": 300,
    }
    lists: Document = {"included_all": True, "included": [entry]}
    rule: Document = {"name": f"items-{turn}", "applicable_to": lists}
    made = service.document("POST", "/v1/validation-rules", rule)
    discount: Document = {"type": "PERCENT", "percent_off": 12.35, "effect": "APPLY_TO_ITEMS"}
    voucher: Document = {
        "type": "DISCOUNT_VOUCHER",
        "discount": discount,
        "validation_rules": [made["id"]],
    }
    service.document("POST", f"/v1/vouchers/ITEMS-{turn}", voucher)
    order = order_document("unnamed", lines=MAX_LINES)
    del order["source_id"]
    redeemables: Document = {"redeemables": [{"object": "voucher", "id": f"ITEMS-{turn}"}]}
    return [service.prepared("POST", "/v1/validations", {**redeemables, "order": order})]


def _validate_history(past: int, service: Service, turn: int) -> list[Prepared]:
    """One voucher for all rounds, of whose rule the process has seen what it needs."""
    if turn == 0:
        rule: Document = {
            "name": f"30 days of {past}",
            "rules": {
                "1": {
                    "name": "customer.orders.count",
                    "property": "P30D",
                    "conditions": {"$less_than": [1_000_000]},
                }
            },
        }
        made = service.document("POST", "/v1/validation-rules", rule)
        _voucher(service, f"HIST-{past}", validation_rules=[made["id"]])
    order = order_document("unnamed")
    del order["source_id"]
    stack = _stack(f"HIST-{past}", order)
    body: Document = {**stack, "customer": {"source_id": regular(past)}}
    if turn == 0:
        service.document("POST", "/v1/validations", body)
    return [service.prepared("POST", "/v1/validations", body)]


def _qualify(service: Service, turn: int) -> list[Prepared]:
    """A page of five: every round leaves one more voucher behind, which costs it nothing."""
    for each in range(10 if turn == 0 else 1):
        _voucher(service, f"QUA-{turn}-{each}")
    return [service.prepared("POST", "/v1/qualifications", {"order": {"amount": 10_000}})]


def _roll_back(service: Service, turn: int) -> list[Prepared]:
    body = _stack(_voucher(service, f"ROL-{turn}"), order_document(f"rol-{turn}"))
    redeemed = service.document("POST", "/v1/redemptions", body)
    match redeemed["redemptions"]:
        case [{"id": str(redemption)}]:
            return [service.prepared("POST", f"/v1/redemptions/{redemption}/rollback", {})]
        case other:
            raise TypeError(other)


def _stored(service: Service, turn: int, kind: str) -> str:
    stored = service.document("POST", "/v1/orders", order_document(f"{kind}-{turn}", BUYER))
    return str(stored["id"])


def _voucher(service: Service, code: str, **fields: JsonValue) -> str:
    discount: Document = {"type": "AMOUNT", "amount_off": 500}
    body: Document = {
        "type": "DISCOUNT_VOUCHER",
        "discount": discount,
        "redemption": {"quantity": 1000},
        **fields,
    }
    service.document("POST", f"/v1/vouchers/{code}", body)
    return code


def _stack(code: str, order: Document) -> Document:
    return _stack_of([code], order)


def _stack_of(codes: Sequence[str], order: Document) -> Document:
    return {
        "redeemables": [{"object": "voucher", "id": code} for code in codes],
        "order": order,
        "customer": {"source_id": BUYER},
    }


SCENARIOS: Final = (
    Scenario("create", "create, known customer", _create),
    Scenario("upsert", "upsert by id", _upsert),
    Scenario("get", "get by source_id", _get),
    Scenario("validate", "validate, customer", _validate),
    Scenario("redeem, new order", "redeem, new order, customer", _redeem_new),
    Scenario("redeem, stored order", "redeem, stored order by id", _redeem_stored),
    Scenario("5 discounts in 5 calls", "redeem, stored order by id", _redeem_five, times=5),
    Scenario("5 discounts in 1 call", "redeem 5, stored order", _redeem_five_at_once),
    Scenario("30 discounts in 1 call", "redeem 30, new order", _redeem_thirty_at_once),
    Scenario("roll back", "roll back 1", _roll_back),
    Scenario("create, 500 lines", "create, 500 lines", _create_large),
    Scenario("validate, 500 lines chosen by units", "validate, 500 lines", _validate_items),
    Scenario("qualify, a page of 5", "qualify, 5 of 10 vouchers", _qualify),
)
# In turns with one another, as only the past tells them apart.
HISTORIES: Final = tuple(
    Scenario(
        f"validate, 30 days of {past:,} orders",
        "validate, rule on 30 days of history",
        partial(_validate_history, past),
    )
    for past in PASTS
)
