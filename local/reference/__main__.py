"""`make openapi`: writes what the code says of its API where it is read and served."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Final

from local.errors import LocalError
from local.reference.document import document, operations_of_all, version
from local.reference.page import page
from local.reference.postman import collection
from local.template import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_DOCS: Final = ROOT / "docs"
OPENAPI: Final = _DOCS / "openapi.json"
# What the function that serves the reference brings along.
SERVED: Final = ROOT / "shared" / "counterfoil" / "api" / "reference_files"


def files() -> Mapping[Path, str]:
    """Every file that is generated, with its text. Raises UndescribedError."""
    operations = operations_of_all()
    described = document(operations)
    texts = {
        "openapi.json": _text(described),
        "postman_collection.json": _text(collection(operations, version())),
    }
    served = {**texts, "index.html": page(described)}
    return {
        **{_DOCS / name: text for name, text in texts.items()},
        **{SERVED / name: text for name, text in served.items()},
    }


def _text(described: object) -> str:
    return json.dumps(described, indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    """Writes the files; 1 when the code does something that nobody described."""
    try:
        for path, text in files().items():
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
            print(f"wrote {path.relative_to(ROOT)}, {len(text) // 1024} KB")
    except LocalError as error:
        print(f"counterfoil: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
