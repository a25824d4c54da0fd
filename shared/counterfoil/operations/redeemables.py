"""What a call's redeemables stand for: which items to load, and who the candidates are then.

What a call names is read in one trip. What only that tells, the campaign of a voucher, the product
that it gives away or the tiers of a stack, is read in a second one, and only if there is any; what
the tiers of a stack give away in a third.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from counterfoil.domain.candidates import Candidate
from counterfoil.domain.errors import DuplicatedRedeemables, InvalidPayload, InvalidRedeemables
from counterfoil.domain.holds import seen_at
from counterfoil.domain.stacking import require_distinct
from counterfoil.domain.timestamps import millis
from counterfoil.domain.unit_discounts import UnitOff
from counterfoil.operations import bindings, catalogue, named_vouchers
from counterfoil.storage import (
    campaigns,
    keys,
    promotion_stacks,
    promotions,
    settings,
    vouchers,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from counterfoil.domain.project_settings import ProjectSettings
    from counterfoil.domain.promotions import PromotionStack
    from counterfoil.domain.redemption_payloads import RedeemablePayload
    from counterfoil.domain.validation_sessions import ValidationSession
    from counterfoil.operations.call import Call
    from counterfoil.operations.subjects import Subject
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes

    Items = Mapping[Key, Attributes]


_GATHERED: Final = 0


def require_combinable(redeemables: Sequence[RedeemablePayload]) -> None:
    """Raises DuplicatedRedeemables or InvalidRedeemables for what can never be in one call."""
    require_distinct(redeemables)
    stacks = [each for each in redeemables if each.object == "promotion_stack"]
    if stacks and len(redeemables) > 1:
        message = "A promotion stack must be the only redeemable of its call"
        raise InvalidRedeemables(message)


def keys_of(
    call: Call, redeemables: Sequence[RedeemablePayload], customer_id: str | None = None
) -> list[Key]:
    """What the redeemables name, the project's settings, what rules of theirs needed before."""
    called = [each.id for each in redeemables if each.object == "voucher"]
    meant = [voucher_id for name in called for voucher_id in named_vouchers.names(call, name)]
    hinted = bindings.hinted_keys(call, meant, customer_id)
    return [*named_keys(call, redeemables), keys.settings(call.project), *hinted]


def named_keys(call: Call, redeemables: Sequence[RedeemablePayload]) -> list[Key]:
    """What the redeemables name: vouchers and tiers with a counter each, stacks."""
    called = [each.id for each in redeemables if each.object == "voucher"]
    meant = [voucher_id for name in called for voucher_id in named_vouchers.names(call, name)]
    tiers = [each.id for each in redeemables if each.object == "promotion_tier"]
    stacks = [each.id for each in redeemables if each.object == "promotion_stack"]
    return [
        *vouchers.keys_of(call.project, meant),
        *(key for each in tiers for key in _tier_keys(call, each)),
        *(keys.promotion_stack(call.project, each) for each in stacks),
    ]


def further_keys(
    call: Call,
    redeemables: Sequence[RedeemablePayload],
    items: Items,
    subject: Subject | None = None,
) -> list[Key]:
    """What only `items` tell: a stack's tiers, the campaigns and units of what was found.

    With a `subject`, also what the rules of these need to judge it.
    """
    wanted: list[Key] = []
    owners: list[str] = []
    units: list[str] = []
    for each in redeemables:
        stack = _stack(call, each, items)
        if stack is not None:
            wanted += [key for tier in stack.tiers for key in _tier_keys(call, tier)]
            owners.append(stack.campaign_id)
        for found in _expanded(call, each, items):
            units += _unit_types(found)
            if subject is not None:
                wanted += subject.keys_for(call, found, items)
            if found.definition is not None and found.definition.campaign_id is not None:
                owners.append(found.definition.campaign_id)
    wanted += catalogue.unit_keys(call, units)
    for owner in dict.fromkeys(owners):
        place = campaigns.place(call.project, owner)
        wanted += [place.definition, place.counter(call.ids.bucket(place.buckets))]
    return wanted


def settings_of(
    call: Call, redeemables: Sequence[RedeemablePayload], items: Items
) -> ProjectSettings:
    """The project's settings. Raises InvalidPayload for more redeemables than they allow."""
    project = settings.stored(items, call.project).settings
    limit = project.rules.redeemables_limit
    if len(redeemables) > limit:
        raise InvalidPayload(f"Property .redeemables must have at most {limit} elements")
    return project


def candidates(
    call: Call,
    redeemables: Sequence[RedeemablePayload],
    items: Items,
    project: ProjectSettings,
    own: ValidationSession | None = None,
    customer_id: str | None = None,
) -> tuple[Candidate, ...]:
    """The redeemables with what is stored of them, in the order they were sent.

    What the request's `own` session holds is free to it; what lapsed is free to all. What counts by
    customer is that of `customer_id`. A stack stands for its tiers. Raises DuplicatedRedeemables
    when two names are of one thing.
    """
    stored = (each for sent in redeemables for each in _expanded(call, sent, items))
    seen = (_with_units(call, _seen_now(call, each, own), items) for each in stored)
    counted = (bindings.with_counts(call, each, customer_id, items, own) for each in seen)
    found = tuple(_with_category(each, project) for each in counted)
    known: set[str] = set()
    for each in found:
        if each.definition is None:
            continue
        if each.definition.id in known:
            raise DuplicatedRedeemables(each.id)
        known.add(each.definition.id)
    return found


def _seen_now(call: Call, candidate: Candidate, own: ValidationSession | None) -> Candidate:
    definition, counter = candidate.definition, candidate.counter
    if definition is None or counter is None or not counter.holds:
        return candidate
    mine = None if own is None else own.of(definition.id)
    return replace(candidate, counter=seen_at(counter, millis(call.now), mine))


def _with_category(candidate: Candidate, project: ProjectSettings) -> Candidate:
    category = project.category(candidate.category_id)
    return candidate if category is None else replace(candidate, category=category)


def _with_units(call: Call, candidate: Candidate, items: Items) -> Candidate:
    given = _unit_types(candidate)
    if not given:
        return candidate
    return replace(candidate, units=catalogue.units_known(call, given, items))


def _unit_types(candidate: Candidate) -> tuple[str, ...]:
    """The products and SKUs that it gives units of."""
    discount = None if candidate.definition is None else candidate.definition.discount
    return discount.unit_types if isinstance(discount, UnitOff) else ()


def _expanded(call: Call, sent: RedeemablePayload, items: Items) -> Iterator[Candidate]:
    stack = _stack(call, sent, items)
    if stack is None:
        yield _candidate(call, sent, items)
        return
    for tier in stack.tiers:
        yield _tier(call, tier, items)


def _candidate(call: Call, sent: RedeemablePayload, items: Items) -> Candidate:
    if sent.object == "promotion_tier":
        return _tier(call, sent.id, items)
    found = named_vouchers.find(call, sent.id, items) if sent.object == "voucher" else None
    if found is None:
        return Candidate(sent.object, sent.id)
    wanted = None if sent.gift is None else sent.gift.credits
    bare = Candidate(sent.object, sent.id, found.voucher, found.counter, credits=wanted)
    return _bound(call, bare, found.voucher.campaign_id, items)


def _tier(call: Call, tier_id: str, items: Items) -> Candidate:
    project = call.project
    found = promotions.stored(items, project, tier_id)
    if found is None:
        return Candidate("promotion_tier", tier_id)
    bucket = call.ids.bucket(promotions.BUCKETS)
    counter = promotions.counter(items, project, tier_id, bucket)
    bare = Candidate("promotion_tier", tier_id, found.tier, counter)
    bound = _bound(call, bare, found.tier.campaign_id, items)
    gathered, _ = bindings.gathers(call, bound)
    if not gathered:
        return bound
    return replace(bound, counter=promotions.counter(items, project, tier_id, _GATHERED) or counter)


def _bound(call: Call, candidate: Candidate, campaign_id: str | None, items: Items) -> Candidate:
    """`candidate` with the campaign that binds it, and the bucket that this request counts in.

    Where some rule reads what all buckets add up to, that is one and the same for everybody: the
    others can only fall then (docs/decisions/0026).
    """
    project = call.project
    found = None if campaign_id is None else campaigns.stored(items, project, campaign_id)
    if found is None or found.deleted:
        return candidate
    campaign, bucket = found.campaign, call.ids.bucket(campaigns.BUCKETS)
    counter = campaigns.counter(items, project, campaign.id, bucket)
    bound = replace(candidate, campaign=campaign, campaign_counter=counter)
    _, gathered = bindings.gathers(call, bound)
    if not gathered:
        return bound
    first = campaigns.counter(items, project, campaign.id, _GATHERED)
    return replace(bound, campaign_counter=first or counter)


def _stack(call: Call, sent: RedeemablePayload, items: Items) -> PromotionStack | None:
    if sent.object != "promotion_stack":
        return None
    found = promotion_stacks.stored(items, call.project, sent.id)
    return None if found is None else found.stack


def _tier_keys(call: Call, tier_id: str) -> tuple[Key, Key]:
    place = promotions.place(call.project, tier_id)
    return place.definition, place.counter(call.ids.bucket(place.buckets))
