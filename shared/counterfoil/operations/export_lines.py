"""The lines of an export's file, as far as one slice comes with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.domain.csv_lines import csv_line
from counterfoil.domain.export_filters import value_of
from counterfoil.domain.sorted_lines import unsorted_line
from counterfoil.operations.async_actions import SLICE_SECONDS
from counterfoil.operations.export_sources import SOURCES, batches
from counterfoil.storage import totals
from counterfoil.storage.files import PART_BYTES

if TYPE_CHECKING:
    from counterfoil.domain.async_actions import ExportWork
    from counterfoil.domain.export_facts import Facts
    from counterfoil.domain.exports import Export
    from counterfoil.operations.call import Call


class Lines:
    """What is collected on from `kept`; of things that do not exist here there are none.

    `text` are the lines, or, when the file `is_sorted`, the lines with what they are sorted by.
    `count` entries of the list were looked at, of which `rows` are in the text.
    """

    def __init__(self, call: Call, export: Export, work: ExportWork, kept: bytes) -> None:
        self._call = call
        self._export = export
        self._source = SOURCES.get(export.exported_object)
        in_order = self._source is None or self._source.in_order
        self.is_sorted = not (in_order and export.parameters.sorted_by == "created_at")
        self.header = csv_line(export.parameters.fields)
        self.text = bytearray(kept)
        if work.reached is None and not self.is_sorted:
            self.text += self.header
        self.reached = work.reached
        self.ended = self._source is None or work.ended
        self.count = 0
        self.rows = 0

    @staticmethod
    def total(call: Call, export: Export) -> int:
        """About how many entries are to be looked at: of orders exactly, else up to 10,000."""
        source = SOURCES.get(export.exported_object)
        if source is None:
            return 0
        if export.exported_object == "order":
            return totals.of_orders(call.store, call.project)
        return source.walk(call, export, None, newest_first=False).total()

    def collect(self) -> None:
        """Go on with the list to its end, until a part is full, or while there is time."""
        if self._source is None or self.ended:
            return
        newest_first = self._export.parameters.descending and not self.is_sorted
        walk = self._source.walk(self._call, self._export, self.reached, newest_first=newest_first)
        fits = self._export.fits(self._call.week_start)
        for batch in batches(self._call, self._export, self._source, walk):
            for facts in batch.facts:
                if fits(facts, self._call.local_now):
                    self._add(facts)
            self.count += batch.count
            self.reached = batch.reached
            if self._is_enough():
                return
        self.ended = True

    def _add(self, facts: Facts) -> None:
        parameters = self._export.parameters
        line = csv_line(value_of(facts, field) for field in parameters.fields)
        self.rows += 1
        if self.is_sorted:
            line = unsorted_line(value_of(facts, parameters.sorted_by), facts["id"], line)
        self.text += line

    def _is_enough(self) -> bool:
        is_full = not self.is_sorted and len(self.text) >= PART_BYTES
        return is_full or self._call.store.patience.left() < SLICE_SECONDS
