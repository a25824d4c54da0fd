"""The whole of a project's items, sorted into their collections and decoded."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from counterfoil.domain import ids
from counterfoil.domain.counters import Counter
from counterfoil.domain.gift_transactions import GiftTransaction
from counterfoil.domain.promotions import PromotionTier
from counterfoil.domain.records import Record, Result, Use
from counterfoil.domain.validation_sessions import ValidationSession
from counterfoil.storage import campaigns, keys, orders, promotions, records, vouchers
from counterfoil.storage.campaigns import Stored as StoredCampaign
from counterfoil.storage.definitions import Place
from counterfoil.storage.keys import Key
from counterfoil.storage.marshal import Attributes, inflate, number
from counterfoil.storage.orders import Stored
from counterfoil.storage.validation_sessions import stored
from counterfoil.storage.vouchers import Stored as StoredVoucher


@dataclass(frozen=True)
class Ledger:
    """Items by key; names within a collection are what follows its letter in the partition."""

    project: str
    items: Mapping[Key, Attributes]

    @classmethod
    def of(cls, project: str, items: Iterable[Attributes]) -> Self:
        """The ledger of what a scan found."""
        return cls(project, {Key(str(it["pk"]), str(it["sk"])): it for it in items})

    def collection(self, letter: str) -> dict[str, dict[str, Attributes]]:
        """The items of one kind of partition: name -> sort key -> item."""
        start = f"{self.project}#{letter}#"
        found: dict[str, dict[str, Attributes]] = defaultdict(dict)
        for key, item in self.items.items():
            if key.pk.startswith(start):
                found[key.pk.removeprefix(start)][key.sk] = item
        return found

    @cached_property
    def orders(self) -> dict[str, Stored]:
        """Every order by its id."""
        found = {}
        for name, partition in self.collection("O").items():
            order = orders.stored(partition.get("#"))
            if order is not None:
                found[name] = order
        return found

    def events(self, order_id: str) -> list[Attributes]:
        """An order's events, the first one first."""
        partition = self.collection("O")[order_id]
        return [partition[sk] for sk in sorted(partition) if sk.startswith("E#")]

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """Every redemption and rollback, failed ones included."""
        return records.decoded(
            item for key, item in sorted(self.items.items()) if key.sk != "E" and "res" in item
        )

    def calls(self) -> dict[str, list[Record]]:
        """The records by the call that made or undid them."""
        found: dict[str, list[Record]] = defaultdict(list)
        for record in self.records:
            found[record.root].append(record)
        return found

    @cached_property
    def vouchers(self) -> dict[str, StoredVoucher]:
        """Every voucher by its id, deleted ones included."""
        found = {}
        for name in self.collection("V"):
            voucher = vouchers.stored(self.items, self.project, name)
            if voucher is not None:
                found[name] = voucher
        return found

    def counter(self, code: str) -> Counter:
        """The counter of the voucher with `code`."""
        (found,) = (it.counter for it in self.vouchers.values() if it.voucher.code == code)
        return found

    @cached_property
    def tiers(self) -> dict[str, PromotionTier]:
        """Every promotion tier by its id."""
        names = self.collection("P")
        found = (promotions.stored(self.items, self.project, name) for name in names)
        return {each.tier.id: each.tier for each in found if each is not None}

    @cached_property
    def campaigns(self) -> dict[str, StoredCampaign]:
        """Every campaign by its id, those on their way out included."""
        names = self.collection("A")
        found = (campaigns.stored(self.items, self.project, name) for name in names)
        return {each.campaign.id: each for each in found if each is not None}

    def tier_used(self, name: str) -> int:
        """How often the tiers with `name` were used, by all their buckets."""
        named = [each.id for each in self.tiers.values() if each.name == name]
        return sum(self._used(promotions.place(self.project, each)) for each in named)

    def campaign_used(self, name: str) -> int:
        """How often the vouchers and tiers of a campaign were used, by all buckets of its own."""
        return self._used(campaigns.place(self.project, ids.campaign_id(self.project, name)))

    def _used(self, place: Place) -> int:
        return sum(number(self.items[key]["used"]) for key in place.counters)

    def done_by_hand(self) -> Iterator[tuple[str, str, GiftTransaction]]:
        """Every change of a gift card's balance, with the card's id and life."""
        for name, partition in self.collection("V").items():
            for sk, item in partition.items():
                if sk.startswith(keys.GIFT_TRANSACTIONS):
                    body = json.loads(inflate(item["body"])) | {"voucher_id": name}
                    yield name, str(item["gen"]), GiftTransaction.model_validate(body)

    @cached_property
    def sessions(self) -> list[ValidationSession]:
        """Every validation session that has not been used up, be it over."""
        found = (stored(each.get("#")) for each in self.collection("SS").values())
        return [each.session for each in found if each is not None]

    def granted(self, code: str) -> int:
        """How often the voucher with `code` was redeemed and not rolled back, by the records."""
        return sum(each.voucher is not None and each.voucher.code == code for each in self.uses())

    @cached_property
    def live(self) -> tuple[Record, ...]:
        """Every redemption that took effect and was not rolled back, parents included."""
        return tuple(
            each
            for each in self.records
            if each.result is Result.SUCCESS and each.rollback_id is None and not each.is_rollback
        )

    def uses(self) -> Iterator[Use]:
        """Every use of a voucher or tier that stands, by the records."""
        yield from (each.use for each in self.live if each.use is not None)

    def total(self) -> int:
        """The number of orders that the parts of the total sum up to."""
        parts = (keys.total(self.project, part) for part in range(keys.TOTALS))
        return sum(int(str(self.items[part]["n"])) for part in parts if part in self.items)
