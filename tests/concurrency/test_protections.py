from pathlib import Path
from shutil import copytree

import pytest

from tests.concurrency.mutants import SHARED
from tests.concurrency.protections import PROTECTIONS, Protection


@pytest.mark.parametrize("protection", PROTECTIONS, ids=lambda it: it.name)
def test_a_protection_stands_where_the_mutants_take_it_out(
    protection: Protection, tmp_path: Path
) -> None:
    copy = copytree(SHARED / "counterfoil", tmp_path / "counterfoil")

    protection.remove(copy)

    for path in copy.rglob("*.py"):
        compile(path.read_bytes(), str(path), "exec")
