"""The README's tour, done as a newcomer does it: what it prints is what the README shows."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.contract.serving import served

pytestmark = pytest.mark.engine

README = Path(__file__).parents[2] / "README.md"
BLOCK = re.compile(r"^```(sh|console)\n(.*?)^```", re.DOTALL | re.MULTILINE)
PROMPT = "$ "
END = "@@@"
# Ids of records are drawn, and how long something took is never the same twice.
DRAWN = re.compile(r"\b(rr?f?)_[0-9a-f]{18}\b|held_ms=\d+")


def tour() -> str:
    """The section between its heading and the next one."""
    _, _, after = README.read_text("utf-8").partition("\n## A tour of five minutes\n")
    return after.partition("\n## ")[0]


def steps(text: str) -> list[tuple[str, str]]:
    """Each command with what it prints; commands in `sh` blocks print nothing."""
    found: list[tuple[str, str]] = []
    for kind, block in BLOCK.findall(text):
        if kind == "sh":
            found.append((block, ""))
            continue
        for part in f"\n{block}".split(f"\n{PROMPT}")[1:]:
            command, _, printed = part.partition("\n")
            found.append((command, printed.strip("\n")))
    return found


def run(commands: list[str], host: str) -> list[str]:
    """What each of `commands` prints, in one shell."""
    script = "".join(f"{command}\nprintf '\\n{END}\\n'\n" for command in commands)
    done = subprocess.run(  # noqa: S603  # the commands are the README's own
        (shutil.which("bash") or "/bin/bash", "-c", script.replace("http://127.0.0.1:8000", host)),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return [printed.strip() for printed in done.stdout.split(f"\n{END}\n")[:-1]]


@pytest.mark.skipif(not shutil.which("curl"), reason="the tour is told with curl")
def test_the_tour_prints_what_the_readme_shows() -> None:
    told = steps(tour())

    with served() as host:
        printed = run([command for command, _ in told], host)

    shown = [DRAWN.sub("…", output) for _, output in told]
    assert [DRAWN.sub("…", output) for output in printed] == shown


def test_the_tour_is_there() -> None:
    assert len(steps(tour())) > 15
