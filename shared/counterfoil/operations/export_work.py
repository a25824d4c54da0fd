"""The worker's side of exports: a file that grows slice by slice, and is there when it is whole.

A slice reads on from where the last one came to, and uploads what it read as a part of the file,
or lays it by as its rest while it is too short for one. Then one transaction moves the action on,
conditioned on the version that the slice began with. What a worker uploaded who is killed before
that is no part of the file: parts have numbers and rests have names that hardly two workers share,
and a file whose parts are not those that were uploaded is begun again.

In another order than that of creation, lines are collected with what they are sorted by, and the
file is written when all are there.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.async_actions import ExportWork, advanced, failed, finished
from counterfoil.domain.errors import Unavailable
from counterfoil.domain.sorted_lines import MOST_BYTES, sorted_text
from counterfoil.operations.async_actions import Next
from counterfoil.operations.commits import Proposal, commit
from counterfoil.operations.export_lines import Lines
from counterfoil.operations.files import files_of
from counterfoil.storage import async_actions, exports, keys, transfer_keys
from counterfoil.storage.files import PART_BYTES, PARTS, UploadGone
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from counterfoil.domain.async_actions import AsyncAction
    from counterfoil.domain.exports import Export
    from counterfoil.operations.call import Call
    from counterfoil.storage.async_actions import Stored
    from counterfoil.storage.files import Files

_CSV: Final = "text/csv; charset=utf-8"
# Numbers that the workers of one part choose from, so that two of them hardly choose the same.
_NUMBERS: Final = 16


def go_on(call: Call, found: Stored, work: ExportWork) -> Next:
    """Commit the next slice."""
    items = call.store.get_all([transfer_keys.export(call.project, work.export_id)])
    stored = exports.stored(items, call.project, work.export_id, call.now)
    if stored is None:
        return _forget(call, found, work)
    try:
        return _Slice(call, found, work, stored.export).go_on()
    except UploadGone:
        anew = ExportWork(type=work.type, export_id=work.export_id)
        again = found.action.model_copy(update={"work": anew, "done": 0})
        return _Slice(call, found, work, stored.export).move(again)


def _forget(call: Call, found: Stored, work: ExportWork) -> Next:
    """Whatever there is of the file of an export that is gone, gone too."""
    files, name = files_of(call), exports.file_of(call.project, work.export_id)
    files.delete(name)
    if work.upload is not None:
        files.abort(name, work.upload)
    if work.rest is not None:
        files.delete(work.rest)
    over = failed(found.action, call.now, "The export was deleted")

    def propose(by: str) -> Proposal[None]:
        items = call.store.get_all([keys.async_action(call.project, over.id)])
        plan = Plan()
        if async_actions.stands(items, call.project, found):
            plan.add(async_actions.changed(call.project, found, over, by))
        return Proposal(plan, None)

    commit(call, propose)
    return Next.SLICE


@dataclass(frozen=True, slots=True)
class _Slice:
    """What one worker does to the file before it moves the action on. All raise UploadGone."""

    call: Call
    found: Stored
    work: ExportWork
    export: Export

    def go_on(self) -> Next:
        """The next of the file's parts, or the file."""
        if self.work.ended and self.work.upload is not None:
            self._complete(self.work.upload)
            return self._finish(self.work)
        lines = Lines(self.call, self.export, self.work, self._kept())
        lines.collect()
        after = self.work.model_copy(
            update={
                "reached": lines.reached,
                "rows": self.work.rows + lines.rows,
                "ended": lines.ended,
                "rest": None,
            }
        )
        if lines.is_sorted:
            return self._sorted(lines, after)
        if lines.ended and after.upload is None:
            return self._put(bytes(lines.text), after)
        if lines.ended or len(lines.text) >= PART_BYTES:
            return self._upload(bytes(lines.text), after, lines.count)
        return self._lay_by(bytes(lines.text), after, lines.count)

    def move(self, after: AsyncAction, export: Export | None = None) -> Next:
        """`after` in place of what was found, with the export as it then is.

        A look at it follows when another worker has gone on; the export may be gone instead, which
        the next slice sees.
        """
        wanted = [
            keys.async_action(self.call.project, after.id),
            transfer_keys.export(self.call.project, self.export.id),
        ]
        stood: list[bool] = []

        def propose(by: str) -> Proposal[None]:
            items = self.call.store.get_all(wanted)
            plan, project = Plan(), self.call.project
            known = exports.stored(items, project, self.export.id, self.call.now)
            stood.append(async_actions.stands(items, project, self.found))
            if stood[-1] and known is not None:
                plan.add(async_actions.changed(project, self.found, after, by))
                shown = export or known.export.model_copy(update={"status": "IN_PROGRESS"})
                if shown != known.export:
                    plan.add(exports.changed(project, known, shown, by))
            return Proposal(plan, None)

        commit(self.call, propose)
        if stood[-1] and self.work.rest is not None:
            with suppress(Unavailable):
                self._files.delete(self.work.rest)
        return Next.SLICE if stood[-1] else Next.LOOK

    def _kept(self) -> bytes:
        """What was too short for a part."""
        if self.work.rest is None:
            return b""
        kept = self._files.get(self.work.rest)
        if kept is None:
            raise UploadGone
        return kept

    def _sorted(self, lines: Lines, after: ExportWork) -> Next:
        if len(lines.text) > MOST_BYTES:
            order = self.export.parameters.sorted_by
            return self._fail(
                f"There is too much to sort by {order}: order by created_at, or use filters"
            )
        if not lines.ended:
            return self._lay_by(bytes(lines.text), after, lines.count)
        descending = self.export.parameters.descending
        text = lines.header + sorted_text(lines.text, descending=descending)
        return self._put(text, after)

    def _put(self, text: bytes, after: ExportWork) -> Next:
        self._files.put(self._name, text, _CSV)
        return self._finish(after.model_copy(update={"size": len(text)}))

    def _upload(self, text: bytes, after: ExportWork, count: int) -> Next:
        number = len(after.parts) * _NUMBERS + self.call.ids.bucket(_NUMBERS) + 1
        if number > PARTS:
            return self._fail("There is too much to export at once: use filters")
        upload = after.upload or self._files.begin(self._name, _CSV)
        parts = after.parts
        if text:
            parts = (*parts, (number, self._files.upload(self._name, upload, number, text)))
        moved = {"upload": upload, "parts": parts, "size": after.size + len(text)}
        return self._advance(after.model_copy(update=moved), count)

    def _lay_by(self, text: bytes, after: ExportWork, count: int) -> Next:
        mark = f"{self.call.ids.holder}-{self.found.version}"
        rest = exports.rest_of(self.call.project, self.export.id, mark)
        self._files.put(rest, text, "application/octet-stream")
        return self._advance(after.model_copy(update={"rest": rest}), count)

    def _advance(self, after: ExportWork, count: int) -> Next:
        action = advanced(self.found.action, self.call.now, count, after)
        if not after.is_counted:
            total = max(action.done, Lines.total(self.call, self.export))
            counted = after.model_copy(update={"is_counted": True})
            action = action.model_copy(update={"total": total, "work": counted})
        return self.move(action)

    def _complete(self, upload: str) -> None:
        """The file of its parts; an earlier worker may have done it, and have said so to nobody."""
        try:
            self._files.complete(self._name, upload, self.work.parts)
        except UploadGone:
            if not self._files.has(self._name):
                raise

    def _finish(self, after: ExportWork) -> Next:
        over = finished(advanced(self.found.action, self.call.now, 0, after), self.call.now)
        counted = over.model_copy(update={"done": after.rows, "total": after.rows})
        done = self.export.model_copy(update={"status": "DONE", "size": after.size})
        return self.move(counted, done)

    def _fail(self, error: str) -> Next:
        if self.work.upload is not None:
            self._files.abort(self._name, self.work.upload)
        over = failed(self.found.action, self.call.now, error)
        return self.move(over, self.export.model_copy(update={"status": "ERROR", "error": error}))

    @property
    def _files(self) -> Files:
        return files_of(self.call)

    @property
    def _name(self) -> str:
        return exports.file_of(self.call.project, self.export.id)
