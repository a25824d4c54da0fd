"""How vouchers come and go, be they alone or a campaign's: what is written for each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from counterfoil.domain import ids
from counterfoil.domain.counters import Counter
from counterfoil.domain.gift_definitions import opening
from counterfoil.domain.voucher_definitions import draft
from counterfoil.operations.first_rules import released
from counterfoil.storage import campaigns, vouchers
from counterfoil.storage.plans import Guard
from counterfoil.storage.vouchers import Stored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.domain.assigned_rules import AssignedRule
    from counterfoil.domain.campaigns import Campaign
    from counterfoil.domain.counters import GiftBalance
    from counterfoil.domain.unit_discounts import KnownUnits
    from counterfoil.domain.voucher_payloads import VoucherPayload
    from counterfoil.domain.vouchers import Voucher
    from counterfoil.operations.call import Call
    from counterfoil.storage.plans import Action

_FIRST_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Draft:
    """A voucher that is to be; `gift` is what a gift card starts with."""

    voucher: Voucher
    gift: GiftBalance | None

    def ruled(self, rule: AssignedRule | None) -> Draft:
        """The same with the copy of a rule."""
        return replace(self, voucher=self.voucher.model_copy(update={"rule": rule}))


@dataclass(frozen=True, slots=True)
class NewVoucher:
    """A voucher, and what writes it."""

    stored: Stored
    actions: tuple[Action, ...]


def drafted(
    call: Call,
    payload: VoucherPayload,
    code: str,
    units: KnownUnits,
    campaign: Campaign | None = None,
) -> Draft:
    """A voucher under `code`, of `campaign` if there is one. Raises what `draft` raises."""
    voucher = draft(payload, code, ids.voucher_id(call.project, code), call.now, units)
    if campaign is not None:
        of_campaign = {"campaign": campaign.name, "campaign_id": campaign.id}
        voucher = voucher.model_copy(update=of_campaign)
    return Draft(voucher, opening(payload.gift))


def written(call: Call, new: Draft, by: str, guard: Guard = Guard.STATE) -> NewVoucher:
    """What writes a voucher; `guard` is what it means that its code is taken.

    A campaign's tally is not moved: several vouchers of one plan move it once.
    """
    project, generation, voucher = call.project, call.ids.generation, new.voucher
    definition, *counters = vouchers.created(project, voucher, generation, by, new.gift)
    unused = Counter(0, 0, _FIRST_VERSION, generation, gift=new.gift)
    return NewVoucher(
        Stored(voucher, unused, deleted=False),
        (replace(definition, guard=guard), *counters, *campaigns.listed(project, voucher)),
    )


def deleted(call: Call, found: Stored, by: str, *, force: bool) -> Iterator[Action]:
    """What takes a voucher away; only with `force` its code is free again.

    Its campaign's tally is not moved: several vouchers of one plan move it once.
    """
    yield from released(call, found.voucher.rule)
    if found.deleted:
        yield from campaigns.forgotten(call.project, found.voucher)
    else:
        yield from campaigns.left(call.project, found.voucher, binned=not force)
    if force:
        yield from vouchers.removed(call.project, found)
    else:
        bare = found.voucher.model_copy(update={"rule": None})
        yield from vouchers.changed(call.project, found, bare, by, deleted=True)
