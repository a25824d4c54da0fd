"""Vouchers of a campaign: how they are made, in which numbers, and who they belong to.

A voucher is listed in its campaign's partition, and counted there, by the transaction that makes
it. What fits one transaction is made within the request; more is an async action.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.async_actions import AsyncAction, CampaignWork
from counterfoil.domain.campaign_definitions import (
    code_config_of,
    member_payload,
    require_codes,
    require_open,
)
from counterfoil.domain.codes import require_code
from counterfoil.domain.errors import AlreadyExists, InvalidCodeConfig
from counterfoil.operations import async_actions, catalogue, named_campaigns
from counterfoil.operations.commits import Proposal, SlotTaken, commit
from counterfoil.operations.free_codes import Series, next_codes
from counterfoil.operations.new_vouchers import drafted, written
from counterfoil.operations.project_settings import require_category
from counterfoil.operations.snapshots import Snapshot
from counterfoil.storage import async_actions as stored_actions
from counterfoil.storage import campaigns
from counterfoil.storage.campaigns import Members
from counterfoil.storage.plans import Guard, Plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterfoil.domain.campaign_payloads import MemberPayload
    from counterfoil.domain.campaigns import Campaign
    from counterfoil.domain.unit_discounts import KnownUnits
    from counterfoil.operations.call import Call
    from counterfoil.storage.campaigns import Stored
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.plans import Action
    from counterfoil.storage.vouchers import Stored as StoredVoucher

# A voucher is three items, a campaign eighteen, and a transaction a hundred.
AT_ONCE: Final = 30
AT_CREATION: Final = 25


@dataclass(frozen=True, slots=True)
class Addition:
    """`count` more vouchers for the campaign that `name` stands for, or one under `code`."""

    name: str
    payload: MemberPayload
    count: int = 1
    code: str | None = None


class Batch:
    """Vouchers of one plan, under codes of this request's that are free."""

    def __init__(
        self,
        call: Call,
        campaign: Campaign,
        count: int,
        overrides: MemberPayload | None = None,
    ) -> None:
        self._call = call
        self._campaign = campaign
        self._count = count
        self._overrides = overrides
        self._plans = 0
        self.stored: tuple[StoredVoucher, ...] = ()

    def writes(self, by: str, units: KnownUnits) -> Iterator[Action]:
        """What writes them. Raises InvalidCodeConfig when there are no more codes."""
        if not self._count:
            return
        payload = member_payload(self._campaign, self._overrides)
        vouchers = [
            written(self._call, drafted(self._call, payload, code, units, self._campaign), by)
            for code in self._codes()
        ]
        self.stored = tuple(each.stored for each in vouchers)
        for each in vouchers:
            yield from each.actions

    def _codes(self) -> list[str]:
        """From the second plan on, codes that were looked for: one of the first was taken."""
        series = Series(code_config_of(self._campaign), self._call.ids.code)
        looking, self._plans = self._plans > 0, self._plans + 1
        codes: list[str] = []
        position, before = 0, -1
        while len(codes) < self._count and position != before:
            before = position
            wanted = self._count - len(codes)
            taken = next_codes(self._call, series, position, wanted, looking=looking)
            codes += taken.codes
            position = taken.position
        if len(codes) < self._count:
            message = f"The code_config of campaign {self._campaign.name} has no more free codes"
            raise InvalidCodeConfig(message)
        return codes


def generation(
    call: Call, campaign: Campaign, life: str, count: int, overrides: MemberPayload | None = None
) -> AsyncAction:
    """The work of making `count` vouchers for the campaign of the generation `life`."""
    work = CampaignWork(
        type="CAMPAIGN.VOUCHERS_GENERATE",
        campaign_id=campaign.id,
        generation=life,
        seed=call.ids.code.hex(),
        overrides=overrides,
    )
    return async_actions.new(call, work, count)


def deletion(call: Call, found: Stored, count: int, *, force: bool) -> AsyncAction:
    """The work of taking a deleted campaign's vouchers away, of which there are about `count`."""
    work = CampaignWork(
        type="CAMPAIGN.VOUCHERS_DELETE",
        campaign_id=found.campaign.id,
        generation=found.life.generation,
        force=force,
    )
    return async_actions.new(call, work, count)


def add(call: Call, request: Addition) -> StoredVoucher | AsyncAction:
    """One more voucher, or the action that makes several.

    Raises NotFound, AlreadyExists for a code that is taken, InvalidCampaign, InvalidCodeConfig.
    """
    require_category(call, request.payload.category_id)
    if request.code is not None:
        return _add_with_code(call, request, request.code)
    if request.count == 1:
        return _add_one(call, request)
    return _add_many(call, request)


def _add_with_code(call: Call, request: Addition, code: str) -> StoredVoucher:
    require_code(code)
    snapshot = _snapshot(call, request)

    def propose(by: str) -> Proposal[StoredVoucher]:
        items = snapshot.take()
        found, units = _open(call, request, items)
        payload = member_payload(found.campaign, request.payload)
        new = written(call, drafted(call, payload, code, units, found.campaign), by, Guard.SLOT)
        plan = Plan()
        plan.add(*new.actions, campaigns.counted(call.project, found, Members(1)))
        return Proposal(plan, new.stored)

    try:
        return commit(call, propose)
    except SlotTaken as taken:
        raise AlreadyExists("voucher", code) from taken


def _add_one(call: Call, request: Addition) -> StoredVoucher:
    snapshot = _snapshot(call, request)
    batch: Batch | None = None

    def propose(by: str) -> Proposal[StoredVoucher]:
        nonlocal batch
        items = snapshot.take()
        found, units = _open(call, request, items)
        batch = batch or Batch(call, found.campaign, 1, request.payload)
        plan = Plan()
        plan.add(*batch.writes(by, units), campaigns.counted(call.project, found, Members(1)))
        return Proposal(plan, batch.stored[0])

    return commit(call, propose)


def _add_many(call: Call, request: Addition) -> AsyncAction:
    """What fits a transaction is made in it, and the action is over when it begins."""
    snapshot = _snapshot(call, request)
    items = snapshot.take()
    snapshot.put_back(items)
    first, known = _open(call, request, items)
    require_codes(first.campaign, request.count)
    drafted(call, member_payload(first.campaign, request.payload), "sample", known)
    life, count, payload = first.life.generation, request.count, request.payload
    work = generation(call, first.campaign, life, count, payload)
    now = request.count <= AT_ONCE
    if now:
        work = work.model_copy(update={"status": "DONE", "done": request.count})
    batch = Batch(call, first.campaign, request.count if now else 0, request.payload)
    members = Members(request.count) if now else Members(due=request.count, failed=False)

    def propose(by: str) -> Proposal[AsyncAction]:
        items = snapshot.take()
        found, units = _open(call, request, items)
        plan = Plan()
        plan.add(*batch.writes(by, units), campaigns.counted(call.project, found, members))
        plan.add(stored_actions.created(call.project, work, by))
        return Proposal(plan, work)

    return commit(call, propose) if now else async_actions.enqueue(call, work, propose)


def units_of(
    call: Call, campaign: Campaign, items: Mapping[Key, Attributes] | None = None
) -> KnownUnits:
    """The products and SKUs that the campaign's discount gives units of; read unless in `items`."""
    given = catalogue.unit_types(member_payload(campaign).discount)
    if items is None:
        items = call.store.get_all(catalogue.unit_keys(call, given))
    return catalogue.units_known(call, given, items)


def _snapshot(call: Call, request: Addition) -> Snapshot:
    """The campaign, and then the products and SKUs that its discount gives units of, if any."""

    def further(items: Mapping[Key, Attributes]) -> list[Key]:
        campaign = named_campaigns.require(call, request.name, items).campaign
        require_open(campaign)
        given = catalogue.unit_types(member_payload(campaign).discount)
        return catalogue.unit_keys(call, given)

    return Snapshot(call, named_campaigns.keys_of(call, request.name), further)


def _open(
    call: Call, request: Addition, items: Mapping[Key, Attributes]
) -> tuple[Stored, KnownUnits]:
    """The campaign, which takes vouchers, and what their discount may give units of."""
    found = named_campaigns.require(call, request.name, items)
    require_open(found.campaign)
    return found, units_of(call, found.campaign, items)
