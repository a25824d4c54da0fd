"""What records add up to, counter by counter, as an audit counts it: redemptions less rollbacks.

A redemption adds what it counted in, be it rolled back since, and its rollback takes that off
again. Calendar periods that are over are left out, for whoever counts next takes them away.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from counterfoil.domain import ids
from counterfoil.domain.records import Result
from counterfoil.storage import counts, keys, promotions, records, uses
from counterfoil.storage.lists import Stretch, Walk, key_of
from counterfoil.storage.marshal import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from counterfoil.domain.records import Record
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key

    # A counter or usage item in one life, and what each of its attributes comes to.
    Sums = dict[tuple[Key, str], dict[str, int]]

CHUNK: Final = 300
_COUNTING: Final = re.compile(r"(?:[ku][0-9a-f]{10})?(?:n|o[adc]|([dwm])_(\d{6,8}))")
_PERIODS: Final = {"d": "day", "w": "week", "m": "month"}


def records_in(
    call: Call, partitions: Sequence[str], index: str, beyond: str | None = None
) -> Iterator[Record]:
    """The records of a list, the oldest first, each as the first one of its call tells it."""
    for _, found in chunks(call, partitions, index, beyond):
        yield from found


def chunks(
    call: Call, partitions: Sequence[str], index: str, beyond: str | None
) -> Iterator[tuple[str, list[Record]]]:
    """The same in parts, each with the place in the list that it reaches up to."""
    while True:
        stretch = Stretch(index, tuple(partitions), newest_first=False, beyond=beyond)
        entries = Walk(call.store, stretch, CHUNK).entries(0, CHUNK)
        if not entries:
            return
        beyond = text(entries[-1][f"{index}s"])
        yield beyond, read_records(call, [key_of(each) for each in entries])
        if len(entries) < CHUNK:
            return


def read_records(call: Call, wanted: Sequence[Key]) -> list[Record]:
    """The records of these keys in their order."""
    firsts = [keys.first_record(key.pk) for key in wanted]
    items = call.store.get_all([*wanted, *firsts])
    found = {each.id: each for each in records.decoded(items.values())}
    named = (text(items[key]["id"]) for key in wanted if key in items)
    return [found[name] for name in named if name in found]


def sums_of(call: Call, found: Iterable[Record]) -> Sums:
    """What records come to at every counter and usage item; an item of a customer has no lives."""
    known = list(found)
    undone = [each for each in known if _undoes(each)]
    originals = _originals(call, undone)
    sums: Sums = defaultdict(lambda: defaultdict(int))
    for record in known:
        if _undoes(record):
            original = originals.get(record.redemption_id or "")
            if original is not None:
                _add(call, sums, original, -1)
        elif record.result is Result.SUCCESS and not record.is_rollback:
            _add(call, sums, record, 1)
    return sums


def _undoes(record: Record) -> bool:
    return record.is_rollback and record.result is Result.SUCCESS


def _originals(call: Call, undone: Sequence[Record]) -> Mapping[str, Record]:
    """The redemptions that were undone, by their ids: they tell what was given back."""
    wanted = []
    for each in undone:
        name = each.redemption_id or ""
        root = ids.record_root(name) or ""
        wanted.append(keys.record_at(call.project, root, int(name[-2:], 16), undoes=False))
        wanted.append(keys.first_record(keys.records(call.project, root)))
    items = call.store.get_all(wanted)
    return {each.id: each for each in records.decoded(items.values())}


def _add(call: Call, sums: Sums, record: Record, sign: int) -> None:
    """One use, at its own counter, at its campaign's, and at every place where it was counted."""
    use = record.use
    counting = uses.counting_of(call.project, record)
    if use is None or counting is None:
        return
    lives = {counting.counter: use.generation}
    own = sums[counting.counter, use.generation]
    own["used"] += sign
    own["spent"] += sign * use.credits
    if use.tier is not None:
        for name, amount in promotions.sums_of(record).items():
            own[name] += sign * amount
    if counting.campaign_counter is not None and use.campaign is not None:
        lives[counting.campaign_counter] = use.campaign.generation
        sums[counting.campaign_counter, use.campaign.generation]["used"] += sign
    for place in uses.places_of(use):
        tab = counting.tab(place)
        if tab is not None and record.periods is not None:
            lasting = counts.counted_after(tab, record.share, record.periods, call.periods)
            for name, amount in lasting.adds.items():
                sums[tab.key, lives.get(tab.key, "")][name] += sign * amount


def beside(call: Call, item: Mapping[str, object]) -> dict[str, int]:
    """The sums beside uses among attributes, but for those of periods that are over."""
    present = {each: getattr(call.periods, each, "") for each in ("day", "week")}
    present["month"] = present["day"][:6]
    found = {}
    for name, value in item.items():
        match = _COUNTING.fullmatch(name)
        if match is None or not isinstance(value, int):
            continue
        kind, label = match.groups()
        if kind is None or label >= present[_PERIODS[kind]]:
            found[name] = value
    return {name: value for name, value in found.items() if value}
