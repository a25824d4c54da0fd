"""`make invoke`: a function on its event, whatever invokes it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from counterfoil.storage import credentials
from local import install, invoke
from local.install import Kind
from local.template import ROOT
from tests.builders import NOW
from tests.concurrency.engines import INSTALLED, run

pytestmark = pytest.mark.engine

# A service of another test may be up, and end in the middle of it.
ALONE = """
import sys, pathlib
from local import invoke
invoke.ENDPOINT_FILE = pathlib.Path("announced-by-nobody")
sys.exit(invoke.main(sys.argv[1:]))
"""


@pytest.mark.skipif(not install.is_installed(Kind.MINISTACK), reason="ministack cannot be had")
@pytest.mark.parametrize(
    ("function", "answer"),
    [("MarkRollups", {"batchItemFailures": []}), ("RunAsyncAction", None), ("BuildReports", None)],
)
def test_a_function_without_a_route_is_invoked_with_its_event(
    function: str, answer: object
) -> None:
    done = subprocess.run(  # noqa: S603  # our own program
        (sys.executable, "-c", ALONE, function),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    said = [line for line in done.stdout.splitlines() if not line.startswith('{"level"')]
    assert json.loads("".join(said)) == answer


def test_a_service_that_is_up_keeps_its_keys(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with run(INSTALLED[0]) as engine, engine.entered():
        credentials.mint(engine.store, "shop", "local-client", "t", NOW, credentials.Kind.CLIENT)
        credentials.allow(engine.store, "local-client", ["https://shop.example"], redeems=True)
        announced = tmp_path / "endpoint"
        announced.write_text(json.dumps(dict(engine.environment)), "utf-8")
        monkeypatch.setattr(invoke, "ENDPOINT_FILE", announced)

        answer = invoke.invoke("GetHealth")

        assert isinstance(answer, dict)
        assert answer["statusCode"] == 200
        found = credentials.get(engine.store, "local-client")
        assert found is not None
        assert (found.origins, found.redeems) == (("https://shop.example",), True)
