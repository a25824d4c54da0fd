"""Operations on a real engine, each asked what it cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from bench.examples import order_payload
from counterfoil.domain import ids
from counterfoil.domain.catalogue_payloads import ProductBody
from counterfoil.domain.customer_payloads import CustomerPayload
from counterfoil.domain.discounts import AmountOff
from counterfoil.domain.ids import RequestIds
from counterfoil.domain.redemption_payloads import RedeemablePayload, StackPayload
from counterfoil.domain.rollback_payloads import RollbackPayload
from counterfoil.domain.unit_discounts import UnitOff
from counterfoil.domain.voucher_payloads import VoucherPayload
from counterfoil.domain.vouchers import Voucher
from counterfoil.operations import orders, products, redemptions, rollbacks
from counterfoil.operations import vouchers as voucher_operations
from counterfoil.operations.call import Call
from counterfoil.storage import vouchers
from counterfoil.storage.plans import Plan
from counterfoil.storage.store import Patience, Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.metering import Cost, MeteredClient
    from counterfoil.domain.discounts import AnyDiscount
    from counterfoil.domain.order_payloads import OrderPayload
    from counterfoil.domain.orders import Order
    from counterfoil.domain.redemptions import Redeemed
    from counterfoil.domain.rollbacks import RolledBack
    from counterfoil.operations.call import Memory

T = TypeVar("T")

PROJECT = "costs"
BUYER = "ann@shop.test"
_FIVE_OFF = AmountOff(type="AMOUNT", amount_off=500)
_BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(slots=True)
class World:
    """One project on one table; every request is a second later than the one before."""

    client: MeteredClient
    table: str
    requests: int = 0

    def call(self, memory: Memory | None = None) -> Call:
        """A request of its own."""
        self.requests += 1
        now = _BEGIN + timedelta(seconds=self.requests)
        drawn = RequestIds(self.requests.to_bytes(32, "big"), now)
        store = Store(self.client, self.table, Patience(left=lambda: 9.0, pause=lambda _: None))
        return Call(store, PROJECT, "till", drawn, UTC, lease_seconds=12, memory=memory)

    def cost_of(self, act: Callable[[Call], T], memory: Memory | None = None) -> Cost:
        """What `act` cost."""
        call = self.call(memory)
        self.client.taken()
        act(call)
        return self.client.taken()

    def named(self, kind: str) -> str:
        """A name that nothing else has, as long as a shop's own order numbers are."""
        self.requests += 1
        return f"{kind}-{self.requests:06d}"

    def order(self, *, buyer: bool = True, status: str | None = None) -> Order:
        """A stored order of five lines."""
        payload = order_payload(self.named("web"), BUYER if buyer else None)
        return orders.upsert(self.call(), payload.model_copy(update={"status": status}))

    def product(self) -> str:
        """The source_id of a stored product of 9.00."""
        name = self.named("mug")
        body = ProductBody(source_id=name, name="Stoneware mug, 350 ml", price=900)
        products.upsert(self.call(), body)
        return name

    def vouchers(self, count: int, quantity: int = 1000) -> list[str]:
        """The codes of stored vouchers of 5.00 off."""
        return [self._voucher(quantity) for _ in range(count)]

    def redeemed(self, count: int, order: OrderPayload, *, buyer: bool = True) -> Redeemed:
        """`count` vouchers redeemed on `order`."""
        return redemptions.redeem_stack(self.call(), self.stack(count, order, buyer=buyer))

    def stack(self, count: int, order: OrderPayload, *, buyer: bool = True) -> StackPayload:
        """The body that redeems or validates `count` new vouchers on `order`."""
        return stack_of(self.vouchers(count), order, buyer=buyer)

    def free_unit(self, order: OrderPayload) -> StackPayload:
        """The body that redeems or validates a new voucher of one free unit on `order`."""
        discount = UnitOff(type="UNIT", unit_off=1, unit_type="mug")
        return stack_of([self._voucher(1000, discount)], order, buyer=False)

    def gift_card(self, amount: int) -> str:
        """The code of a stored gift card with `amount` on it."""
        payload = VoucherPayload.model_validate({"gift": {"amount": amount}})
        return voucher_operations.create(
            self.call(), voucher_operations.Creation(self.named("GIFT"), payload)
        ).voucher.code

    def _voucher(self, quantity: int, discount: AnyDiscount = _FIVE_OFF) -> str:
        call = self.call()
        code = self.named("SUMMER")
        voucher = Voucher(
            id=ids.voucher_id(PROJECT, code),
            code=code,
            discount=discount,
            quantity=quantity,
            created_at=call.now,
        )
        plan = Plan()
        plan.add(*vouchers.created(PROJECT, voucher, call.ids.generation, "made"))
        call.store.commit(plan, call.ids.token(0))
        return code


def stack_of(codes: list[str], order: OrderPayload, *, buyer: bool) -> StackPayload:
    """The body that redeems or validates `codes` on `order`, for the known customer or nobody."""
    return StackPayload(
        redeemables=[RedeemablePayload(object="voucher", id=code) for code in codes],
        order=order,
        customer=CustomerPayload(source_id=BUYER) if buyer else None,
    )


def roll_back(redeemed: Redeemed) -> Callable[[Call], RolledBack]:
    """The rollback of all that was redeemed in one call."""
    request = rollbacks.Rollback(redeemed.records[0].id, RollbackPayload(), stacks=True)
    return lambda call: rollbacks.roll_back(call, request)
