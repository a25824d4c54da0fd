"""Cold starts: each handler's import as Lambda would do it, beside a bare Powertools handler's.

Each in a process of its own, in turns; the interpreter's own start is not counted, the making of
the DynamoDB client is, on both sides. All load bytecode, as what `make build` makes has it: the
first turn compiles into a folder of its own, whatever PYTHONDONTWRITEBYTECODE says.
"""

from __future__ import annotations

import os
import subprocess
import sys
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from bench.timing import Series
from local.intrinsics import REGION
from local.template import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local.template import Function

_TIMED: Final = """\
import time
clock, cpu = time.perf_counter_ns(), time.process_time_ns()
{code}
print((time.process_time_ns() - cpu) / 1e6, (time.perf_counter_ns() - clock) / 1e6)
"""
BARE: Final = """\
import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
logger = Logger()
app = APIGatewayHttpResolver()
client = boto3.client("dynamodb")
@app.get("/v1/orders/<order_id>")
def get_order(order_id): return {}
def handler(event, context): return app.resolve(event, context)
"""
# What tells a handler that it is being started by Lambda, so that it makes its client at once.
_LAMBDA: Final = {"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:1", "AWS_DEFAULT_REGION": REGION}
_NO_BYTECODE: Final = "PYTHONDONTWRITEBYTECODE"


def compare(functions: Sequence[Function], rounds: int) -> tuple[Mapping[str, Series], Series]:
    """The import of every function by its logical id, and that of the bare handler."""
    ours = {function.logical_id: Series() for function in functions}
    bare = Series()
    with TemporaryDirectory() as bytecode:
        for turn in range(rounds + 1):  # the first compiles, from a cold disk, and does not count
            for function in functions:
                taken = _start(_code_of(function), function.environment, bytecode)
                _keep(ours[function.logical_id], taken, counted=turn > 0)
            for _ in range(2):
                _keep(bare, _start(BARE, {}, bytecode), counted=turn > 0)
    return ours, bare


def _code_of(function: Function) -> str:
    module, _, name = function.handler.replace("/", ".").rpartition(".")
    return f"from {module} import {name}"


def _start(code: str, environment: Mapping[str, str], bytecode: str) -> tuple[float, float]:
    """CPU and clock, in milliseconds, of `code` in a fresh process; its bytecode is kept."""
    inherited = {name: value for name, value in os.environ.items() if name != _NO_BYTECODE}
    python = {"PYTHONPATH": str(ROOT / "functions"), "PYTHONPYCACHEPREFIX": bytecode}
    done = subprocess.run(
        (sys.executable, "-c", _TIMED.format(code=code)),
        env={**inherited, **_LAMBDA, **environment, **python},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    cpu, wall = map(float, done.stdout.split())
    return cpu, wall


def _keep(series: Series, taken: tuple[float, float], *, counted: bool) -> None:
    if counted:
        series.cpu.append(taken[0])
        series.wall.append(taken[1])
