"""Takes each protection out, one at a time, and runs the tests that must notice.

`python -m tests.concurrency.mutants [part of a name ...]` works on a copy of shared/ and prints a
table; it fails when a mutant does what it should not. Most protections are conditions, and are
taken out by making them true of anything, so that the call itself stays a valid one.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local.template import ROOT
from tests.concurrency.protections import PROTECTIONS, Protection

SHARED: Final = ROOT / "shared"
NO_TESTS: Final = 5
PYTEST: Final = (
    *(sys.executable, "-m", "pytest", "-q", "-rfE", "-p", "no:cacheprovider"),
    "tests/concurrency",
)


@dataclass(frozen=True)
class Verdict:
    """Which tests failed without the protection."""

    protection: Protection
    failed: tuple[str, ...]
    said: str

    @property
    def is_right(self) -> bool:
        """Somebody noticed, or something else holds as it is said to."""
        return bool(self.failed) != bool(self.protection.held_by)

    def __str__(self) -> str:
        first = self.failed[0] if self.failed else "nobody noticed"
        if self.protection.held_by and not self.failed:
            first = f"held by {self.protection.held_by}"
        return f"{'ok ' if self.is_right else 'BAD'} {self.protection.name:58} {first}"


def without(protection: Protection) -> Verdict:
    """What the tests of `protection` say when it is not there."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        shared = Path(folder) / "shared"
        shutil.copytree(SHARED, shared, ignore=shutil.ignore_patterns("__pycache__"))
        for path, source in protection.without(shared / "counterfoil").items():
            path.write_text(source, "utf-8")
        done = subprocess.run(  # noqa: S603  # our own tests
            (*PYTEST, "-k", f"not hammer and not protection and ({protection.tests})"),
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(shared)},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode == NO_TESTS:
        raise LookupError(protection.tests)
    failed = re.findall(r"^(?:FAILED|ERROR) \S+::(\S+)", done.stdout, re.MULTILINE)
    return Verdict(protection, tuple(failed), done.stdout)


def main(wanted: Sequence[str]) -> int:
    """The number of mutants that were not noticed, or were although something else should hold."""
    wrong = 0
    for protection in PROTECTIONS:
        if wanted and not any(part in protection.name for part in wanted):
            continue
        verdict = without(protection)
        print(verdict, flush=True)  # noqa: T201  # a table for the one who typed it
        if not verdict.is_right:
            wrong += 1
            print(verdict.said)  # noqa: T201  # why
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
