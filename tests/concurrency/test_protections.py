import pytest

from tests.concurrency.mutants import SHARED
from tests.concurrency.protections import PROTECTIONS, Protection


@pytest.mark.parametrize("protection", PROTECTIONS, ids=lambda it: it.name)
def test_a_protection_stands_where_the_mutants_take_it_out(protection: Protection) -> None:
    sources = protection.without(SHARED / "counterfoil")

    for path, source in sources.items():
        compile(source, str(path), "exec")
        assert source != path.read_text("utf-8")
