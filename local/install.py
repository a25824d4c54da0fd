"""Obtains the two engines, each into this folder: dynoxide through npm, ministack through pip."""

import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Final

from local.errors import EngineError
from local.template import ROOT

DYNOXIDE_VERSION: Final = "1.2.1"
DYNOXIDE_PACKAGE: Final = "@dynoxide/linux-x64"
MINISTACK_VERSION: Final = "1.5.33"

POLL_SECONDS: Final = 0.1

LOCAL: Final = ROOT / ".local"
DYNOXIDE: Final = LOCAL / f"dynoxide-{DYNOXIDE_VERSION}"
DYNOXIDE_BINARY: Final = DYNOXIDE / DYNOXIDE_PACKAGE / "dynoxide"
MINISTACK: Final = ROOT / ".venv-ministack"
MINISTACK_PYTHON: Final = MINISTACK / "bin" / "python"
MINISTACK_STAMP: Final = MINISTACK / f"ministack-{MINISTACK_VERSION}.installed"


class Kind(StrEnum):
    """The engines, the better one first."""

    DYNOXIDE = "dynoxide"
    MINISTACK = "ministack"


def is_installed(kind: Kind) -> bool:
    """Whether a complete install of the pinned version is here."""
    return DYNOXIDE_BINARY.exists() if kind is Kind.DYNOXIDE else MINISTACK_STAMP.exists()


def runs_here(kind: Kind) -> bool:
    """Whether this machine can have it: dynoxide is published for linux-x64 only."""
    if kind is Kind.MINISTACK:
        return True
    return sys.platform == "linux" and platform.machine() in {"x86_64", "AMD64"}


def obtain(kind: Kind, is_given_up: Callable[[], bool] = lambda: False) -> None:
    """Installs `kind` unless it is here; an interrupted install leaves nothing half made."""
    if is_installed(kind):
        return
    if not runs_here(kind):
        raise EngineError(f"{kind} is not published for {sys.platform} {platform.machine()}")
    if kind is Kind.DYNOXIDE and shutil.which("npm") is None:
        raise EngineError(f"{kind} needs npm, which is not on PATH")
    print(f"Installing {kind} (once) ...", file=sys.stderr, flush=True)
    run = partial(_run, kind, is_given_up)
    if kind is Kind.DYNOXIDE:
        _install_dynoxide(run)
    else:
        _install_ministack(run)


def best(is_given_up: Callable[[], bool]) -> Kind:
    """The better engine that is installed; without one, the better one that can be had, installed.

    What was chosen stays: each engine has its own data.
    """
    for kind in Kind:
        if is_installed(kind):
            return kind
    try:
        obtain(Kind.DYNOXIDE, is_given_up)
    except EngineError as error:
        if is_given_up():
            raise
        print(f"{error}; using {Kind.MINISTACK}", file=sys.stderr, flush=True)
        obtain(Kind.MINISTACK, is_given_up)
        return Kind.MINISTACK
    return Kind.DYNOXIDE


def _install_dynoxide(run: Callable[..., None]) -> None:
    LOCAL.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=LOCAL, prefix="npm-") as folder:
        options = ("--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error")
        package = f"{DYNOXIDE_PACKAGE}@{DYNOXIDE_VERSION}"
        run("npm", "install", "--prefix", folder, *options, package)
        modules = Path(folder) / "node_modules"
        run(str(modules / DYNOXIDE_PACKAGE / "dynoxide"), "--version")
        try:
            modules.rename(DYNOXIDE)
        except OSError as error:
            if not is_installed(Kind.DYNOXIDE):  # else another run was quicker
                raise EngineError(f"dynoxide could not be installed: {error}") from error


def _install_ministack(run: Callable[..., None]) -> None:
    shutil.rmtree(MINISTACK, ignore_errors=True)
    run(sys.executable, "-m", "venv", str(MINISTACK))
    quiet = ("-qq", "--disable-pip-version-check", "--no-input")
    wanted = f"ministack=={MINISTACK_VERSION}"
    run(str(MINISTACK_PYTHON), "-m", "pip", "install", *quiet, wanted)
    MINISTACK_STAMP.touch()


def _run(kind: Kind, is_given_up: Callable[[], bool], *command: str) -> None:
    """Ends `command` when its result is not wanted any more; raises EngineError unless it is 0."""
    try:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
    except OSError as error:
        raise EngineError(f"{kind} could not be installed: {error}") from error
    said: str | None = None
    while said is None:
        try:
            said, _ = process.communicate(timeout=POLL_SECONDS)
        except subprocess.TimeoutExpired:
            if is_given_up():
                process.terminate()
    if process.returncode:
        reason = (said.strip().splitlines() or ["no reason given"])[-1]
        raise EngineError(f"{kind} could not be installed: {reason}")


def main(arguments: Sequence[str]) -> int:
    """`python -m local.install dynoxide ministack`: 0 when one of the engines is here at least."""
    for kind in map(Kind, arguments):
        try:
            obtain(kind)
        except EngineError as error:
            print(f"counterfoil: {error}", file=sys.stderr, flush=True)
    return 0 if any(is_installed(kind) for kind in Kind) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
