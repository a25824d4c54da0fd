"""What must hold between live redemptions and what they add up to (protocol.md §5).

The attributes are named here a second time, so that two sums that meet under one name are noticed.
"""

import hashlib
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from counterfoil.domain.counts import Measure, Periods
from counterfoil.domain.records import Record, Use
from counterfoil.storage import keys, uses
from counterfoil.storage.keys import Key
from tests.concurrency.ledger import Ledger

# An attribute of an item.
_Place = tuple[Key, str]
_COUNTING: Final = re.compile(r"([ku][0-9a-f]{10})?(n|o[adc]|[dwm]_\d{6,8})")
# What a voucher or tier itself holds is in the holds of its counter, and is checked with these.
_HOLDING: Final = re.compile(r"[ku][0-9a-f]{10}h_[0-9a-z]+|h[adc]_[0-9a-z]+")
_HELD_AT_ALL: Final = re.compile(r"h_[0-9a-z]+")
_LETTERS: Final = {Measure.DAY: "d", Measure.WEEK: "w", Measure.MONTH: "m"}


def _sums(ledger: Ledger) -> Iterator[str]:
    """Every sum is of the live redemptions that were counted in it, and nothing else is one.

    What is over is taken out by whoever counts next, so it is nobody's to be right.
    """
    due = _due(ledger)
    found = dict(_found(ledger))
    over = _over(ledger)
    for place in {*due, *found}:
        key, name = place
        if not over(name) and due[place] != found.get(place, 0):
            yield f"{key.pk} {key.sk}: {name} is {found.get(place, 0)}, redemptions {due[place]}"


def _due(ledger: Ledger) -> Counter[_Place]:
    """What the records of live redemptions add up to."""
    due: Counter[_Place] = Counter()
    for record in ledger.live:
        use = record.use
        if use is not None and _lives(ledger, _counter(ledger, use), use.generation):
            due.update(_of_incentive(_counter(ledger, use), record, use))
        if use is not None and use.campaign is not None:
            bucket = f"N#{use.campaign.bucket}"
            key = Key(f"{ledger.project}#A#{use.campaign.id}", bucket)
            if _lives(ledger, key, use.campaign.generation):
                due.update(
                    {(key, name): n for name, n in {**_when(record), **_what(record)}.items()}
                )
        if use is not None:
            due.update(_of_customer(ledger, record, use))
    return due


def _of_incentive(key: Key, record: Record, use: Use) -> dict[_Place, int]:
    """What has a campaign leaves money to it."""
    sums = {**_when(record), **(_what(record) if use.campaign is None else {})}
    if "k" in use.places:
        prefix = f"k{_digest(record.channel_id)}"
        sums |= {f"{prefix}{name}": n for name, n in {"n": 1, **_when(record)}.items()}
    return {(key, name): number for name, number in sums.items()}


def _of_customer(ledger: Ledger, record: Record, use: Use) -> Iterator[_Place]:
    """Each attribute of the customer that counts it once."""
    named = []
    if "u" in use.places:
        named.append(f"{use.definition.id}/{use.generation}")
    if "v" in use.places and use.campaign is not None:
        named.append(f"{use.campaign.id}/{use.campaign.generation}")
    for each in named if record.customer_id else ():
        digest = _digest(each)
        part = f"U#{int(digest[:2], 16) % 4}"
        key = Key(f"{ledger.project}#C#{record.customer_id}", part)
        yield from ((key, f"u{digest}{name}") for name in ("n", *_when(record)))


def _when(record: Record) -> dict[str, int]:
    """The periods that it was counted in."""
    assert record.periods is not None, f"{record.id} does not say when it was counted"
    return {f"{_LETTERS[of]}_{label}": 1 for of, label in record.periods.labels.items()}


def _what(record: Record) -> dict[str, int]:
    """The money that it counts: of the order, taken off it, and spent of a card."""
    assert record.use is not None
    amount = 0 if record.order is None else record.order.amount or 0
    return {"oa": amount, "od": record.allocation.total, "oc": record.use.credits}


def _found(ledger: Ledger) -> Iterator[tuple[_Place, int]]:
    for key, item in ledger.items.items():
        if key.sk.startswith(("N#", "U#")):
            for name, value in item.items():
                # The uses of a counter have an attribute of another name, and a check of their own.
                if _COUNTING.fullmatch(name) and isinstance(value, int):
                    yield (key, name), value


def _held(ledger: Ledger) -> Iterator[str]:
    """What is held beside counters is what sessions have reserved there, less what lapsed."""
    reserved: Counter[_Place] = Counter()
    ends: dict[_Place, int] = {}
    for each in (each for session in ledger.sessions for each in session.reservations):
        for _, tab, held in uses.tabs_held(ledger.project, each):
            for name, amount in held.adds(tab, 1).items():
                if not name.endswith("hv"):
                    reserved[tab.key, name] += amount
                    ends[tab.key, name] = held.until
    found = {place: amount for place, amount in _holding(ledger) if amount}
    for place in {*reserved, *found}:
        until = ends.get(place) or int(place[1].rpartition("_")[2], 36)
        # A session that lapsed may be gone before what it held, and what it held before it.
        lapsed = until <= time.time() * 1000 and (place not in found or not reserved[place])
        if reserved[place] != found.get(place, 0) and not lapsed:
            yield f"{place} has {found.get(place, 0)}, sessions have reserved {reserved[place]}"


def _holding(ledger: Ledger) -> Iterator[tuple[_Place, int]]:
    for key, item in ledger.items.items():
        of_campaign = key.pk.startswith(f"{ledger.project}#A#")
        for name, value in item.items() if key.sk.startswith(("N#", "U#")) else ():
            is_hold = _HOLDING.fullmatch(name) or (of_campaign and _HELD_AT_ALL.fullmatch(name))
            if is_hold and isinstance(value, int):
                yield (key, name), value


def _strangers(ledger: Ledger) -> Iterator[str]:
    """A customer's usage item has nothing but such sums and holds, and the versions of these."""
    for key, item in ledger.items.items():
        for name in {*item} - {"pk", "sk"} if key.sk.startswith("U#") else ():
            is_version = re.fullmatch(r"u[0-9a-f]{10}hv", name)
            if not (_COUNTING.fullmatch(name) or _HOLDING.fullmatch(name) or is_version):
                yield f"{key.pk} {key.sk} has {name}"


def _over(ledger: Ledger) -> Callable[[str], bool]:
    """Whether an attribute is of a period before the latest that anything was counted in."""
    known = [each.periods for each in ledger.records if each.periods is not None]
    if not known:
        return lambda _: False
    now: Periods = max(known, key=lambda each: each.day)
    starts = {f"{_LETTERS[of]}_": label for of, label in now.labels.items()}

    def is_over(name: str) -> bool:
        start, label = re.sub(r"^[ku][0-9a-f]{10}", "", name)[:2], name.rpartition("_")[2]
        return start in starts and label < starts[start]

    return is_over


def _lives(ledger: Ledger, key: Key, generation: str) -> bool:
    """Whether the counter lives the life that something was counted in; gone is gone with it."""
    return ledger.items.get(key, {}).get("gen") == generation


def _counter(ledger: Ledger, use: Use) -> Key:
    place = keys.voucher if use.voucher else keys.promotion_tier
    return Key(place(ledger.project, use.definition.id).pk, f"N#{use.bucket}")


def _digest(named: str) -> str:
    return hashlib.sha256(named.encode()).hexdigest()[:10]


CHECKS: Final[tuple[Callable[[Ledger], Iterator[str]], ...]] = (
    _sums,
    _held,
    _strangers,
)
