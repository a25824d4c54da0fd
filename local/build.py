"""`make build`: the artifacts that `sam deploy` uploads, compiled to bytecode.

`sam build` ships sources only. Compiled ahead, with the minor version that Lambda runs, a cold
start imports in less than half the time; unchecked hashes hold wherever the files are unpacked.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from local.errors import LocalError, ToolError
from local.template import ROOT

LAMBDA_PYTHON: Final = "3.13"
ARCHITECTURES: Final = ("arm64", "x86_64")
SAM_PYTHON: Final = ROOT / ".venv-sam" / "bin" / "python"
BUILD: Final = Path(".aws-sam") / "build"
MISSING: Final = (
    f"no Python {LAMBDA_PYTHON} that starts was found on PATH or under pyenv: install one, "
    f"for example with `pyenv install {LAMBDA_PYTHON}`"
)
WORKS: Final = (
    "import sys, pip, venv, ensurepip; "
    f"sys.exit('{LAMBDA_PYTHON}' != '.'.join(map(str, sys.version_info[:2])))"
)


def find_python() -> Path:
    """A Python of Lambda's version that really starts; raises ToolError that says what to install.

    pyenv puts a shim on PATH for versions that are not selected too, and it fails when called.
    """
    for candidate in (*_on_path(), *_under_pyenv()):
        if _starts(candidate):
            return candidate
    raise ToolError(MISSING)


def _on_path() -> Iterator[Path]:
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    for name in (f"python{LAMBDA_PYTHON}", "python3"):
        yield from (Path(folder) / name for folder in folders if (Path(folder) / name).exists())


def _under_pyenv() -> Iterator[Path]:
    pyenv = shutil.which("pyenv") or shutil.which("pyenv", path=Path("~/.pyenv/bin").expanduser())
    if pyenv is None:
        return
    for version in _said(pyenv, "versions", "--bare").split():
        if version.startswith(f"{LAMBDA_PYTHON}."):
            yield Path(_said(pyenv, "prefix", version)) / "bin" / f"python{LAMBDA_PYTHON}"


def _said(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _starts(python: Path) -> bool:
    try:
        done = subprocess.run((str(python), "-c", WORKS), capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def build(architecture: str, folder: Path = BUILD, root: Path = ROOT) -> Path:
    """The folder of the artifacts, which is `root / folder`."""
    if architecture not in ARCHITECTURES:
        raise ToolError(f"the architecture is {' or '.join(ARCHITECTURES)}, not {architecture!r}")
    python = find_python()
    sam = (str(SAM_PYTHON), "-m", "samcli", "build", "--build-dir", str(folder))
    overrides = ("--parameter-overrides", f"Architecture={architecture}")
    path = os.pathsep.join((str(python.parent), os.environ.get("PATH", os.defpath)))
    run((*sam, *overrides), "sam build", root, {"PATH": path, "PYTHONPATH": ""})
    _compile(python, root / folder)
    return root / folder


def _compile(python: Path, artifacts: Path) -> None:
    for metadata in artifacts.glob("*/python/*.egg-info"):
        shutil.rmtree(metadata)  # of an editable install in the source folder
    command = (str(python), "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash")
    for artifact in sorted(path for path in artifacts.iterdir() if path.is_dir()):
        unpacked = "/opt" if (artifact / "python").is_dir() else "/var/task"
        paths = ("-s", str(artifact), "-p", unpacked, str(artifact))
        run((*command, *paths), f"compiling {artifact.name}", artifacts)


def run(
    command: Sequence[str], what: str, folder: Path, environment: dict[str, str] | None = None
) -> None:
    """Raises ToolError when `command` fails; what it printed is shown then, and only then."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "SAM_CLI_TELEMETRY": "0", **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stdout, file=sys.stderr)
        raise ToolError(f"{what} failed: see above")


def main(arguments: Sequence[str]) -> int:
    """`python -m local.build [arm64 | x86_64 | --can]`; `--can` only tells whether it could."""
    try:
        if "--can" in arguments:
            print(find_python())
            return 0
        artifacts = build(arguments[0] if arguments else ARCHITECTURES[0])
    except LocalError as error:
        print(f"counterfoil: {error}", file=sys.stderr)
        return 1
    print(f"Built and compiled: {artifacts.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
