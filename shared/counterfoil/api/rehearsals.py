"""What a dry run would have written, beside the answer that it would have had."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from counterfoil.api.response import Response, json_response

if TYPE_CHECKING:
    from counterfoil.api.orders import Document
    from counterfoil.operations.rehearsals import CounterChange, Shown, Usage


def with_rehearsal(response: Response, shown: Shown) -> Response:
    """`response` with counters before and after, and the units that the write would have cost."""
    document: Document = json.loads(response.body or b"{}")
    document["dry_run"] = {
        "counters": [_counter(each) for each in shown.counters],
        "write_units": shown.write_units,
        "index_units": shown.index_units,
    }
    return json_response(response.status, document, response.headers)


def _counter(change: CounterChange) -> Document:
    return {
        "object": change.kind,
        "id": change.id,
        "counter": change.name,
        **_related(change.usage),
        "before": change.before,
        "after": change.after,
    }


def _related(usage: Usage | None) -> Document:
    """What tells a usage from others of the same item."""
    if usage is None:
        return {}
    if usage.api_key is not None:
        return {"api_key": usage.api_key}
    return {"related_object_type": usage.kind, "related_object_id": usage.id}
