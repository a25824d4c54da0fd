"""Every key of the table, built here and in the other modules that are called `..._keys`.

| collection   | pk / sk                            | the question it answers                   |
|--------------|------------------------------------|-------------------------------------------|
| order        | `<p>#O#<id>` / `#`                 | the order, its session, a slot's claim    |
| records      | `<p>#R#<root>` / `00`-`1e`, `00R`- | one call's redemptions and rollbacks      |
| record event | `<p>#R#<root>` / `E`               | what happened when no order was changed   |
| voucher      | `<p>#V#<id>` / `#`                 | the definition                            |
| counter      | `<p>#V#<id>` / `N#0`               | how often it was used, by which version   |
| gift transaction | `<p>#V#<id>` / `X#<time>#<vtx id>` | what moved a gift card's money by hand |
| customer     | `<p>#C#<id>` / `#`                 | the profile                               |
| lifetime     | `<p>#C#<id>` / `L`                 | counted orders and redemptions, all time  |
| month        | `<p>#C#<id>` / `D#<month>`         | counted orders of each day of a month     |
| marker       | `<p>#C#<id>` / `M#<time>#<order>`  | which orders are counted, newest last     |
| usage        | `<p>#C#<id>` / `U#<0-3>`           | how often the customer used what counts so |
| product      | `<p>#K#<id>` / `#`                 | the product, and how its SKUs changed     |
| its SKUs     | `<p>#K#<id>` / `S#<time>#<id>`     | the SKUs of a product, oldest first       |
| SKU          | `<p>#KS#<id>` / `#`                | the SKU, with its product's name and price |
| product collection | `<p>#KC#<id>` / `#`          | the collection, and how many rules name it |
| settings     | `<p>#G` / `#`                      | categories and stacking rules             |
| idempotency  | `<p>#I#<hash>` / `#`               | the answer that a key has had             |
| rule         | `<p>#Y#<id>` / `#`                 | the validation rule, its assignments' sum |
| assignment   | `<p>#Y#<rule>` / `A#<id>`          | what the rule is assigned to, oldest first|
| rule's name  | `<p>#YN#<hash>` / `#`              | which rule has the name                   |
| totals       | `<p>#T#O#<0-15>` / `#`             | how many orders there are, in 16 parts    |
| tier         | `<p>#P#<id>` / `#`, `N#0`-`N#15`   | a promotion tier, and how often it was used |
| stack        | `<p>#PS#<id>` / `#`                | which tiers it combines                   |
| campaign     | `<p>#A#<id>` / `#`, `N#0`-`N#15`   | what binds its vouchers; their uses in all |
| roster       | `<p>#A#<id>` / `T`                 | how many tiers it has, the last one's place |
| entries      | `<p>#A#<id>` / `T#<id>`, `S#<id>`  | its tiers with their places; its stacks   |
| offer        | `<p>#Q#0` / `<time>#<id>`          | what may be offered to anybody, by time   |
| session      | `<p>#SS#<key>` / `#`               | what a validation has reserved            |
| tally        | `<p>#A#<id>` / `M`                 | how many vouchers it has, and is to have  |
| member       | `<p>#A#<id>` / `V#<time>#<voucher>`| which vouchers it has, newest last        |
| binned       | `<p>#A#<id>` / `B#<time>#<voucher>`| which of them were deleted                |
| async action | `<p>#J#<id>` / `#`                 | what goes on after its answer, and how far|

| index | partition                         | sort            | the question it answers      |
|-------|-----------------------------------|-----------------|------------------------------|
| `g1`  | `<p>#L<kind>#<0-7>`               | created_at#id   | the newest of each kind      |
| `g2`  | the same, unless `R`, `YA`, `J`   | updated_at#id   | the latest changed           |
| `g3`  | the same of `C`, `V`, `K`, `KC`, `A`, `Y` | name    | by code, source_id or name   |
| `g2`  | `<p>#LRV#<voucher>`               | date#id         | one voucher's redemptions    |
| `g3`  | `<p>#LRC#<customer>`              | date#id         | one customer's redemptions   |

Kinds are named as keys are: `O C V K KC P PS A Y R J E`, and `YA` for assignments.

The indexes are `list-g1` to `list-g3` (the store asks for three characters) and hold keys only.
Every key but those of credentials opens with the project, and neither a project nor an id has a
`#`, so no request can reach another's.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.domain import ids
from counterfoil.domain.timestamps import iso

if TYPE_CHECKING:
    from datetime import datetime

    from counterfoil.domain.records import Record

SHARDS: Final = 8
ASSIGNMENTS: Final = "A#"
MONTHS: Final = "D#"
MARKERS: Final = "M#"
MEMBERSHIPS: Final = "S#"
GIFT_TRANSACTIONS: Final = "X#"
TIERS: Final = "T#"
STACKS: Final = "S#"
MEMBERS: Final = "V#"
BINNED: Final = "B#"
TOTALS: Final = 16
LISTED_SKU: Final = "S#"
# What `listed` writes; without them a thing is in no list.
LISTED: Final = ("g1p", "g1s", "g2p", "g2s", "g3p", "g3s")
_LONGEST_ID: Final = 64
_SORT_KEY_BYTES: Final = 1024


class Key(NamedTuple):
    """The primary key of one item."""

    pk: str
    sk: str


def order(project: str, order_id: str) -> Key:
    """The order, which is also the slot of the source_id that its id was derived from."""
    return Key(f"{project}#O#{_ours(order_id)}", "#")


def records(project: str, root: str) -> str:
    """The partition of one call's records."""
    return f"{project}#R#{root}"


def record(project: str, stored: Record) -> Key:
    """A record lies beside the redemption that it is or undoes."""
    undoes = stored.is_rollback and not stored.id.startswith(ids.FAILED_ROLLBACK)
    return record_at(project, stored.root, stored.index, undoes=undoes)


def record_at(project: str, root: str, index: int, *, undoes: bool) -> Key:
    """The redemption at `index` of a call, or what undid it."""
    return Key(records(project, root), f"{index:02x}{'R' if undoes else ''}")


def first_record(partition: str) -> Key:
    """The record that stands for the whole call of a partition."""
    return Key(partition, "00")


def records_named(project: str, record_id: str) -> tuple[Key, Key]:
    """The first record of a call, and the redemption with `record_id`, which may be the same."""
    digits = record_id.rpartition("_")[2]
    partition = records(project, digits[:-2])
    return first_record(partition), Key(partition, digits[-2:])


def record_event(project: str, root: str) -> Key:
    """The event of a call that changed no order."""
    return Key(records(project, root), "E")


def voucher(project: str, voucher_id: str) -> Key:
    """The voucher's definition."""
    return Key(f"{project}#V#{voucher_id}", "#")


def gift_transaction(project: str, voucher_id: str, time: str, transaction_id: str) -> Key:
    """What moved a gift card's money by hand, in the order of time."""
    return Key(f"{project}#V#{voucher_id}", f"{GIFT_TRANSACTIONS}{time}#{transaction_id}")


def promotion_tier(project: str, tier_id: str) -> Key:
    """The promotion tier's definition."""
    return Key(f"{project}#P#{_ours(tier_id)}", "#")


def promotion_stack(project: str, stack_id: str) -> Key:
    """The promotion stack."""
    return Key(f"{project}#PS#{_ours(stack_id)}", "#")


def campaign(project: str, campaign_id: str) -> Key:
    """The campaign's definition."""
    return Key(f"{project}#A#{_ours(campaign_id)}", "#")


def roster(project: str, campaign_id: str) -> Key:
    """How many tiers and stacks a campaign has, and the place of its last tier."""
    return Key(campaign(project, campaign_id).pk, "T")


def tier_entry(project: str, campaign_id: str, tier_id: str) -> Key:
    """Says that a tier is one of the campaign's, at which place, and in how many stacks."""
    return Key(campaign(project, campaign_id).pk, f"{TIERS}{_ours(tier_id)}")


def stack_entry(project: str, campaign_id: str, stack_id: str) -> Key:
    """Says that a stack is one of the campaign's."""
    return Key(campaign(project, campaign_id).pk, f"{STACKS}{_ours(stack_id)}")


def tally(project: str, campaign_id: str) -> Key:
    """The number of the campaign's vouchers."""
    return Key(campaign(project, campaign_id).pk, "M")


def member(project: str, campaign_id: str, created_at: str, voucher_id: str) -> Key:
    """Says that a voucher is one of the campaign's."""
    return Key(campaign(project, campaign_id).pk, MEMBERS + at(created_at, voucher_id))


def binned(project: str, campaign_id: str, created_at: str, voucher_id: str) -> Key:
    """Says that a voucher was one of the campaign's, and keeps its code."""
    return Key(campaign(project, campaign_id).pk, BINNED + at(created_at, voucher_id))


def async_action(project: str, action_id: str) -> Key:
    """The state of what goes on after an answer."""
    return Key(f"{project}#J#{_ours(action_id)}", "#")


def customer(project: str, customer_id: str) -> Key:
    """The customer's profile."""
    return Key(f"{project}#C#{_ours(customer_id)}", "#")


def lifetime(project: str, customer_id: str) -> Key:
    """What the customer has bought and redeemed in all."""
    return Key(f"{project}#C#{_ours(customer_id)}", "L")


def month(project: str, customer_id: str, month_: str) -> Key:
    """What the customer bought on each calendar day of a month, given as `YYYY-MM`."""
    return Key(f"{project}#C#{customer_id}", f"{MONTHS}{month_}")


def marker(project: str, customer_id: str, created_at: str, order_id: str) -> Key:
    """Says that one order is counted."""
    return Key(f"{project}#C#{customer_id}", f"{MARKERS}{created_at}#{order_id}")


def membership(project: str, customer_id: str, segment_id: str) -> Key:
    """Says that a static segment lists the customer; in force only while the segment is."""
    return Key(f"{project}#C#{_ours(customer_id)}", f"{MEMBERSHIPS}{_ours(segment_id)}")


def usage(project: str, customer_id: str, part: int) -> Key:
    """A part of what the customer has used, of what counts by customer."""
    return Key(customer(project, customer_id).pk, f"U#{part}")


def product(project: str, product_id: str) -> Key:
    """The product."""
    return Key(f"{project}#K#{product_id}", "#")


def listed_sku(project: str, product_id: str, created_at: str, sku_id: str) -> Key:
    """The SKU's copy beside its product, for the list of the product's SKUs."""
    return Key(f"{project}#K#{product_id}", f"{LISTED_SKU}{created_at}#{sku_id}")


def sku(project: str, sku_id: str) -> Key:
    """The SKU by its own id."""
    return Key(f"{project}#KS#{sku_id}", "#")


def product_collection(project: str, collection_id: str) -> Key:
    """The product collection."""
    return Key(f"{project}#KC#{_ours(collection_id)}", "#")


def settings(project: str) -> Key:
    """What is set for the whole project."""
    return Key(f"{project}#G", "#")


def offers(project: str) -> str:
    """The partition of what may be offered to anybody."""
    return f"{project}#Q#0"


def offer(project: str, created_at: str, identifier: str) -> Key:
    """One entry of it."""
    return Key(offers(project), at(created_at, identifier))


def validation_session(project: str, key: str) -> Key:
    """What a session key, which may be the client's own, has reserved."""
    return Key(f"{project}#SS#{_ours(key)}", "#")


def idempotency(project: str, method: str, path: str, header: str) -> Key:
    """One header value means one thing per project, method and path."""
    digest = hashlib.sha256(f"{method}\0{path}\0{header}".encode()).hexdigest()[:32]
    return Key(f"{project}#I#{digest}", "#")


def total(project: str, part: int) -> Key:
    """One of the sixteen parts of the number of orders."""
    return Key(f"{project}#T#O#{part}", "#")


def rule(project: str, rule_id: str) -> Key:
    """The validation rule."""
    return Key(f"{project}#Y#{_ours(rule_id)}", "#")


def rule_name(project: str, name: str) -> Key:
    """The claim of a rule's name, which only one has at a time."""
    return Key(f"{project}#YN#{hashlib.sha256(name.encode()).hexdigest()[:32]}", "#")


def assignment(project: str, rule_id: str, assignment_id: str) -> Key:
    """An assignment of the rule; ids, and so the keys, sort by time."""
    return Key(rule(project, rule_id).pk, f"{ASSIGNMENTS}{_ours(assignment_id)}")


def listing(project: str, kind: str, shard: int) -> str:
    """The index partition of a shard of a list; the table above has the kinds."""
    return f"{project}#L{kind}#{shard}"


def shard_of(identifier: str) -> int:
    """Spreads a list over its shards by the end of the id, which is random in every id."""
    return sum(identifier[-6:].encode()) % SHARDS


def voucher_redemptions(project: str, voucher_id: str) -> str:
    """The index partition of one voucher's redemptions."""
    return f"{project}#LRV#{voucher_id}"


def customer_redemptions(project: str, customer_id: str) -> str:
    """The index partition of one customer's redemptions."""
    return f"{project}#LRC#{_ours(customer_id)}"


def at(time: str, identifier: str) -> str:
    """A sort key in time order, ties by id."""
    return f"{time}#{identifier}"


def listed(
    project: str,
    kind: str,
    identifier: str,
    created_at: datetime,
    updated_at: datetime | None,
    name: str | None = None,
) -> dict[str, str]:
    """Where the lists of a kind have a thing: by creation, by its latest change, by its name.

    A name is cut, in whole characters, to what a sort key of an index holds.
    """
    shard = listing(project, kind, shard_of(identifier))
    places = {
        "g1p": shard,
        "g1s": at(iso(created_at), identifier),
        "g2p": shard,
        "g2s": at(iso(updated_at or created_at), identifier),
    }
    if name is None:
        return places
    cut = name.encode()[:_SORT_KEY_BYTES].decode(errors="ignore")
    return {**places, "g3p": shard, "g3s": cut}


def _ours(identifier: str) -> str:
    """`identifier`, or a digest when it cannot be an id that was made here.

    Clients name things by id with what they like. DynamoDB refuses keys of more than 2,048 bytes,
    and a `#` would open another part of a key, where what is meant is that nothing has that name.
    """
    if len(identifier) <= _LONGEST_ID and "#" not in identifier:
        return identifier
    return hashlib.sha256(identifier.encode()).hexdigest()
