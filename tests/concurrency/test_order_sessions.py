"""Scripts of who holds an order and who believes to: stalled, late and unknown requests."""

from collections.abc import Callable

import pytest

from tests.concurrency.crew import Deliver, Visit, Worker
from tests.concurrency.engines import BEST_ENGINE
from tests.concurrency.faults import TRANSACTION, Fault, Kind
from tests.concurrency.scenarios import OPEN, SNAPSHOT
from tests.concurrency.shop import ANN, Shop, eventually, key_of, keyed
from tests.concurrency.stalls import Stalled, stalled
from tests.concurrency.worker import BRIEF, HASTY

pytestmark = [pytest.mark.engine, BEST_ENGINE]

# The calls of a change without people, and of a redemption on a stored order.
CHANGE_COMMITS = 2
REDEMPTION_COMMITS = 3
RELEASE = OPEN  # both are updates of the one item
BUSY = "multiple_requests"
VALIDATION = {"redeemables": [{"object": "voucher", "id": "ANY"}]}


def test_an_order_that_is_held_is_busy_for_everybody_else(shop: Shop, worker: Worker) -> None:
    order_id = shop.order(customer=ANN)
    code = shop.voucher("ANY")
    holder = stalled(worker, Visit(shop.changing(order_id, metadata={"a": 1})), CHANGE_COMMITS)
    held = shop.ledger().items

    others = [
        shop.ask(shop.changing(order_id, metadata={"b": 1})),
        shop.ask(shop.ordering(id=order_id, status="PAID")),
        shop.ask(shop.redeeming(code, order={"id": order_id})),
        shop.ask(shop.redeeming("NONE", order={"id": order_id})),
        shop.ask(
            shop.request("POST", "/v1/validations", {**VALIDATION, "order": {"id": order_id}})
        ),
    ]

    assert [key_of(it) for it in others] == [BUSY] * len(others)
    assert shop.ledger().items == held
    assert holder.goes_on().status == 200
    shop.require_sound()


def test_a_holder_that_lost_its_session_does_not_end_another_ones(
    shop: Shop, worker: Worker, other_worker: Worker
) -> None:
    order_id = shop.order()
    first = stalled(
        worker, Visit(shop.changing(order_id, metadata={"a": 1}), pace=HASTY), CHANGE_COMMITS
    )
    eventually(lambda: shop.ask(shop.changing(order_id, metadata={"b": 1})))
    second = stalled(
        other_worker, Visit(shop.changing(order_id, metadata={"c": 1})), CHANGE_COMMITS
    )

    assert key_of(first.goes_on()) == BUSY
    assert second.goes_on().status == 200
    assert set(shop.require_sound().orders[order_id].order.metadata) == {"b", "c"}


def test_a_late_open_does_not_give_a_lost_session_back(shop: Shop, worker: Worker) -> None:
    order_id = shop.order()
    late_open = Fault(Kind.LATE, 1)
    change = Visit(shop.changing(order_id, metadata={"a": 1}), (late_open,), BRIEF)
    # The late open is executed when somebody else has been there, just before the commit is sent.
    holder = stalled(worker, change, CHANGE_COMMITS + 1, Kind.DELIVERED)
    eventually(lambda: shop.ask(shop.changing(order_id, metadata={"b": 1})))
    lost = holder.goes_on()

    assert key_of(lost) == BUSY
    assert shop.require_sound().orders[order_id].order.metadata == {"b": 1}


def test_a_late_open_does_not_disturb_its_own_request(shop: Shop, worker: Worker) -> None:
    order_id = shop.order()
    faults = Fault(Kind.LATE, 1), Fault(Kind.DELIVERED, CHANGE_COMMITS + 1)

    outcome = worker.visit(shop.changing(order_id, metadata={"a": 1}), *faults)

    assert outcome.status == 200
    assert shop.require_sound().orders[order_id].order.metadata == {"a": 1}


def test_a_late_open_of_a_finished_request_blocks_one_lease_at_most(
    shop: Shop, worker: Worker
) -> None:
    order_id = shop.order()
    change = shop.changing(order_id, metadata={"a": 1})

    assert worker.visit(change, Fault(Kind.LATE, 1), pace=BRIEF).status == 200
    worker.run(Deliver())

    ghost = shop.require_sound().orders[order_id]
    assert ghost.holder is not None
    assert eventually(lambda: shop.ask(shop.changing(order_id, metadata={"b": 1}))).status == 200


def test_a_commit_that_came_before_the_release_is_answered_as_done(
    shop: Shop, worker: Worker
) -> None:
    code = shop.voucher("ANY")
    order_id = shop.order(customer=ANN)
    lost = Fault(Kind.RESPONSE_LOST, REDEMPTION_COMMITS)

    outcome = worker.visit(shop.redeeming(code, order={"id": order_id}), lost, pace=HASTY)

    assert outcome.status == 200
    assert outcome.calls == (OPEN, SNAPSHOT, TRANSACTION, RELEASE)  # nobody below us repeats one
    assert shop.require_sound().counter(code).used == 1
    assert shop.ask(shop.changing(order_id, status="FULFILLED")).status == 200


def test_a_commit_that_comes_after_the_release_never_applies(shop: Shop, worker: Worker) -> None:
    code = shop.voucher("ANY")
    order_id = shop.order(customer=ANN)
    late = Fault(Kind.LATE, REDEMPTION_COMMITS)
    before = shop.ledger().orders[order_id].order

    outcome = worker.visit(shop.redeeming(code, order={"id": order_id}), late, pace=HASTY)

    assert outcome.status == 503
    assert "Nothing was changed" in str(outcome.body["details"])
    assert worker.run(Deliver()) == [400]
    ledger = shop.require_sound()
    assert (ledger.counter(code).used, ledger.orders[order_id].order) == (0, before)
    assert shop.ask(shop.changing(order_id, status="FULFILLED")).status == 200


def test_a_commit_whose_release_was_lost_too_stays_unknown(shop: Shop, worker: Worker) -> None:
    code = shop.voucher("ANY")
    order_id = shop.order(customer=ANN)
    request = keyed("k", shop.redeeming(code, order={"id": order_id}))
    late = Fault(Kind.LATE, REDEMPTION_COMMITS, lasts=True)

    outcome = worker.visit(request, late, pace=HASTY)

    assert outcome.status == 503
    assert "not known" in str(outcome.body["details"])
    committed, *released = worker.run(Deliver())
    assert (committed, set(released)) == (200, {400})
    assert shop.ask(request).status == 200
    assert shop.require_sound().counter(code).used == 1


def test_a_success_that_comes_after_the_recorded_refusal_never_applies(
    shop: Shop, worker: Worker
) -> None:
    code = shop.voucher("ONE", quantity=1)
    late = Fault(Kind.LATE, 2)
    redeeming = Visit(shop.redeeming(code, order={"amount": 1000}), (late,))

    slow = stalled(worker, redeeming, 3)
    rival = shop.redeemed(code, order={"amount": 1000})
    refused = slow.goes_on()
    shop.done(shop.undoing(rival))

    assert key_of(refused) == "quantity_exceeded"
    assert worker.run(Deliver()) == [400]
    assert shop.require_sound().counter(code).used == 0


def disable(shop: Shop, code: str) -> None:
    shop.done(shop.request("POST", f"/v1/vouchers/{code}/disable"))


def replace(shop: Shop, code: str) -> None:
    """Another voucher of that code, which has been used up."""
    assert shop.ask(shop.request("DELETE", f"/v1/vouchers/{code}?force=true")).status == 204
    shop.voucher(code, quantity=1)
    shop.redeemed(code, order={"amount": 1000})


@pytest.mark.parametrize(
    ("change", "refusal", "used"),
    [(disable, "voucher_disabled", 0), (replace, "quantity_exceeded", 1)],
)
def test_a_redemption_never_goes_by_a_definition_that_has_changed(
    shop: Shop, worker: Worker, change: Callable[[Shop, str], None], refusal: str, used: int
) -> None:
    code = shop.voucher("ANY")
    order_id = shop.order(customer=ANN)
    redeeming = Visit(shop.redeeming(code, order={"id": order_id}))

    slow = stalled(worker, redeeming, REDEMPTION_COMMITS)
    change(shop, code)

    assert key_of(slow.goes_on()) == refusal
    assert shop.require_sound().counter(code).used == used


def test_a_definition_that_is_older_than_its_counter_is_read_again(
    shop: Shop, worker: Worker
) -> None:
    code = shop.voucher("ANY")
    order_id = shop.order(customer=ANN)
    torn = Fault(Kind.TORN, REDEMPTION_COMMITS - 1)
    redeeming = Stalled(worker, Visit(shop.redeeming(code, order={"id": order_id}), (torn,)))

    disable(shop, code)

    assert key_of(redeeming.goes_on()) == "voucher_disabled"
    assert shop.require_sound().counter(code).used == 0


def test_a_change_of_a_definition_that_was_just_changed_keeps_both(
    shop: Shop, worker: Worker
) -> None:
    code = shop.voucher("ANY")
    first = shop.request("PUT", f"/v1/vouchers/{code}", {"metadata": {"a": 1}})
    second = shop.request("PUT", f"/v1/vouchers/{code}", {"metadata": {"b": 1}})
    changing = Stalled(worker, Visit(first, (Fault(Kind.TORN, 1),)))

    shop.done(second)

    assert changing.goes_on().status == 200
    (stored,) = shop.require_sound().vouchers.values()
    assert stored.voucher.metadata == {"a": 1, "b": 1}


def test_a_rollback_gives_nothing_to_a_later_life_of_the_code(shop: Shop) -> None:
    code = shop.voucher("ANY")
    first = shop.redeemed(code, order={"amount": 1000})
    shop.ask(shop.request("DELETE", f"/v1/vouchers/{code}?force=true"))
    shop.voucher("ANY")
    shop.redeemed(code, order={"amount": 1000})

    shop.done(shop.undoing(first))

    assert shop.require_sound().counter(code).used == 1


def test_a_source_id_that_was_replaced_no_longer_names_its_old_order(shop: Shop) -> None:
    order_id = shop.order(source_id="old")
    shop.done(shop.changing(order_id, source_id="new"))

    assert shop.ask(shop.changing("old", status="PAID")).status == 404
    other = shop.order(source_id="old")
    assert shop.done(shop.changing("old", status="PAID")).body["id"] == other
    assert shop.done(shop.changing("new", status="PAID")).body["id"] == order_id
    shop.require_sound()


def test_an_order_cannot_have_its_old_source_id_back_from_another_one(shop: Shop) -> None:
    order_id = shop.order(source_id="old")
    shop.done(shop.changing(order_id, source_id="new"))
    shop.order(source_id="old")

    assert key_of(shop.ask(shop.changing(order_id, source_id="old"))) == "duplicate_found"
    shop.require_sound()


def test_a_source_id_that_was_given_up_can_be_taken_again(shop: Shop) -> None:
    order_id = shop.order()
    shop.done(shop.changing(order_id, source_id="first"))
    shop.done(shop.changing(order_id, source_id="second"))

    assert shop.order(source_id="first") != order_id
    shop.require_sound()


def test_an_order_that_nobody_created_cannot_be_opened(shop: Shop) -> None:
    unknown = "ord_000000000000000000000000"

    assert shop.ask(shop.ordering(id=unknown, status="PAID")).status == 404
    assert shop.ask(shop.changing(unknown, status="PAID")).status == 404
    assert shop.ledger().items == {}
