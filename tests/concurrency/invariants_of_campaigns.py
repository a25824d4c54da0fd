"""What must hold between campaigns, their buckets, their vouchers and their tallies."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from counterfoil.domain.timestamps import iso
from counterfoil.storage import campaigns, keys
from counterfoil.storage.marshal import Attributes
from tests.concurrency.ledger import Ledger

_LISTED: Final = {"g1p", "g1s", "g2p", "g2s", "g3p", "g3s"}


def _buckets(ledger: Ledger) -> Iterator[str]:
    """Every bucket goes by its definition, and counts the uses that took it."""
    due = _by_bucket(ledger)
    for name, definition in _definitions(ledger):
        for bucket in range(campaigns.BUCKETS):
            key = campaigns.place(ledger.project, name).counter(bucket)
            counted = ledger.items.get(key, {})
            if (counted.get("dv"), counted.get("gen")) != (definition["dv"], definition["gen"]):
                yield f"campaign {name}: bucket {bucket} goes by another definition"
            uses = due[name, str(definition["gen"]), bucket]
            if (counted.get("used"), counted.get("taken")) != (uses, uses):
                yield f"campaign {name}: bucket {bucket} has {counted}, its uses are {uses}"


def _by_bucket(ledger: Ledger) -> Counter[tuple[str, str, int]]:
    used = (use.campaign for use in ledger.uses())
    return Counter((it.id, it.generation, it.bucket) for it in used if it is not None)


def _members(ledger: Ledger) -> Iterator[str]:
    """A campaign lists its vouchers, those that were deleted apart, and counts the former."""
    for name, definition in _definitions(ledger):
        own = [each for each in ledger.vouchers.values() if each.voucher.campaign_id == name]
        due = {(each.deleted, iso(each.voucher.created_at), each.voucher.id) for each in own}
        partition = ledger.collection("A")[name]
        found = {
            (sk.startswith(keys.BINNED), *sk[2:].split("#"))
            for sk in partition
            if sk.startswith((keys.MEMBERS, keys.BINNED))
        }
        if found != due:
            yield f"campaign {name} lists {found - due} too many, lacks {due - found}"
        tally = partition.get("M", {})
        count = sum(not each.deleted for each in own)
        if (tally.get("n"), tally.get("gen")) != (count, definition["gen"]):
            yield f"campaign {name} has {count} vouchers, its tally is {tally}"
        if bool(tally.get("closed")) != bool(definition.get("deleted")):
            yield f"campaign {name} is deleted or closed, but not both"


def _owners(ledger: Ledger) -> Iterator[str]:
    """No voucher is a campaign's that is not there, and no deleted campaign is listed."""
    known = dict(_definitions(ledger))
    for stored in ledger.vouchers.values():
        owner = stored.voucher.campaign_id
        if owner is not None and owner not in known:
            yield f"voucher {stored.voucher.code} is one of {owner}, which is not there"
    for name, definition in known.items():
        if bool(definition.get("deleted")) == bool(_LISTED & set(definition)):
            yield f"campaign {name} is deleted and listed, or neither"


def _definitions(ledger: Ledger) -> Iterator[tuple[str, Attributes]]:
    """Every campaign by its id, those on their way out included."""
    for name, partition in ledger.collection("A").items():
        if "#" in partition:
            yield name, partition["#"]


CHECKS: Final = (_buckets, _members, _owners)
