"""Validation sessions: reserve with a validation, use up with a redemption, let go by hand.

Source: domain.md §6.2; protocol.md §10. Capacity is taken at the counter by the condition that a
redemption goes by too, so sessions and redemptions together never exceed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain.counts import Place
from counterfoil.domain.errors import NotFound
from counterfoil.domain.holds import end_of
from counterfoil.domain.timestamps import millis
from counterfoil.domain.validation_sessions import HeldCounts, Reservation, ValidationSession
from counterfoil.domain.vouchers import Voucher
from counterfoil.operations import named_vouchers
from counterfoil.operations.commits import Proposal, commit
from counterfoil.operations.snapshots import Snapshot
from counterfoil.storage import keys, uses, validation_sessions, vouchers
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from counterfoil.domain.outcomes import Applicable
    from counterfoil.domain.redemption_payloads import SessionPayload
    from counterfoil.domain.validation_sessions import Terms
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.plans import Action
    from counterfoil.storage.validation_sessions import Stored

    Items = Mapping[Key, Attributes]


@dataclass(frozen=True, slots=True)
class Release:
    """The session of one voucher that is to end; `name` is the voucher's code or id."""

    name: str
    key: str


def keys_of(call: Call, session: SessionPayload | None) -> list[Key]:
    """The item of the session that a call names."""
    if session is None or not session.key:
        return []
    return [keys.validation_session(call.project, session.key)]


def named(call: Call, session: SessionPayload | None, items: Items) -> Stored | None:
    """The session that a call names, be it over."""
    wanted = keys_of(call, session)
    return validation_sessions.stored(items.get(wanted[0])) if wanted else None


def live(call: Call, found: Stored | None) -> ValidationSession | None:
    """The session as long as it lasts."""
    if found is None or found.session.ends <= millis(call.now):
        return None
    return found.session


def counters_of(call: Call, found: Stored | None) -> list[Key]:
    """The counters that a session holds something of; a release looks at their lives."""
    reservations = () if found is None else found.session.reservations
    return [key for each in reservations for key in _keys_held(call, each)]


def reserved(
    call: Call, terms: Terms, applicable: Sequence[Applicable], customer_id: str | None = None
) -> ValidationSession:
    """The session that reserves all of `applicable` on `terms`.

    A limited voucher is held by one use, a gift card by the credits asked for, or else those that
    the order needs. What has no limit is only named.
    """
    now, ttl = millis(call.now), terms.milliseconds
    known = (each.holds for outcome in applicable for each in outcome.candidate.counts.values())
    until = end_of(now, ttl, max(known, default=0))
    held = (
        _reservation(call, each, ttl, _counts(call, each, customer_id, until))
        for each in applicable
    )
    return ValidationSession(key=terms.key, ends=now + ttl, reservations=tuple(held))


def reserving(
    call: Call,
    change: tuple[Stored | None, ValidationSession],
    applicable: Sequence[Applicable],
    items: Items,
    by: str,
) -> Iterator[Action]:
    """The writes that put the second of `change` in place of the first, which lets go."""
    before, after = change
    now = millis(call.now)
    yield from validation_sessions.written(call.project, before, after, by, now)
    yield from uses.held(call.project, applicable, after, call.periods)
    renewed = {each.id for each in after.reservations}
    if before is not None:
        yield from _let_go(call, before.session.without(renewed).reservations, items)
        for each in before.session.reservations:
            if each.id in renewed:
                yield from uses.let_go_elsewhere(call.project, each, items, millis(call.now))


def used_up(
    call: Call,
    found: Stored | None,
    applicable: Sequence[Applicable],
    items: Items,
    by: str,
) -> Iterator[Action]:
    """What a redemption takes out of the session that it names; the rest stays reserved."""
    session = live(call, found)
    if found is None or session is None:
        return
    after = session.without(each.definition.id for each in applicable)
    if after != session:
        now = millis(call.now)
        yield from validation_sessions.written(call.project, found, after, by, now)
    for outcome in applicable:
        own = session.of(outcome.definition.id)
        if own is not None:
            yield from uses.let_go_elsewhere(call.project, own, items, millis(call.now))


def release(call: Call, request: Release) -> None:
    """End the session of one voucher. Raises NotFound for an unknown voucher or session."""
    item = keys.validation_session(call.project, request.key)
    ids = list(named_vouchers.names(call, request.name))

    def further(items: Items) -> list[Key]:
        return counters_of(call, validation_sessions.stored(items.get(item)))

    snapshot = Snapshot(call, [*vouchers.keys_of(call.project, ids), item], further)
    planned_before = False

    def propose(by: str) -> Proposal[None]:
        nonlocal planned_before
        items = snapshot.take()
        plan = Plan()
        plan.add(*_ended(call, request, items, by))
        if not plan and not planned_before:
            raise NotFound("session", request.key)
        planned_before = True
        return Proposal(plan, None)

    commit(call, propose)


def _ended(call: Call, request: Release, items: Items, by: str) -> Iterator[Action]:
    """What ends the session of one voucher; nothing when there is none."""
    voucher = named_vouchers.find(call, request.name, items)
    if voucher is None:
        raise NotFound("voucher", request.name)
    found = validation_sessions.stored(
        items.get(keys.validation_session(call.project, request.key))
    )
    session = live(call, found)
    held = None if session is None else session.of(voucher.voucher.id)
    if session is None or held is None:
        return
    left, now = session.without([held.id]), millis(call.now)
    yield from validation_sessions.written(call.project, found, left, by, now)
    yield from _let_go(call, [held], items)


def _reservation(
    call: Call, outcome: Applicable, ttl: int, counted: HeldCounts | None
) -> Reservation:
    definition, counter = outcome.definition, outcome.counter
    limited = isinstance(definition, Voucher) and definition.quantity is not None
    limited |= Place.INCENTIVE in outcome.candidate.counted
    asked = outcome.candidate.credits
    wanted = outcome.credits if asked is None else asked
    return Reservation(
        object="voucher" if isinstance(definition, Voucher) else "promotion_tier",
        id=definition.id,
        generation=counter.generation,
        bucket=counter.bucket,
        units=1 if limited else 0,
        credits=0 if counter.gift is None else wanted,
        until=end_of(millis(call.now), ttl, len(counter.holds)),
        counts=counted,
    )


def _counts(
    call: Call, outcome: Applicable, customer_id: str | None, until: int
) -> HeldCounts | None:
    """Where a use counts beside its own counter; without a campaign its money counts at that."""
    candidate, share = outcome.candidate, outcome.share
    campaign, counter = candidate.campaign, candidate.campaign_counter
    places = candidate.counted if campaign is None else candidate.counted - {Place.INCENTIVE}
    if not places:
        return None
    return HeldCounts(
        places="".join(sorted(places)),
        until=until,
        campaign=campaign and counter and f"{campaign.id}/{counter.generation}",
        campaign_bucket=0 if counter is None else counter.bucket,
        customer_id=customer_id,
        api_key=call.app_id,
        amount=share.amount,
        discount=share.discount,
        credits=share.credits,
    )


def _keys_held(call: Call, reservation: Reservation) -> Iterator[Key]:
    """The items where a session holds something."""
    yield uses.counter_held(call.project, reservation)
    yield from (tab.key for _, tab, _ in uses.tabs_held(call.project, reservation))


def _let_go(call: Call, held: Sequence[Reservation], items: Items) -> Iterator[Action]:
    """What frees `held`, where the counter still lives the life that it was taken from.

    What has lapsed meanwhile may have been taken off already, and is left to the next writer.
    """
    now = millis(call.now)
    for each in held:
        item = items.get(uses.counter_held(call.project, each), {})
        lasts = each.until > now
        if item.get("gen") == each.generation and lasts and (each.units or each.credits):
            yield uses.let_go(call.project, each)
        yield from uses.let_go_elsewhere(call.project, each, items, now)
