"""`make invoke`: a function on its event, whatever invokes it."""

import json
import subprocess
import sys

import pytest

from local import install
from local.install import Kind
from local.template import ROOT

pytestmark = pytest.mark.engine


@pytest.mark.skipif(not install.is_installed(Kind.MINISTACK), reason="ministack cannot be had")
@pytest.mark.parametrize(
    ("function", "answer"),
    [("MarkRollups", {"batchItemFailures": []}), ("RunAsyncAction", None), ("BuildReports", None)],
)
def test_a_function_without_a_route_is_invoked_with_its_event(
    function: str, answer: object
) -> None:
    done = subprocess.run(  # noqa: S603  # our own program
        (sys.executable, "-m", "local.invoke", function),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    said = [line for line in done.stdout.splitlines() if not line.startswith('{"level"')]
    assert json.loads("".join(said)) == answer
