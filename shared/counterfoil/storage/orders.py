"""Orders in the store: the item, its session and its slot.

Source: protocol.md §0, §2, §3. An order is written by updates only, since its item may also be
the slot of another order's source_id; "is an order" means that it has a status.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain import ids
from counterfoil.domain.errors import InvalidPayload
from counterfoil.domain.orders import Order
from counterfoil.domain.purchase_history import Contribution
from counterfoil.domain.timestamps import iso
from counterfoil.storage import keys
from counterfoil.storage.client import CONNECT_SECONDS, READ_SECONDS
from counterfoil.storage.marshal import Attributes, deflate, inflate, number, text
from counterfoil.storage.plans import Action, Guard
from counterfoil.storage.store import Refused, Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

IS_ORDER: Final = "attribute_exists(#st)"
IS_FREE: Final = "attribute_not_exists(#st) AND attribute_not_exists(#alias)"
_BODY: Final = {"items", "metadata", "redemptions", "referrer_id"}
_MAX_BODY_BYTES: Final = 300 * 1024


@dataclass(frozen=True, slots=True)
class Stored:
    """An order as it stands: its version and fence, who holds it, what it has counted for.

    Of one that `is_told_from_birth` the first event holds all, so that its versions can be told.
    `released` is how many sessions ended without a change; None where nobody has counted.
    """

    order: Order
    version: int
    fence: int
    holder: str | None
    leased_until: int
    written_by: str
    counted: Contribution | None
    is_told_from_birth: bool = False
    released: int | None = None

    def lapsed(self, now: int) -> int:
        """How many sessions ran out: all that were opened, less those that ended or are open.

        0 where nobody has counted.
        """
        if self.released is None:
            return 0
        return self.fence - (self.version - 1) - self.released - self.is_held(now)

    def is_held(self, now: int) -> bool:
        """Whether a session is open at `now`, in milliseconds; expiry is compared, not awaited."""
        return self.holder is not None and self.leased_until >= now


def get(store: Store, project: str, order_id: str) -> Stored | None:
    """The order with `order_id`, strongly consistent."""
    return stored(store.get(keys.order(project, order_id)))


def stored(item: Attributes | None) -> Stored | None:
    """The order of an item; None for a slot that holds no order."""
    if item is None or "st" not in item:
        return None
    return Stored(
        order=_decode(item),
        version=number(item["ver"]),
        fence=number(item["fence"]),
        holder=text(item["owner"]) if "owner" in item else None,
        leased_until=number(item.get("lease", 0)),
        written_by=text(item["by"]),
        counted=_contribution(item),
        is_told_from_birth="eb" in item,
        released=number(item["rl"]) if "rl" in item else None,
    )


def open_session(
    store: Store,
    project: str,
    order_id: str,
    holder: str,
    lease: tuple[int, int],
    source: str | None,
) -> Stored | Refused:
    """Take the order's session with the write that also reads the order (protocol.md §3).

    `lease` is now and the lease's end, in milliseconds. `source` is given when the order was
    named by it: a vacated slot may hold an order of another source. A refusal by our own first
    attempt, whose answer was lost, is that answer.
    """
    action = opening(keys.order(project, order_id), holder, lease, source)
    try:
        item = store.write(action)
    except Refused as refused:
        stands = refused.refusals[0].item
        if stands is None or stands.get("owner") != holder:
            return refused
        item = stands
    opened = stored(item)
    if opened is None:
        raise TypeError(sorted(item))
    return opened


def opening(
    key: keys.Key, holder: str, lease: tuple[int, int], source: str | None = None
) -> Action:
    """The write that takes the session of the order at `key`; the rest as in `open_session`."""
    # A session may be taken when nobody holds it, or when the holder's lease ran out (a killed
    # request frees its order without anyone's help). There is no "or when it is mine": a late
    # duplicate would re-open a session that a later request holds.
    nobody = "attribute_not_exists(#owner)"
    lapsed = "#lease < :now"
    now, until = lease
    return Action(
        key,
        Guard.FENCE,
        sets={"owner": holder, "lease": until},
        adds={"fence": 1},
        conditions=(IS_ORDER, f"{nobody} OR {lapsed}", *(("#src = :src",) if source else ())),
        values={"now": now, **({"src": source} if source else {})},
    )


def close_session(store: Store, project: str, opened: Stored, holder: str) -> Attributes | None:
    """End the session without a commit: None when it was still ours, else the item that stands.

    It is begun while any time is left, for without it the order stays held until its lease ends.
    """
    action = Action(
        keys.order(project, opened.order.id),
        Guard.FENCE,
        adds=_one_more_released(opened),
        removes=("owner", "lease"),
        conditions=(_OURS,),
        values={"me": holder, "f": opened.fence},
    )
    try:
        store.write(action, reserve=-(CONNECT_SECONDS + READ_SECONDS))
    except Refused as refused:
        return refused.refusals[0].item or {}
    return None


_OURS: Final = "#owner = :me AND #fence = :f"
# What an order may have at one time and not at another.
_MAY_GO: Final = ("amount", "hist")


def creation(
    project: str, order: Order, counted: Contribution | None, by: str, *, told: bool
) -> Action:
    """The order's first write: refused when an order or an alias stands in its slot.

    `told` says that its event holds all of it.
    """
    sets = {**_encode(project, order, counted), "ver": 1, "fence": 0, "rl": 0, "by": by}
    sets["ca"] = iso(order.created_at)
    if told:
        sets["eb"] = True
    return Action(keys.order(project, order.id), Guard.SLOT, sets=sets, conditions=(IS_FREE,))


def replacement(
    project: str,
    opened: Stored,
    order: Order,
    counted: Contribution | None,
    writer: tuple[str, str],
) -> Action:
    """The commit that ends the session; `writer` is the holder and the name of the plan.

    Owner and fence are both needed: with the owner alone, a late duplicate of the open would
    give a request that lost its lease its session back.
    """
    holder, by = writer
    sets = {**_encode(project, order, counted), "ver": opened.version + 1, "by": by}
    return Action(
        keys.order(project, order.id),
        Guard.FENCE,
        sets=sets,
        removes=("owner", "lease", *(name for name in _MAY_GO if name not in sets)),
        conditions=(_OURS,),
        values={"me": holder, "f": opened.fence},
    )


def released(project: str, opened: Stored, writer: tuple[str, str]) -> Action:
    """The end of the session in a transaction that leaves the order as it is."""
    holder, by = writer
    return Action(
        keys.order(project, opened.order.id),
        Guard.FENCE,
        sets={"by": by},
        adds=_one_more_released(opened),
        removes=("owner", "lease"),
        conditions=(_OURS,),
        values={"me": holder, "f": opened.fence},
    )


def _one_more_released(opened: Stored) -> Mapping[str, int]:
    """Counted from an order's creation on or not at all; once, as the session can end once."""
    return {} if opened.released is None else {"rl": 1}


def claim(project: str, source_id: str, order_id: str) -> Action:
    """`source_id` given to the order `order_id`, which does not live in its slot.

    The slot may hold an order that was renamed since; it may not hold another claim.
    """
    return Action(
        keys.order(project, ids.order_id(project, source_id)),
        Guard.CLAIM,
        sets={"alias": order_id},
        conditions=(
            "attribute_not_exists(#alias)",
            "attribute_not_exists(#src) OR #src <> :claimed",
        ),
        values={"claimed": source_id},
    )


def unclaim(project: str, source_id: str, order_id: str) -> Action:
    """`source_id` taken from the order `order_id`, whose alias stands in the slot."""
    return Action(
        keys.order(project, ids.order_id(project, source_id)),
        Guard.STATE,
        removes=("alias",),
        conditions=("#alias = :unclaimed",),
        values={"unclaimed": order_id},
    )


def renaming(project: str, before: Order, after: Order) -> Iterator[Action]:
    """The claims that move when an order's source_id changes (protocol.md §2).

    In the order's own slot its `src` is the claim, so there it is enough that no alias stands.
    """
    if before.source_id == after.source_id or after.source_id is None:
        return
    if ids.order_id(project, after.source_id) != after.id:
        yield claim(project, after.source_id, after.id)
    else:
        own = keys.order(project, after.id)
        yield Action(own, Guard.CLAIM, conditions=("attribute_not_exists(#alias)",))
    if before.source_id and ids.order_id(project, before.source_id) != after.id:
        yield unclaim(project, before.source_id, after.id)


def taken_source(action: Action, item: Attributes) -> str | None:
    """The source_id that `action` claims in vain, since by `item`, which stands there, it is taken.

    None where the claim would be granted, or where there is none.
    """
    if "attribute_not_exists(#alias)" not in action.conditions:
        return None
    claimed = action.values.get("claimed")
    if "alias" in item or (claimed is not None and item.get("src") == claimed):
        return text(claimed or action.sets["src"])
    return None


def _encode(project: str, order: Order, counted: Contribution | None) -> Attributes:
    body = deflate(order.model_dump_json(include=_BODY, exclude_defaults=True).encode())
    if len(body) > _MAX_BODY_BYTES:
        message = f"The order is {len(body)} bytes, deflated; the limit is {_MAX_BODY_BYTES}"
        raise InvalidPayload(message)
    attributes: Attributes = {
        "st": order.status.value,
        "disc": order.total_discount_amount,
        "body": body,
        **keys.listed(project, "O", order.id, order.created_at, order.updated_at),
    }
    optional = {
        "amount": order.initial_amount,
        "src": order.source_id,
        "cust": order.customer_id,
        "ua": None if order.updated_at is None else iso(order.updated_at),
    }
    attributes.update({name: value for name, value in optional.items() if value is not None})
    if counted is not None:
        attributes["hist"] = {"c": counted.customer_id, "d": counted.day, "a": counted.amount}
    return attributes


def _decode(item: Attributes) -> Order:
    body = json.loads(inflate(item["body"]))
    return Order.model_validate(
        {
            **body,
            "id": text(item["pk"]).rpartition("#")[2],
            "source_id": item.get("src"),
            "status": item["st"],
            "initial_amount": item.get("amount"),
            "customer_id": item.get("cust"),
            "created_at": item["ca"],
            "updated_at": item.get("ua"),
        }
    )


def counted_in(item: Attributes) -> Contribution | None:
    """What an order of which only `ca` and `hist` were read has added to its history."""
    return _contribution(item)


def _contribution(item: Attributes) -> Contribution | None:
    """Parsed here and nowhere else: two readers of `hist` once disagreed (protocol.md §14)."""
    counted = item.get("hist")
    if not isinstance(counted, dict):
        return None
    return Contribution(
        customer_id=text(counted["c"]),
        day=text(counted["d"]),
        created_at=text(item["ca"]),
        order_id=text(item["pk"]).rpartition("#")[2],
        amount=number(counted["a"]),
    )
