"""kill -9 at every boundary of a store call: no half-applied order, and soon usable again."""

from functools import partial

import pytest

from tests.concurrency.crew import Crew, KilledError
from tests.concurrency.engines import BEST_ENGINE
from tests.concurrency.faults import Kind
from tests.concurrency.scenarios import cases_of
from tests.concurrency.shop import Shop, eventually
from tests.concurrency.worker import HASTY

pytestmark = [pytest.mark.engine, BEST_ENGINE]


def test_a_killed_request_leaves_its_order_whole_and_usable(shop: Shop, crew: Crew) -> None:
    cases = cases_of(Kind.KILLED_BEFORE, Kind.KILLED_AFTER)
    requests = {case: case.prepare(shop) for case in cases}

    for case, request in requests.items():
        doomed = crew.spare()
        with pytest.raises(KilledError):
            doomed.visit(request, case.fault, pace=HASTY)
        doomed.close()

    shop.require_sound()
    for case, request in requests.items():
        case.require_answered(eventually(partial(shop.ask, request)))
    ledger = shop.require_sound()
    for case in cases:
        case.require_once(ledger)
