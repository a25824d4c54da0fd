"""Runs built functions as Lambda would, without Docker.

The runtime interface emulator (it comes with sam) starts the runtime client, which imports the
handler from the build and nothing else. It dies of two invocations at once: one at a time.
"""

import http.client
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import yaml
from pydantic import BaseModel, Field, JsonValue, TypeAdapter

from local import build
from local.engine import free_port
from local.errors import ToolError
from local.event import Event
from local.install import LOCAL
from local.intrinsics import Loader
from local.template import ROOT, Function

RUNTIME_CLIENT: Final = "awslambdaric==4.2.2"
VENV: Final = ROOT / ".venv-smoke"
ARTIFACTS: Final = Path(".aws-sam") / "smoke"
EMULATOR: Final = LOCAL / "aws-lambda-rie"
HOST: Final = "127.0.0.1"
INVOKE: Final = "/2015-03-31/functions/function/invocations"
READY_SECONDS: Final = 10.0
ANSWER_SECONDS: Final = 30.0
POLL_SECONDS: Final = 0.01
ANSWER: Final = TypeAdapter(dict[str, JsonValue])


@dataclass(frozen=True)
class Runtime:
    """What runs a built function: the emulator, a Python with the runtime client, the build."""

    emulator: Path
    python: Path
    artifacts: Path


class _Properties(BaseModel):
    code: str = Field(default="", alias="CodeUri")
    content: str = Field(default="", alias="ContentUri")


class _Resource(BaseModel):
    kind: str = Field(alias="Type")
    properties: _Properties = Field(default=_Properties(), alias="Properties")


class _Built(BaseModel):
    resources: Mapping[str, _Resource] = Field(alias="Resources")

    def layers(self) -> list[str]:
        kind = "AWS::Serverless::LayerVersion"
        return [it.properties.content for it in self.resources.values() if it.kind == kind]


def prepare(root: Path = ROOT) -> Runtime:
    """Builds for this machine's architecture and installs what runs the build."""
    architecture = "x86_64" if platform.machine() in {"x86_64", "AMD64"} else "arm64"
    artifacts = build.build(architecture, ARTIFACTS, root)
    installed = VENV / f"{RUNTIME_CLIENT}.installed"
    if not installed.exists():
        shutil.rmtree(VENV, ignore_errors=True)
        build.run((str(build.find_python()), "-m", "venv", str(VENV)), "making a venv", ROOT)
        pip = (str(VENV / "bin" / "python"), "-m", "pip", "install", "-qq", RUNTIME_CLIENT)
        build.run(pip, "installing the runtime client", ROOT)
        installed.touch()
    LOCAL.mkdir(exist_ok=True)
    shutil.copyfile(_emulator_of_sam(architecture), EMULATOR)
    EMULATOR.chmod(0o755)
    return Runtime(EMULATOR, VENV / "bin" / "python", artifacts)


def _emulator_of_sam(architecture: str) -> Path:
    name = f"samcli/local/rapid/aws-lambda-rie-{architecture}"
    found = next(
        (build.SAM_PYTHON.parent.parent / "lib").glob(f"python*/site-packages/{name}"), None
    )
    if found is None:
        raise ToolError(f"sam comes without {name}")
    return found


@contextmanager
def emulated(
    runtime: Runtime, function: Function, environment: Mapping[str, str], log: IO[bytes]
) -> Iterator[str]:
    """`host:port` of an emulator that runs `function` from the build, and nothing else."""
    address, runtime_api = f"{HOST}:{free_port()}", f"{HOST}:{free_port()}"
    code, layers = _code_of(runtime, function)
    process = subprocess.Popen(
        (
            *(str(runtime.emulator), "--runtime-interface-emulator-address", address),
            *("--runtime-api-address", runtime_api, "--log-level", "error"),
            *(str(runtime.python), "-m", "awslambdaric", function.handler),
        ),
        cwd=code,
        env=_environment(function, environment, code, layers),
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        _await(address)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # the emulator and the Python that it started
        process.wait()


def post(address: str, event: Event) -> Mapping[str, JsonValue]:
    """The answer of the function that is emulated there."""
    connection = http.client.HTTPConnection(address, timeout=ANSWER_SECONDS)
    try:
        connection.request("POST", INVOKE, json.dumps(event))
        return ANSWER.validate_json(connection.getresponse().read())
    finally:
        connection.close()


def _code_of(runtime: Runtime, function: Function) -> tuple[Path, Sequence[Path]]:
    # The loader is SafeLoader with CloudFormation's tags.
    read = yaml.load((runtime.artifacts / "template.yaml").read_text("utf-8"), Loader)  # noqa: S506
    built = _Built.model_validate(read)
    layers = tuple(runtime.artifacts / layer / "python" for layer in built.layers())
    return runtime.artifacts / built.resources[function.logical_id].properties.code, layers


def _environment(
    function: Function, given: Mapping[str, str], code: Path, layers: Sequence[Path]
) -> Mapping[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        **given,
        **function.environment,
        "AWS_LAMBDA_FUNCTION_NAME": function.logical_id,
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(function.timeout_seconds),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "LAMBDA_TASK_ROOT": str(code),
        "PYTHONPATH": os.pathsep.join(map(str, (code, *layers))),
    }


def _await(address: str) -> None:
    host, _, port = address.partition(":")
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError as error:
            if time.monotonic() > deadline:
                raise ToolError("the runtime interface emulator does not listen") from error
            time.sleep(POLL_SECONDS)
        else:
            return
