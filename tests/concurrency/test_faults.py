"""Every store call of every operation goes wrong in every way: nothing lost, nothing twice."""

from functools import partial

import pytest

from tests.concurrency.crew import Deliver, Worker
from tests.concurrency.engines import BEST_ENGINE
from tests.concurrency.faults import FORGETFUL, PASSING, Fault, Kind
from tests.concurrency.scenarios import ON_ORDERS, RULES, SCENARIOS, Scenario, cases_of
from tests.concurrency.shop import Shop, eventually, is_decided
from tests.concurrency.worker import BRIEF, HASTY

pytestmark = [pytest.mark.engine, BEST_ENGINE]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_the_calls_are_those_of_the_protocol(shop: Shop, scenario: Scenario) -> None:
    outcome = shop.ask(scenario.prepare(shop, "t"))

    assert (outcome.status, outcome.calls) == (scenario.status, scenario.calls)
    assert scenario.count(shop.require_sound(), "t") == scenario.once


@pytest.mark.parametrize("store", [(), (FORGETFUL,)], ids=["", "forgetful"])
@pytest.mark.parametrize("kind", PASSING, ids=lambda kind: kind.name.lower())
def test_one_fault_costs_a_patient_request_nothing_but_time(
    shop: Shop, worker: Worker, kind: Kind, store: tuple[Fault, ...]
) -> None:
    requests = {case: case.prepare(shop) for case in cases_of(kind)}

    first = {}
    for case, request in requests.items():
        first[case] = worker.visit(request, *store, case.fault, pace=BRIEF)
        worker.run(Deliver())

    for case, request in requests.items():
        case.require_answered(first[case])
        again = eventually(partial(worker.visit, request))
        assert again.raw == first[case].raw, case.tag
    ledger = shop.require_sound()
    for case in requests:
        case.require_once(ledger)


@pytest.mark.parametrize(
    ("kinds", "arrives"),
    [(PASSING, "last"), ((Kind.LATE,), "between")],
    ids=["what is late comes last", "what is late comes between"],
)
def test_a_request_that_gave_up_can_be_sent_again(
    shop: Shop, worker: Worker, kinds: tuple[Kind, ...], arrives: str
) -> None:
    requests = {case: case.prepare(shop) for case in cases_of(*kinds)}

    first, second = {}, {}
    for case, request in requests.items():
        first[case] = worker.visit(request, case.fault, pace=HASTY)
    shop.require_sound()
    if arrives == "between":
        worker.run(Deliver())
    for case, request in requests.items():
        second[case] = eventually(partial(worker.visit, request))
    worker.run(Deliver())

    ledger = shop.require_sound()
    for case in requests:
        case.require_answered(second[case])
        case.require_once(ledger)
        decided = is_decided(first[case])
        assert first[case].raw == second[case].raw if decided else first[case].status == 503


def test_what_is_late_may_arrive_in_the_middle_of_a_later_request(
    shop: Shop, worker: Worker
) -> None:
    cases = cases_of(Kind.LATE, scenarios=ON_ORDERS)
    shops = [Shop.opened(shop.engine, shop.crew) for _ in (1, 2, 3)]
    requests = {
        (case, number): case.prepare(it) for case in cases for number, it in enumerate(shops)
    }

    for (case, number), request in requests.items():
        case.require_answered(worker.visit(request, case.fault, pace=BRIEF))
        later = shops[number].ordering(
            source_id=case.tag, metadata={"a": 1}, customer={"name": "Cyd"}
        )
        worker.visit(later, Fault(Kind.DELIVERED, number + 1), pace=BRIEF)
        worker.run(Deliver())

    for case, number in requests:
        change = shops[number].changing(case.tag, metadata={"b": 1})
        assert eventually(partial(worker.visit, change)).status == 200
    for each in shops:
        ledger = each.require_sound()
        for case in cases:
            version, used = case.scenario.count(ledger, case.tag)
            due, due_use = case.scenario.once
            assert version - due in {1, 2}, case.tag
            assert used == due_use, case.tag


@pytest.mark.parametrize("kind", PASSING, ids=lambda kind: kind.name.lower())
@pytest.mark.parametrize("target", ["vouchers/{}", "vouchers/{}?force=true", "customers/{}"])
def test_one_fault_does_not_keep_a_thing_from_being_deleted(
    shop: Shop, worker: Worker, target: str, kind: Kind
) -> None:
    for place in (1, 2):
        tag = f"t{place}"
        shop.voucher(tag)
        shop.done(shop.request("POST", "/v1/customers", {"source_id": tag}))
        path = f"/v1/{target.format(tag)}"

        outcome = worker.visit(shop.request("DELETE", path), Fault(kind, place))
        worker.run(Deliver())

        assert outcome.status == 204
        assert shop.ask(shop.request("GET", path)).status == 404
    shop.require_sound()


@pytest.mark.parametrize("kind", PASSING, ids=lambda kind: kind.name.lower())
def test_one_fault_does_not_keep_a_rule_from_being_taken_away(
    shop: Shop, worker: Worker, kind: Kind
) -> None:
    code = shop.voucher("ANY")
    for place in range(1, 8):
        body = {"name": f"r{place}"}
        path = f"{RULES}/{shop.done(shop.request('POST', RULES, body)).body['id']}"
        made = shop.done(shop.request("POST", f"{path}/assignments", {"voucher": code})).body["id"]

        taken = worker.visit(
            shop.request("DELETE", f"{path}/assignments/{made}"), Fault(kind, min(place, 3))
        )
        worker.run(Deliver())
        shop.done(shop.request("POST", f"{path}/assignments", {"voucher": code}))
        outcome = worker.visit(shop.request("DELETE", path), Fault(kind, place))
        worker.run(Deliver())

        assert (taken.status, outcome.status) == (204, 204)
        assert shop.ask(shop.request("GET", path)).status == 404
        shop.require_sound()


@pytest.mark.parametrize("kind", PASSING, ids=lambda kind: kind.name.lower())
def test_one_fault_does_not_keep_a_session_from_being_let_go(
    shop: Shop, worker: Worker, kind: Kind
) -> None:
    for place in (1, 2):
        code = shop.voucher(f"t{place}", quantity=1)
        shop.done(shop.locking("K", code))

        outcome = worker.visit(shop.releasing("K", code), Fault(kind, place))
        worker.run(Deliver())

        assert outcome.status == 204
        assert shop.require_sound().counter(code).taken == 0


def test_one_fault_at_the_lookup_of_the_key_costs_nothing_but_time(shop: Shop) -> None:
    for kind in set(PASSING) - {Kind.CONFLICT}:
        fresh = shop.crew.spare()

        outcome = fresh.visit(shop.ordering(amount=1), Fault(kind, 0))

        assert outcome.status == 200, kind
        fresh.close()


def test_a_key_that_cannot_be_looked_up_changes_nothing(shop: Shop, worker: Worker) -> None:
    outcome = worker.visit(shop.ordering(amount=1), Fault(Kind.RESPONSE_LOST, 0), pace=HASTY)

    assert outcome.status == 503
    assert outcome.calls == ()
    assert shop.ledger().items == {}
