"""What a campaign's limit leaves, bucket by bucket, and which bucket counts what.

Each bucket has a bound, the bounds add up to the limit, and a redemption is refused beyond the
bound of the bucket that it takes: so all buckets together never pass the limit, though no write
looks at more than its own (docs/decisions/0025, which also says why bounds may differ between
requests). Source: domain.md §8.1; protocol.md §5.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class CampaignRoom:
    """The limit that a campaign's rule sets, and what is `taken` of each bucket, all as read."""

    rule_id: str
    limit: int
    taken: tuple[int, ...]

    @property
    def left(self) -> int:
        """How many more redemptions there may be."""
        return max(0, self.limit - sum(self.taken))

    @property
    def bounds(self) -> tuple[int, ...]:
        """Up to where each bucket may be filled: an even share of what the fuller ones leave.

        A bucket is over its share when the limit is younger than what it counted. The bounds of
        the others are lower by as much, and rise again as it is rolled back.
        """
        level = bisect_right(range(self.limit + 1), self.limit, key=self._filled) - 1
        return tuple(_share(level, bucket, len(self.taken)) for bucket in range(len(self.taken)))

    def places(self, first: int, count: int) -> Iterator[int]:
        """The bucket of each of `count` uses: `first`, else one that has room for all, else more.

        At most `left` can be placed.
        """
        room = [max(0, bound - taken) for bound, taken in zip(self.bounds, self.taken, strict=True)]
        ring = [*range(first, len(room)), *range(first)]
        whole = next((bucket for bucket in ring if room[bucket] >= count), None)
        if whole is not None:
            return repeat(whole, count)
        fullest = sorted(ring, key=lambda bucket: -room[bucket])
        return chain.from_iterable(repeat(bucket, room[bucket]) for bucket in fullest)

    def _filled(self, level: int) -> int:
        """What all buckets come to once each is filled up to its share of `level`."""
        count = len(self.taken)
        return sum(max(was, _share(level, bucket, count)) for bucket, was in enumerate(self.taken))


def _share(level: int, bucket: int, count: int) -> int:
    """An even part of `level`; the first buckets have what does not divide."""
    return max(0, level // count + (bucket < level % count))
