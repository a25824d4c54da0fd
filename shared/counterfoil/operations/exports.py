"""Exports: asked for, told of, deleted, and their files fetched (domain.md §2.11, §3.7)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from counterfoil.domain.async_actions import ExportWork
from counterfoil.domain.errors import InvalidDownload, NotFound
from counterfoil.domain.exports import Export, Ticket, admits, parameters_of, ticket
from counterfoil.operations import async_actions
from counterfoil.operations.commits import Proposal, commit
from counterfoil.operations.files import files_of
from counterfoil.operations.lists import Page, ids_on, walk
from counterfoil.storage import async_actions as stored_actions
from counterfoil.storage import exports, transfer_keys
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from counterfoil.domain.export_payloads import ParametersPayload
    from counterfoil.operations.call import Call
    from counterfoil.operations.lists import Paging
    from counterfoil.storage.exports import Stored

KIND: Final = "export"
# Larger ones would not fit a function's answer, where a line's end and a quote count twice.
_ANSWERED_BYTES: Final = 1024 * 1024
_ADDRESS_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be exported."""

    exported_object: str
    parameters: ParametersPayload | None


@dataclass(frozen=True, slots=True)
class Shown:
    """An export as it is told, with the token that opens its file when there is one."""

    export: Export
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Download:
    """A file that is asked for, by what its address says."""

    export_id: str
    token: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """A file: its bytes, or the address where it can be had for a minute."""

    name: str
    content: bytes | None = None
    address: str | None = None


def create(call: Call, wanted: Wanted) -> Shown:
    """The export, which a worker goes about. Raises InvalidExportFields and InvalidPayload."""
    parameters = parameters_of(wanted.exported_object, wanted.parameters, call.week_start)
    export = Export(
        id=call.ids.export,
        exported_object=wanted.exported_object,
        parameters=parameters,
        created_at=call.now,
        key=call.ids.export_key,
        user_id=call.actor,
    )
    work = ExportWork(type="EXPORTS.CREATE", export_id=export.id)
    action = async_actions.new(call, work, 1)
    call.replay(call.store.get_all([*call.memory_keys()]))

    def propose(by: str) -> Proposal[Shown]:
        plan = Plan()
        plan.add(exports.created(call.project, export, by))
        plan.add(stored_actions.created(call.project, action, by))
        return Proposal(plan, Shown(export))

    return async_actions.enqueue(call, action, propose)


def get(call: Call, export_id: str) -> Shown:
    """The export, strongly consistent. Raises NotFound."""
    return _shown(call, _require(call, export_id).export)


def list_exports(call: Call, paging: Paging) -> Page[Shown]:
    """One page of the project's exports."""
    listed = walk(call, transfer_keys.EXPORT, paging)
    names = ids_on(listed, paging)
    items = call.store.get_all([transfer_keys.export(call.project, each) for each in names])
    found = (exports.stored(items, call.project, each, call.now) for each in names)
    shown = tuple(_shown(call, each.export) for each in found if each is not None)
    return Page(shown, listed.total())


def delete(call: Call, export_id: str) -> None:
    """The export and its file gone, be it done or under way. Raises NotFound."""
    files = files_of(call)
    name = exports.file_of(call.project, export_id)
    _require(call, export_id)

    def propose(by: str) -> Proposal[None]:
        del by
        found = _require(call, export_id)
        plan = Plan()
        plan.add(exports.removed(call.project, found))
        return Proposal(plan, None)

    # The file first: without its item, nobody would find it again. Then once more, for a worker
    # may have written it in between; one that does so later is told, and takes it away.
    files.delete(name)
    commit(call, propose)
    files.delete(name)


def download(call: Call, wanted: Download) -> Found:
    """The file of the export whose token it is. Raises InvalidDownload, and NotFound."""
    shown = Ticket.of(wanted.token or "")
    if shown is None or "#" in shown.project:
        raise InvalidDownload
    own = replace(call, project=shown.project)
    found = _find(own, wanted.export_id)
    if found is None or not admits(shown, found.export, call.now):
        raise InvalidDownload
    export, files = found.export, files_of(call)
    name = exports.file_of(own.project, export.id)
    if export.size > _ANSWERED_BYTES:
        address = files.address(name, _ADDRESS_SECONDS, export.file_name)
        return Found(export.file_name, address=address)
    content = files.get(name)
    if content is None:
        raise NotFound(KIND, export.id)
    return Found(export.file_name, content)


def _shown(call: Call, export: Export) -> Shown:
    if export.status != "DONE":
        return Shown(export)
    return Shown(export, ticket(call.project, export, call.now).text)


def _require(call: Call, export_id: str) -> Stored:
    found = _find(call, export_id)
    if found is None:
        raise NotFound(KIND, export_id)
    return found


def _find(call: Call, export_id: str) -> Stored | None:
    call.trace.ids["export_id"] = export_id
    items = call.store.get_all([transfer_keys.export(call.project, export_id)])
    return exports.stored(items, call.project, export_id, call.now)
