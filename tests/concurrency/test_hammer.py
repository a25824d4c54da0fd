"""Mixed operations from several processes with every fault: the ledger is sound in the end."""

import os
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from multiprocessing.connection import wait

import pytest

from counterfoil.domain import ids
from tests.concurrency.accounts import Accounts
from tests.concurrency.auditing import audited, auditing
from tests.concurrency.crew import Crew, KilledError, Worker
from tests.concurrency.engines import BEST_ENGINE
from tests.concurrency.hammer import (
    CAMPAIGN,
    CARDS,
    CUSTOMERS,
    FREE,
    LIMITS,
    MEMBERS,
    PROMOTIONS,
    VOUCHERS,
    Answered,
    Errand,
    Hammer,
    Limit,
)
from tests.concurrency.ledger import Ledger
from tests.concurrency.mixed_stacks import campaign, member, tier
from tests.concurrency.shop import Requests, Shop, eventually
from tests.concurrency.worker import STALLED

pytestmark = [pytest.mark.engine, BEST_ENGINE]

RULES = "/v1/validation-rules"
SECONDS = float(os.environ.get("COUNTERFOIL_HAMMER_SECONDS", "15"))
PROCESSES = 8
# Longer than the leases of the hammer, so that the stalled find their orders in other hands.
STALL_SECONDS = 4.0
KILL_SECONDS = min(1.0, SECONDS / 4)
POLL_SECONDS = 0.1


class Blacksmith:
    """Keeps the processes going: starts another one when one is killed, ends stalls."""

    def __init__(self, crew: Crew, requests: Requests, tiers: tuple[str, ...]) -> None:
        self._crew = crew
        self._tiers = tiers
        self._requests = requests
        self._base = secrets.token_hex(3)
        self._ends = time.monotonic() + SECONDS
        self._next_kill = time.monotonic() + KILL_SECONDS
        self._jobs: dict[Worker, Hammer] = {}
        self._stalled: dict[Worker, float] = {}
        self.accounts = Accounts()
        self.seen: Counter[str] = Counter()

    def work(self) -> None:
        """Returns when the time is over and every process has ended its last request."""
        for _ in range(PROCESSES):
            self._start()
        while self._jobs:
            for worker in self._with_news():
                try:
                    self._take(worker, worker.news())
                except KilledError:
                    self.seen["killed"] += 1
                    self._end(worker)
            self._end_stalls()
            self._kill()

    def _end_stalls(self) -> None:
        for worker, since in [*self._stalled.items()]:
            if time.monotonic() > since + STALL_SECONDS:
                del self._stalled[worker]
                worker.go_on()

    def _kill(self) -> None:
        """One process now and then, whatever it does: faults kill at store calls only."""
        if self._next_kill < time.monotonic() < self._ends:
            self._next_kill += KILL_SECONDS
            secrets.choice([*self._jobs]).kill()

    def _with_news(self) -> Iterator[Worker]:
        by_descriptor = {worker.fileno(): worker for worker in self._jobs}
        for descriptor in wait([*by_descriptor], timeout=POLL_SECONDS):
            yield by_descriptor[descriptor]  # type: ignore[index]  # they are what was waited for

    def _start(self) -> None:
        self.seen["started"] += 1
        name = f"h{self._base}{self.seen['started']:03}"
        job = Hammer(self._requests, self._tiers, self._ends, name)
        worker = self._crew.spare()
        worker.start(job)
        self._jobs[worker] = job

    def _end(self, worker: Worker) -> None:
        del self._jobs[worker]
        self._stalled.pop(worker, None)
        worker.close()
        if time.monotonic() < self._ends:
            self._start()

    def _take(self, worker: Worker, news: object) -> None:
        match news:
            case Errand():
                self.accounts.errands[news.tag] = news
            case Answered():
                self.accounts.answers[news.tag].append(news.outcome)
                self.seen[str(news.outcome.status)] += 1
            case _ if news == STALLED:
                self.seen["stalled"] += 1
                self._stalled[worker] = time.monotonic()
            case int():
                self._end(worker)
            case _:
                raise AssertionError(news)


def stock(shop: Shop) -> tuple[str, ...]:
    """Everything that the hammer knows by name; the ids of the tiers."""
    for code, quantity in VOUCHERS.items():
        shop.voucher(code, quantity=quantity or None, amount_off=70, free=FREE.get(code))
    shop.done(shop.request("POST", "/v1/products", {"source_id": "spoon", "price": 150}))
    for name in CUSTOMERS:
        shop.done(shop.request("POST", "/v1/customers", {"source_id": name}))
    for code, amount in CARDS.items():
        shop.gift_card(code, amount)
    campaign(shop, CAMPAIGN)
    for code, quantity in MEMBERS.items():
        member(shop, CAMPAIGN, code, **({"redemption": {"quantity": quantity}} if quantity else {}))
    for name, limit in LIMITS.items():
        assign(shop, name, limit)
    return tuple(tier(shop, name) for name in PROMOTIONS)


def assign(shop: Shop, name: str, limit: Limit) -> None:
    """Gives a voucher, or the campaign, its limit."""
    entry = {
        "name": limit.name,
        "property": limit.window,
        "conditions": {"$less_than_or_equal": [limit.most]},
    }
    made = shop.done(shop.request("POST", RULES, {"name": name, "rules": {"1": entry}})).body["id"]
    kind = "campaign" if name == CAMPAIGN else "voucher"
    body = {"related_object_type": kind, "related_object_id": name}
    shop.done(shop.request("POST", f"{RULES}/{made}/assignments", body))


def excesses(ledger: Ledger) -> Iterator[str]:
    """Every limit that was passed, in words; that on the history is nobody's to see afterwards."""
    owner = ids.campaign_id(ledger.project, CAMPAIGN)
    codes = Counter(each.voucher.code for each in ledger.uses() if each.voucher)
    of_customers = Counter(
        (each.use.voucher.code, each.customer_id)
        for each in ledger.live
        if each.use and each.use.voucher
    )
    joined = Counter(each.campaign.id for each in ledger.uses() if each.campaign)
    found = {
        "v2": max((n for (code, _), n in of_customers.items() if code == "v2"), default=0),
        "v5": codes["v5"],
        "m1": max((n for (code, _), n in of_customers.items() if code == "m1"), default=0),
        CAMPAIGN: joined[owner],
    }
    for name, count in found.items():
        if count > LIMITS[name].most:
            yield f"{name} was redeemed {count} times; its limit is {LIMITS[name].most}"


def test_the_ledger_is_sound_after_the_hammer(shop: Shop, crew: Crew) -> None:
    smith = Blacksmith(crew, shop.requests, stock(shop))

    with auditing(shop) as audits:
        smith.work()
    for errand in [*smith.accounts.undecided()]:
        outcome = eventually(partial(shop.ask, errand.request))
        smith.accounts.answers[errand.tag].append(outcome)
    for order_id, stored in shop.ledger().orders.items():
        if stored.holder is not None:
            change = shop.changing(order_id, metadata={"usable": True})
            assert eventually(partial(shop.ask, change)).status == 200

    ledger = shop.require_sound()
    assert [it.holder for it in ledger.orders.values() if it.holder] == []
    assert "\n".join(smith.accounts.discrepancies(ledger)) == ""
    assert [*excesses(ledger)] == []
    assert smith.seen["killed"], smith.seen
    assert audits.differences == []  # what was on its way was never taken for a difference
    assert audited(shop).differences == ()
