"""Qualifications: which of what may be offered an order qualifies for (domain.md §2.4).

Offers are tried from the newest on, a chunk at a time, until a page is full: the cost grows with
the page, and with the offers that do not qualify, but not with what a project has in all. One
call tries 300 at most; `starting_after` goes on where it ended.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from counterfoil.domain.qualification_payloads import DEFAULT_LIMIT
from counterfoil.domain.qualifications import (
    Circumstances,
    Offered,
    asks_of_wallet,
    attempted,
    facts_of,
    in_order,
    is_of,
)
from counterfoil.domain.redemption_payloads import RedeemablePayload
from counterfoil.domain.timestamps import iso
from counterfoil.operations import redeemables
from counterfoil.operations.buyers import Buyers
from counterfoil.operations.occasions import Parties, occasion_of
from counterfoil.operations.snapshots import completed
from counterfoil.operations.subjects import Subject
from counterfoil.operations.trial_orders import TrialOrder
from counterfoil.storage import keys, offers, promotion_stacks, settings, vouchers
from counterfoil.storage.offers import Stretch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from counterfoil.domain.filters import Filters
    from counterfoil.domain.occasions import Occasion
    from counterfoil.domain.orders import Order
    from counterfoil.domain.project_settings import ProjectSettings
    from counterfoil.domain.qualification_payloads import QualificationPayload
    from counterfoil.domain.qualifications import Attempted, Qualified
    from counterfoil.domain.stacking_rules import StackingRules
    from counterfoil.operations.call import Call
    from counterfoil.operations.trial_orders import Trial
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.offers import Offer

    Items = Mapping[Key, Attributes]

TRIED_AT_MOST: Final = 300
_CHUNK: Final = 50
_FEWEST: Final = 10


@dataclass(frozen=True, slots=True)
class Question:
    """A qualification as it is asked."""

    payload: QualificationPayload
    filters: Filters


@dataclass(frozen=True, slots=True)
class Qualification:
    """One page of what qualifies; `more_after` is the time of creation after which to go on.

    `attempts` are all offers that were tried for it, where that is to be told.
    """

    found: tuple[Qualified, ...]
    more_after: str | None
    order: Order
    stored: bool
    rules: StackingRules
    tracking_id: str | None
    payload: QualificationPayload
    attempts: tuple[Attempted, ...] | None = None


def qualify(call: Call, question: Question) -> Qualification:
    """What the order qualifies for, each alone; nothing is written.

    The first chunk is read together with the order and its people. Raises NotFound for an unknown
    order or customer id, and OrderBusy.
    """
    payload = question.payload
    attempt = TrialOrder(call, payload.order, Buyers.of_stack(payload))
    first = _first_chunk(call, question)
    subject = Subject(
        attempt.customer_id, lambda known: attempt.among(known, payload.tracking_id).order.items
    )
    beside = [*attempt.keys(), keys.settings(call.project)]
    items = _load(call, first.listed, subject, beside)
    trial = attempt.among(items, payload.tracking_id)
    project = settings.stored(items, call.project).settings
    facts = Circumstances(trial.order, project.rules, payload.scenario or "ALL")
    search = _Search(call, question, _Tried(project, facts, _parties(trial, payload), subject))
    found, more_after = search.page(first, items)
    return Qualification(
        tuple(found),
        more_after,
        trial.order,
        trial.stored,
        project.rules,
        trial.tracking_id,
        payload,
        tuple(search.attempts) if call.explains else None,
    )


def _parties(trial: Trial, payload: QualificationPayload) -> Parties:
    """What is offered may be used up: counts are for validations and redemptions."""
    return replace(Parties.of_trial(trial, payload.metadata), counts=False)


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Some offers, and the stretch that they were asked for with."""

    stretch: Stretch
    listed: tuple[Offer, ...]

    @property
    def is_last(self) -> bool:
        """Whether no offer is older."""
        return len(self.listed) < self.stretch.limit


def _first_chunk(call: Call, question: Question) -> _Chunk:
    asked = question.payload.asked
    after = asked.starting_after
    limit = max(_FEWEST, min(_CHUNK, (asked.limit or DEFAULT_LIMIT) + 1))
    return _chunk(call, Stretch(None if after is None else iso(after), limit))


def _chunk(call: Call, stretch: Stretch) -> _Chunk:
    return _Chunk(stretch, offers.newest(call.store, call.project, stretch))


@dataclass(frozen=True, slots=True)
class _Tried:
    """What all offers of a call are tried on alike."""

    project: ProjectSettings
    facts: Circumstances
    parties: Parties
    subject: Subject


class _Search:
    """The way along the offers, from the newest or from where an earlier page ended."""

    def __init__(self, call: Call, question: Question, tried: _Tried) -> None:
        self._call = call
        self._filters = question.filters
        self._asked = question.payload.asked
        self._tried_on = tried
        self._facts = tried.facts
        self._goes_on_after: str | None = None
        self.attempts: list[Attempted] = []

    def page(self, first: _Chunk, items: Items) -> tuple[list[Qualified], str | None]:
        """What qualifies, and after which time of creation more may follow.

        Deals are compared among all that one call tries, and are one page (domain.md §2.4).
        """
        if asks_of_wallet(self._facts.scenario):
            return [], None
        limit, rule = self._asked.limit or DEFAULT_LIMIT, self._asked.sorting_rule or "DEFAULT"
        if rule != "DEFAULT":
            return in_order(list(self._all(first, items)), rule)[:limit], None
        found: list[Qualified] = []
        for each in self._all(first, items):
            # A cursor is a time, so those of one instant stay on one page.
            if len(found) >= limit and each.offered.created_at != found[-1].offered.created_at:
                return found, found[-1].offered.created_at
            found.append(each)
        return found, self._goes_on_after

    def _all(self, chunk: _Chunk, items: Items) -> Iterator[Qualified]:
        tried, size = len(chunk.listed), _FEWEST
        yield from self._tried(chunk.listed, items)
        while not chunk.is_last:
            if tried >= TRIED_AT_MOST:
                self._goes_on_after = chunk.listed[-1].created_at
                return
            # A page often lacks but one; where most do not qualify, chunks soon are large.
            stretch = Stretch(chunk.stretch.before, size, beyond=chunk.listed[-1])
            size = min(2 * size, _CHUNK)
            chunk = _chunk(self._call, stretch)
            tried += len(chunk.listed)
            subject = self._tried_on.subject
            loaded = _load(self._call, chunk.listed, subject, known=items)
            yield from self._tried(chunk.listed, loaded)

    def _tried(self, listed: Sequence[Offer], items: Items) -> Iterator[Qualified]:
        for offer in listed:
            if not is_of(self._facts.scenario, offer.object):
                continue
            offered = _offered(self._call, offer, items, self._tried_on)
            if self._filters.hold(facts_of(offered)):
                tried = attempted(offered, self._facts, self._occasion(offered, items))
                if self._call.explains:
                    self.attempts.append(tried)
                if tried.qualified is not None:
                    yield tried.qualified

    def _occasion(self, offered: Offered, items: Items) -> Occasion:
        lines, parties = self._facts.order.items, self._tried_on.parties
        return occasion_of(self._call, offered.candidates, parties, items, lines)


def _load(
    call: Call,
    listed: Sequence[Offer],
    subject: Subject,
    beside: Sequence[Key] = (),
    known: Items | None = None,
) -> Items:
    """What the offers name, and `beside`; then what they lead to, and what their rules need.

    `known` is what was loaded with the first of them.
    """
    sent = [_redeemable(each) for each in listed]
    ours = [each.id for each in listed if each.object == "voucher"]
    others = [each for each in sent if each.object != "voucher"]
    named = [*vouchers.keys_of(call.project, ours), *redeemables.named_keys(call, others)]

    def further(found: Items) -> list[Key]:
        return redeemables.further_keys(call, sent, found, subject)

    wanted = [*beside, *named]
    first = call.store.get_all(wanted)
    return completed(call, {**(known or {}), **first}, further, wanted)


def _offered(call: Call, offer: Offer, items: Items, tried: _Tried) -> Offered:
    customer = tried.parties.customer
    found = redeemables.candidates(
        call,
        [_redeemable(offer)],
        items,
        tried.project,
        customer_id=None if customer is None else customer.id,
    )
    known = promotion_stacks.stored(items, call.project, offer.id)
    stack = None if known is None else known.stack
    there = tuple(each for each in found if each.definition is not None)
    complete = there if len(there) == len(found) else ()
    return Offered(offer.created_at, offer.object, offer.id, complete, stack)


def _redeemable(offer: Offer) -> RedeemablePayload:
    return RedeemablePayload(object=offer.object, id=offer.id)
