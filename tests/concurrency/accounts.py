"""Every answer held against what is stored: nothing lost, nothing twice, nothing made up."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.concurrency.hammer import Errand, Trace
from tests.concurrency.ledger import Ledger
from tests.concurrency.shop import is_decided, key_of, redemption_of
from tests.concurrency.worker import Outcome

_NOTHING = "Nothing was changed"
_RECORDED = {"redemption", "redemption_rollback"}


@dataclass
class Accounts:
    """What was asked and what was answered, by tag."""

    errands: dict[str, Errand] = field(default_factory=dict)
    answers: dict[str, list[Outcome]] = field(default_factory=lambda: defaultdict(list))

    def undecided(self) -> Iterator[Errand]:
        """Those that can be sent again, and whose outcome is not known yet."""
        for tag, errand in self.errands.items():
            if errand.keyed and not any(map(is_decided, self.answers[tag])):
                yield errand

    def discrepancies(self, ledger: Ledger) -> Iterator[str]:
        """Every answer that is not borne out, in words."""
        effects = _effects(ledger)
        recorded = {each.id for each in ledger.records}
        for tag, errand in self.errands.items():
            outcomes = self.answers[tag]
            yield from self._of_service(tag, outcomes)
            found = effects[tag]
            if len(found) > 1:
                yield f"{tag} has taken effect in {sorted(found)}"
            yield from _repeated(tag, outcomes)
            if errand.trace is not Trace.NOWHERE:
                yield from _borne_out(tag, outcomes, found)
            for outcome in outcomes:
                named = outcome.body.get("resource_id")
                if _is_recorded(outcome) and named not in recorded:
                    yield f"{tag} was refused by {named}, which is not there"

    @staticmethod
    def _of_service(tag: str, outcomes: list[Outcome]) -> Iterator[str]:
        for outcome in outcomes:
            if outcome.status >= 500 and outcome.status != 503:
                yield f"{tag} was answered {outcome.status}: {outcome.log}"


def _repeated(tag: str, outcomes: list[Outcome]) -> Iterator[str]:
    """A key has one answer, once there is one."""
    lasting = {it.raw for it in outcomes if it.status == 200 or _is_recorded(it)}
    if len(lasting) > 1:
        yield f"{tag} was answered in {len(lasting)} ways: {lasting}"


def _borne_out(tag: str, outcomes: list[Outcome], found: set[str]) -> Iterator[str]:
    """Success is there; a refusal, or "nothing was changed", is not, unless it succeeded later."""
    succeeded = [it for it in outcomes if it.status == 200]
    for outcome in succeeded:
        if found != {_subject(outcome)}:
            yield f"{tag} was answered {_subject(outcome)}, it has taken effect in {sorted(found)}"
    certain = outcomes and all(map(_says_nothing_happened, outcomes))
    if certain and found:
        yield f"{tag} was refused, and has taken effect in {sorted(found)}"


def _says_nothing_happened(outcome: Outcome) -> bool:
    if outcome.status == 503:
        return _NOTHING in str(outcome.body["details"])
    return key_of(outcome) is not None


def _is_recorded(outcome: Outcome) -> bool:
    return key_of(outcome) is not None and outcome.body.get("resource_type") in _RECORDED


def _subject(outcome: Outcome) -> str:
    """The order, the redemption or the rollback that an answer is about."""
    body = outcome.body
    if "rollbacks" in body:
        rollbacks = body["rollbacks"]
        first = body.get("parent_rollback") or (rollbacks and rollbacks[0])  # type: ignore[index]  # a list of rollbacks
        return str(first["id"])  # type: ignore[index,call-overload]  # a rollback
    if "redemptions" in body and body.get("object") != "order":
        return redemption_of(body)
    return str(body["id"])


def _effects(ledger: Ledger) -> dict[str, set[str]]:
    """Tag -> what bears it. A redemption's tag is on its order too, which is no second effect."""
    found: dict[str, set[str]] = defaultdict(set)
    for record in ledger.records:
        tag = (record.metadata or {}).get("tag")
        if record.index == 0 and record.result == "SUCCESS" and isinstance(tag, str):
            found[tag].add(record.id)
    redeemed = set(found)
    for order_id, stored in ledger.orders.items():
        for tag in set(stored.order.metadata) - redeemed:
            found[tag].add(order_id)
    return found
