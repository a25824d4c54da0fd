"""Validations: what redeemables would do to an order; nothing is written (domain.md §2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain.stacking import Evaluation, evaluate
from counterfoil.domain.validation_sessions import terms_of
from counterfoil.operations import redeemables, validation_sessions
from counterfoil.operations.buyers import Buyers
from counterfoil.operations.commits import Proposal, commit
from counterfoil.operations.occasions import Parties, occasion_of
from counterfoil.operations.snapshots import completed
from counterfoil.operations.subjects import Subject
from counterfoil.operations.trial_orders import TrialOrder
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterfoil.domain.redemption_payloads import StackPayload
    from counterfoil.domain.stacking_rules import StackingRules
    from counterfoil.domain.validation_sessions import Terms
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes

    Items = Mapping[Key, Attributes]


@dataclass(frozen=True, slots=True)
class Validated:
    """What a validation found. `stored` tells an order that exists from one only sent.

    `session` is what was reserved, if that was asked for and something applies; `customer_id`
    whose it is.
    """

    id: str
    evaluation: Evaluation
    stored: bool
    rules: StackingRules
    tracking_id: str | None
    payload: StackPayload
    request_id: str
    session: Terms | None = None
    customer_id: str | None = None


def validate(call: Call, payload: StackPayload) -> Validated:
    """What each redeemable of `payload` would do, one after the other.

    A session, if one is asked for, reserves what applies: that is all that a validation writes.
    Reads the order, the vouchers and the people in one trip. Raises NotFound for an unknown order
    or customer id, and OrderBusy while another request holds the order: what would be read is
    about to change.
    """
    redeemables.require_combinable(payload.redeemables)
    attempt = _Attempt(call, payload, terms_of(payload.session, call.ids.session_key))
    if attempt.reserves:
        return commit(call, attempt.propose)
    return attempt.decide(attempt.load())


def validate_each(call: Call, payload: StackPayload) -> tuple[Validated, ...]:
    """What each redeemable of `payload` would do if it were the only one; nothing is reserved.

    Reads as `validate` does, and raises what it raises.
    """
    redeemables.require_combinable(payload.redeemables)
    attempt = _Attempt(call, payload, None)
    return attempt.decide_each(attempt.load())


class _Attempt:
    """One validation: what it names, and the session that it asks for."""

    def __init__(self, call: Call, payload: StackPayload, terms: Terms | None) -> None:
        self._call = call
        self._payload = payload
        self._terms = terms
        self._trial = TrialOrder(call, payload.order, Buyers.of_stack(payload))
        named = self._trial.customer_id({})
        wanted = [*redeemables.keys_of(call, payload.redeemables, named), *self._trial.keys()]
        self._keys = [*wanted, *validation_sessions.keys_of(call, payload.session)]

    @property
    def _subject(self) -> Subject:
        """Whom and what rules are to judge."""
        trial, tracking = self._trial, self._payload.tracking_id
        return Subject(trial.customer_id, lambda items: trial.among(items, tracking).order.items)

    @property
    def reserves(self) -> bool:
        """Whether anything is to be held; a session of no millisecond is over at once."""
        return self._terms is not None and self._terms.milliseconds > 0

    def load(self) -> Items:
        """What is named, and what only that tells: campaigns, and the counters of a session."""
        call, payload = self._call, self._payload
        items = call.store.get_all(self._keys)
        session = validation_sessions.named(call, payload.session, items)
        held = validation_sessions.counters_of(call, session) if self.reserves else []

        def further(known: Items) -> list[Key]:
            found = redeemables.further_keys(call, payload.redeemables, known, self._subject)
            return [*found, *held]

        return completed(call, items, further, self._keys)

    def decide(self, items: Items) -> Validated:
        """What each redeemable would do, by `items`."""
        (validated,) = self._decided(items, alone=False)
        return validated

    def decide_each(self, items: Items) -> tuple[Validated, ...]:
        """What each would do alone, by `items`."""
        return tuple(self._decided(items, alone=True))

    def _decided(self, items: Items, *, alone: bool) -> Iterator[Validated]:
        call, payload = self._call, self._payload
        trial = self._trial.among(items, payload.tracking_id)
        project = redeemables.settings_of(call, payload.redeemables, items)
        session = validation_sessions.named(call, payload.session, items)
        own = validation_sessions.live(call, session)
        parties = Parties.of_trial(trial, payload.metadata)
        customer_id = None if trial.customer is None else trial.customer.id
        found = redeemables.candidates(call, payload.redeemables, items, project, own, customer_id)
        occasion = occasion_of(call, found, parties, items, trial.order.items)
        for together in [(each,) for each in found] if alone else [found]:
            evaluation = evaluate(together, trial.order, project.rules, occasion)
            yield Validated(
                call.ids.validation,
                evaluation,
                trial.stored,
                project.rules,
                trial.tracking_id,
                payload,
                call.request_id,
                self._terms if evaluation.valid else None,
                customer_id,
            )

    def propose(self, by: str) -> Proposal[Validated]:
        """The session of a validation that found something to reserve."""
        call, items = self._call, self.load()
        validated = self.decide(items)
        applicable, plan = validated.evaluation.applicable, Plan()
        if self._terms is None or not validated.evaluation.valid or not applicable:
            return Proposal(plan, validated)
        before = validation_sessions.named(call, self._payload.session, items)
        customer_id = validated.customer_id
        after = validation_sessions.reserved(call, self._terms, applicable, customer_id)
        plan.add(*validation_sessions.reserving(call, (before, after), applicable, items, by))
        return Proposal(plan, validated)
