"""Qualifications: which of what may be offered an order qualifies for (domain.md §2.4).

Offers are tried from the newest on, a chunk at a time, until a page is full: the cost grows with
the page, and with the offers that do not qualify, but not with what a project has in all. One
call tries 300 at most; `starting_after` goes on where it ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.payloads import RedeemablePayload
from counterfoil.domain.qualification_payloads import DEFAULT_LIMIT
from counterfoil.domain.qualifications import (
    Circumstances,
    Offered,
    facts_of,
    in_order,
    is_of,
    qualified,
)
from counterfoil.domain.timestamps import iso
from counterfoil.operations import redeemables
from counterfoil.operations.orders import Buyers
from counterfoil.operations.snapshots import completed
from counterfoil.operations.trial_orders import TrialOrder
from counterfoil.storage import keys, offers, promotion_stacks, settings, vouchers
from counterfoil.storage.offers import Stretch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from counterfoil.domain.filters import Filters
    from counterfoil.domain.orders import Order
    from counterfoil.domain.project_settings import ProjectSettings
    from counterfoil.domain.qualification_payloads import QualificationPayload
    from counterfoil.domain.qualifications import Qualified
    from counterfoil.domain.stacking_rules import StackingRules
    from counterfoil.operations.call import Call
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
    """One page of what qualifies; `more_after` is the time of creation after which to go on."""

    found: tuple[Qualified, ...]
    more_after: str | None
    order: Order
    stored: bool
    rules: StackingRules
    tracking_id: str | None
    payload: QualificationPayload


def qualify(call: Call, question: Question) -> Qualification:
    """What the order qualifies for, each alone; nothing is written.

    Raises NotFound for an unknown order or customer id, and OrderBusy.
    """
    payload = question.payload
    attempt = TrialOrder(call, payload.order, Buyers.of_stack(payload))
    items = call.store.get_all([*attempt.keys(), keys.settings(call.project)])
    trial = attempt.among(items, payload.tracking_id)
    project = settings.stored(items, call.project).settings
    scenario = payload.scenario or "ALL"
    facts = Circumstances(trial.order, project.rules, call.local_now, scenario)
    search = _Search(call, question, project, facts)
    found, more_after = search.page()
    return Qualification(
        tuple(found),
        more_after,
        trial.order,
        trial.stored,
        project.rules,
        trial.tracking_id,
        payload,
    )


class _Search:
    """The way along the offers, from the newest or from where an earlier page ended."""

    def __init__(
        self, call: Call, question: Question, project: ProjectSettings, facts: Circumstances
    ) -> None:
        self._call = call
        self._filters = question.filters
        self._asked = question.payload.asked
        self._project = project
        self._facts = facts
        self._tried_to: str | None = None
        self._ended = True

    def page(self) -> tuple[list[Qualified], str | None]:
        """What qualifies, and after which time of creation more may follow.

        Deals are compared among all that one call tries, and are one page (domain.md §2.4).
        """
        limit, rule = self._asked.limit or DEFAULT_LIMIT, self._asked.sorting_rule or "DEFAULT"
        if rule != "DEFAULT":
            return in_order(list(self._all(limit)), rule)[:limit], None
        found: list[Qualified] = []
        for each in self._all(limit):
            # A cursor is a time, so those of one instant stay on one page.
            if len(found) >= limit and each.offered.created_at != found[-1].offered.created_at:
                return found, found[-1].offered.created_at
            found.append(each)
        return found, None if self._ended else self._tried_to

    def _all(self, limit: int) -> Iterator[Qualified]:
        after = self._asked.starting_after
        before = None if after is None else iso(after)
        stretch = Stretch(before, max(_FEWEST, min(_CHUNK, limit + 1)))
        tried = 0
        while tried < TRIED_AT_MOST:
            listed = offers.newest(self._call.store, self._call.project, stretch)
            tried += len(listed)
            yield from self._tried(listed)
            if len(listed) < stretch.limit:
                return
            stretch = Stretch(before, _CHUNK, beyond=listed[-1])
            self._tried_to = listed[-1].created_at
        self._ended = False

    def _tried(self, listed: Sequence[Offer]) -> Iterator[Qualified]:
        wanted = [each for each in listed if is_of(self._facts.scenario, each.object)]
        for offered in _loaded(self._call, wanted, self._project):
            if self._filters.hold(facts_of(offered)):
                found = qualified(offered, self._facts)
                if found is not None:
                    yield found


def _loaded(call: Call, listed: Sequence[Offer], project: ProjectSettings) -> Iterator[Offered]:
    """What the offers name, in their order, with campaigns and units that they lead to."""
    if not listed:
        return
    named = [(each, RedeemablePayload(object=each.object, id=each.id)) for each in listed]
    sent = [redeemable for _, redeemable in named]
    ours = [each.id for each in listed if each.object == "voucher"]
    others = [each for each in sent if each.object != "voucher"]
    wanted = [*vouchers.keys_of(call.project, ours), *redeemables.keys_of(call, others)]

    def further(known: Items) -> list[Key]:
        return redeemables.further_keys(call, sent, known)

    items = completed(call, call.store.get_all(wanted), further)
    for offer, redeemable in named:
        candidates = redeemables.candidates(call, [redeemable], items, project)
        if offer.object == "voucher":
            candidates = tuple(each for each in candidates if each.definition is not None)
        known = promotion_stacks.stored(items, call.project, offer.id)
        stack = None if known is None else known.stack
        yield Offered(offer.created_at, offer.object, offer.id, candidates, stack)
