"""Records of redemptions and rollbacks in the store (protocol.md §8).

One partition per call, each record written once; only the one at `00` changes, by a rollback, and
when redemptions of the call are counted after all. What conditions and lists need lies in
attributes, the rest in the deflated body.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from counterfoil.domain import ids
from counterfoil.domain.backlogs import marked, marks_in
from counterfoil.domain.records import PARENT_INDEX, Record, RecordStatus, Result
from counterfoil.domain.timestamps import iso
from counterfoil.storage import keys
from counterfoil.storage.marshal import Attributes, deflate, inflate, text
from counterfoil.storage.plans import Action, Guard, put
from counterfoil.storage.store import Question

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from counterfoil.domain.counts import Place
    from counterfoil.domain.stacking_rules import RollbackMode
    from counterfoil.storage.order_events import Facts
    from counterfoil.storage.store import Store

_ATTRIBUTES: Final = {
    "id",
    "result",
    "status",
    "order_id",
    "related_object_id",
    "counted_late",
}


def of_call(store: Store, project: str, root: str) -> tuple[Record, ...]:
    """All records of one call in their order, strongly consistent."""
    return decoded(store.query(Question(keys.records(project, root))))


def leading(
    store: Store, project: str, record_id: str, *beside: keys.Key
) -> dict[keys.Key, Attributes]:
    """What tells whether `record_id` stands for a call: it and the call's first record, `beside`.

    One trip; for a single redemption nothing else is needed.
    """
    return store.get_all([*keys.records_named(project, record_id), *beside])


def decoded(items: Iterable[Attributes]) -> tuple[Record, ...]:
    """The records among `items` of whole calls; the first of a call tells what became of all."""
    records = [_decode(item) for item in items if "res" in item]
    firsts = {
        record.root: record
        for record in records
        if record.index == PARENT_INDEX and not record.is_rollback
    }
    return tuple(_as_told_by(firsts.get(record.root), record) for record in records)


def written(project: str, record: Record, by: str) -> Action:
    """A new record; success and failure of one call share the key, so only one of them can be."""
    attributes: Attributes = {
        "id": record.id,
        "res": record.result.value,
        "st": record.status.value,
        "rel": record.related_object_id,
        "by": by,
        "body": deflate(
            record.model_dump_json(exclude=_ATTRIBUTES, exclude_defaults=True).encode()
        ),
        **_listed(project, record),
    }
    if record.order_id is not None:
        attributes["oid"] = record.order_id
    if record.customer_id is not None:
        attributes["cust"] = record.customer_id
    if record.failure_code is not None:
        attributes["code"] = record.failure_code
    return put(keys.record(project, record), Guard.STATE, attributes)


def rolled_back(
    project: str, first: Record, rollback: Record, mode: RollbackMode, by: str
) -> Action:
    """The record at `00` marked as undone: the guard that lets a call be rolled back only once.

    Refused too when redemptions of the call were counted after all since `first` was read, for what
    is given back is what it told.
    """
    still, seen = _as_counted(first)
    return Action(
        keys.record(project, first),
        Guard.STATE,
        sets={
            "st": RecordStatus.ROLLED_BACK.value,
            "rb": rollback.id,
            "rbd": iso(rollback.date),
            "rbm": mode,
            "by": by,
        },
        conditions=("#st = :succeeded", still),
        values={"succeeded": RecordStatus.SUCCEEDED.value, **seen},
    )


def counted_after_all(project: str, first: Record, places: Mapping[int, Iterable[Place]]) -> Action:
    """The record at `00` telling that redemptions of its call, by their indexes, were counted.

    Refused when the call was rolled back, or when others have counted any of it since.
    """
    still, seen = _as_counted(first)
    return Action(
        keys.record(project, first),
        Guard.STATE,
        sets={"plc": marked(first.counted_late, places)},
        conditions=("#st = :succeeded", still),
        values={"succeeded": RecordStatus.SUCCEEDED.value, **seen},
    )


def event(project: str, first: Record, kinds: Sequence[str], facts: Facts) -> Action:
    """What happened in a call that changed no order."""
    at, by = iso(facts.at), facts.by
    attributes: Attributes = {"kind": [*kinds], "at": at, "red": first.id, "by": by}
    if facts.actor is not None:
        attributes["actor"] = facts.actor
    return put(keys.record_event(project, first.root), Guard.EVENT, attributes)


def _listed(project: str, record: Record) -> Attributes:
    """The lists that show the record: all, its voucher's, its customer's.

    A refused second rollback is in none: it would only say again what the first one said.
    """
    if record.id.startswith(ids.FAILED_ROLLBACK):
        return {}
    place = keys.at(iso(record.date), record.id)
    listed: Attributes = {
        "g1p": keys.listing(project, "R", keys.shard_of(record.id[:-2])),
        "g1s": place,
    }
    if record.related_object_type == "voucher" and record.use is not None:
        listed["g2p"] = keys.voucher_redemptions(project, record.related_object_id)
        listed["g2s"] = place
    if record.customer_id is not None:
        listed["g3p"] = keys.customer_redemptions(project, record.customer_id)
        listed["g3s"] = place
    return listed


def _decode(item: Attributes) -> Record:
    body = json.loads(inflate(item["body"]))
    return Record.model_validate(
        {
            **body,
            "id": item["id"],
            "result": item["res"],
            "status": item["st"],
            "related_object_id": item["rel"],
            "order_id": item.get("oid"),
            "rollback_id": item.get("rb"),
            "rollback_date": item.get("rbd"),
            "rollback_order_mode": item.get("rbm", "WITH_ORDER"),
            "counted_late": item.get("plc", ""),
        }
    )


def _as_counted(first: Record) -> tuple[str, Attributes]:
    """The condition that what was counted of a call after all is what `first` tells of it."""
    if not first.counted_late:
        return "attribute_not_exists(#plc)", {}
    return "#plc = :plc", {"plc": first.counted_late}


def _as_told_by(first: Record | None, record: Record) -> Record:
    """A redemption with the status of its call, and with where it was counted after all."""
    if first is None or record.is_rollback or record.result is not Result.SUCCESS:
        return record
    return _with_status_of(first, _with_places(first, record))


def _with_places(first: Record, record: Record) -> Record:
    added = marks_in(first.counted_late).get(record.index)
    if added is None or record.use is None:
        return record
    places = "".join(sorted({*record.use.places, *added}))
    return record.model_copy(update={"use": record.use.model_copy(update={"places": places})})


def _with_status_of(first: Record, record: Record) -> Record:
    if first.rollback_id is None or record.index == PARENT_INDEX:
        return record
    own = f"{ids.ROLLBACK}{text(record.id).rpartition('_')[2]}"
    return record.model_copy(
        update={
            "status": RecordStatus.ROLLED_BACK,
            "rollback_id": own,
            "rollback_date": first.rollback_date,
            "rollback_order_mode": first.rollback_order_mode,
        }
    )
