"""What each operation may cost, as docs/architecture.md §6 tells it.

Calls are exact. Units are at most the floor's and what is declared beside it, with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple


class Units(NamedTuple):
    """Store calls, and capacity units by kind; those of indexes are for writing them."""

    calls: int = 0
    reads: int = 0
    writes: int = 0
    indexes: int = 0

    @property
    def capacity(self) -> int:
        """All units together."""
        return self.reads + self.writes + self.indexes


@dataclass(frozen=True)
class Extra:
    """What is declared beside a floor."""

    because: str
    units: Units


@dataclass(frozen=True)
class Floor:
    """The least that an operation can cost, and what it costs on purpose beside that."""

    least: Units
    extras: tuple[Extra, ...] = ()

    @property
    def declared(self) -> Units:
        """Both together."""
        rows = (self.least, *(extra.units for extra in self.extras))
        return Units(*(sum(column) for column in zip(*rows, strict=True)))


SLOT: Final = Extra("the slot of the source_id is read beside the rest (0004)", Units(reads=1))
SETTINGS: Final = Extra("categories and stacking rules are read beside the rest", Units(reads=1))
SESSION: Final = Extra(
    "a session is an item of its own, read and written, and listed by its end (0039)",
    Units(0, 1, 2, 1),
)
OUTGROWN: Final = Extra("the campaign's id can take the order past 1 KB", Units(writes=3))
LOSER: Final = Extra("a creation comes first; who loses it goes on as an update", Units(calls=1))
PARENT: Final = Extra("a parent's rollback is listed by time like any record", Units(indexes=1))
MODE: Final = Extra(
    "the rollback mode is read with the call's first record, before a stack's children (0019)",
    Units(calls=1, reads=2),
)
LARGE: Final = Extra("six records of some 0.8 KB are over 4 KB", Units(reads=1))
NEW: Final = Extra("a new customer is an item of its own in three lists", Units(0, 0, 2, 3))
GIVEN: Final = Extra("a voucher alone tells what it gives: a product or a SKU", Units(1, 2))
LINES: Final = Extra("five lines have no price, but the name of a product", Units(reads=5))
BESIDE: Final = Extra("what lines name must be read before the order is made", Units(calls=1))
OWNER: Final = Extra("only tier or voucher tell the campaign, which has a counter", Units(1, 2))
OWNED: Final = Extra("only tier or voucher tell the campaign, which counts it too", Units(1, 2, 2))
LIMIT: Final = Extra(
    "only the campaign tells that a rule reads its sum: all buckets are read after it (0026)",
    Units(1, 16),
)
LATELY: Final = Extra("the customer's sums, and the three months of these days", Units(reads=4))
LIFETIME: Final = Extra("the customer's sums", Units(reads=1))
USAGE: Final = Extra("what a customer has used is an item of its own (0026)", Units(0, 1, 2))
COUNTED: Final = Extra("the campaign counts it too", Units(writes=2))
STACKED: Final = Extra("a promotion stack tells its tiers", Units(reads=1))
BUCKETS: Final = Extra("a tier's or campaign's counter has 16 buckets", Units(writes=32))
THEIRS: Final = Extra(
    "an order with a customer is in that customer's list (0031)", Units(indexes=1)
)
NAMED: Final = Extra("a campaign is named by id or by name", Units(reads=2))


def _listed(by_voucher: int, by_customer: int = 0) -> Extra:
    because = "records are listed by their voucher and by their customer (0007)"
    return Extra(because, Units(indexes=by_voucher + by_customer))


FLOORS: Final = {
    "create, no customer": Floor(Units(1, 0, 6, 2)),
    "create, known customer": Floor(Units(2, 1, 6, 2), (SLOT, THEIRS)),
    "create, new customer": Floor(Units(2, 1, 6, 2), (SLOT, NEW, THEIRS)),
    "create as PAID, known customer": Floor(Units(2, 1, 12, 2), (SLOT, THEIRS)),
    "create, 5 lines without price": Floor(Units(1, 0, 6, 2), (SLOT, LINES, BESIDE)),
    "upsert by id": Floor(Units(2, 0, 5, 2)),
    "upsert by source_id, no customer": Floor(Units(2, 0, 5, 2), (LOSER,)),
    "upsert by source_id, known customer": Floor(Units(2, 1, 5, 2), (SLOT, LOSER)),
    "status, history unmoved": Floor(Units(2, 0, 5, 2)),
    "status, history moved": Floor(Units(2, 0, 11, 2)),
    "status, history taken back": Floor(Units(2, 0, 11, 2)),
    "get by id": Floor(Units(1, 1, 0, 0)),
    "get by source_id": Floor(Units(1, 1, 0, 0)),
    "validate, no customer": Floor(Units(1, 2, 0, 0), (SETTINGS,)),
    "validate, customer": Floor(Units(1, 4, 0, 0)),
    "validate, stored order": Floor(Units(1, 5, 0, 0)),
    "validate, a free unit": Floor(Units(1, 2, 0, 0), (SETTINGS, GIVEN)),
    "redeem, a free unit": Floor(Units(2, 2, 10, 3), (SETTINGS, _listed(1), GIVEN)),
    "validate, 5 lines without price": Floor(Units(1, 2, 0, 0), (SETTINGS, LINES)),
    "redeem, new unnamed order, no customer": Floor(Units(2, 2, 10, 3), (SETTINGS, _listed(1))),
    "redeem, new order, no customer": Floor(Units(2, 2, 10, 3), (SLOT, SETTINGS, _listed(1))),
    "redeem, new order, customer": Floor(Units(2, 5, 16, 3), (THEIRS, _listed(1, 1))),
    "redeem, 5 lines without price": Floor(Units(2, 2, 10, 3), (SLOT, SETTINGS, LINES, _listed(1))),
    "redeem, stored order by id": Floor(Units(3, 5, 15, 3), (_listed(1, 1),)),
    "redeem, stored order by source_id": Floor(Units(3, 5, 15, 3), (_listed(1, 1),)),
    "redeem, stored order by source_id, customer unsaid": Floor(
        Units(3, 5, 15, 3), (_listed(1, 1),)
    ),
    "redeem 5, new order": Floor(Units(2, 15, 38, 8), (THEIRS, _listed(5, 6))),
    "redeem 5, stored order": Floor(Units(3, 15, 35, 8), (_listed(5, 6),)),
    "redeem 30, new order": Floor(Units(2, 66, 144, 33), (THEIRS, _listed(30, 31))),
    "roll back 1": Floor(Units(3, 1, 17, 3), (SETTINGS, _listed(1, 1))),
    "roll back 5": Floor(Units(3, 1, 37, 7), (MODE, LARGE, PARENT, _listed(5, 6))),
    "refused redemption, stored order": Floor(Units(3, 5, 9, 1), (_listed(1, 1),)),
    "refused rollback": Floor(Units(2, 1, 6, 0), (SETTINGS,)),
    "create, 500 lines": Floor(Units(1, 0, 78, 2)),
    "reserve one use, no customer": Floor(Units(2, 2, 2, 0), (SETTINGS, SESSION)),
    "redeem a reserved use, no customer": Floor(
        Units(2, 2, 10, 3), (SETTINGS, SESSION, _listed(1))
    ),
    "validate, 500 lines": Floor(Units(1, 2, 0, 0), (SETTINGS,)),
    "qualify, 5 of 10 vouchers": Floor(Units(2, 21, 0, 0), (SETTINGS,)),
    "status, 500 lines": Floor(Units(2, 0, 113, 2)),
    "validate a tier, customer": Floor(Units(1, 4, 0, 0), (SLOT, OWNER)),
    "redeem a tier, new order, customer": Floor(Units(2, 5, 16, 3), (OWNED, THEIRS, _listed(0, 1))),
    "redeem 5 tiers of a campaign, new order": Floor(
        Units(2, 13, 34, 8), (OWNED, THEIRS, _listed(0, 6))
    ),
    "redeem a stack of 5 tiers, new order": Floor(
        Units(2, 13, 34, 8), (OWNED, STACKED, THEIRS, _listed(0, 6))
    ),
    "roll back a tier": Floor(Units(3, 1, 17, 3), (SETTINGS, COUNTED, OUTGROWN, _listed(0, 1))),
    "create a tier": Floor(Units(2, 2, 8, 2), (NAMED, BUCKETS)),
    "change a tier": Floor(Units(3, 4, 2, 2), (BUCKETS,)),
    "get a tier": Floor(Units(2, 3, 0, 0)),
    "list 10 tiers of a campaign": Floor(Units(13, 14, 0, 0), (NAMED,)),
    "validate a campaign's voucher, customer": Floor(Units(1, 4, 0, 0), (SLOT, OWNER)),
    "redeem a campaign's voucher, new order, customer": Floor(
        Units(2, 5, 16, 3), (OWNED, THEIRS, _listed(1, 1))
    ),
    "validate a voucher, its campaign limited": Floor(Units(1, 4, 0, 0), (SLOT, OWNER, LIMIT)),
    "redeem a voucher, its campaign limited, new order": Floor(
        Units(2, 5, 16, 3), (OWNED, LIMIT, THEIRS, _listed(1, 1))
    ),
    "create a campaign": Floor(Units(1, 0, 4, 3), (BUCKETS,)),
    "create a campaign with 25 codes": Floor(Units(1, 0, 154, 78), (BUCKETS,)),
    "get a campaign by name": Floor(Units(1, 2, 0, 0)),
    "add a voucher to a campaign": Floor(Units(2, 1, 8, 3)),
    "add 30 vouchers to a campaign": Floor(Units(2, 1, 184, 91)),
    "list 10 vouchers of a campaign": Floor(Units(3, 12, 0, 0)),
    "validate, a rule on the cart": Floor(Units(1, 4, 0, 0)),
    "validate, rule on 30 days of history": Floor(Units(1, 4, 0, 0), (LATELY,)),
    "redeem, one per customer": Floor(Units(2, 5, 16, 3), (USAGE, THEIRS, _listed(1, 1))),
    "redeem, budget of a campaign": Floor(
        Units(2, 5, 16, 3), (OWNED, LIMIT, THEIRS, _listed(1, 1))
    ),
    "redeem, fewer than 3 orders": Floor(Units(2, 5, 16, 3), (LIFETIME, THEIRS, _listed(1, 1))),
}
