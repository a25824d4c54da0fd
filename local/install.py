"""Obtains the two engines, each into this folder: dynoxide through npm, ministack through pip."""

import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

from local.errors import EngineError
from local.template import ROOT

DYNOXIDE_VERSION: Final = "1.2.1"
DYNOXIDE_PACKAGE: Final = "@dynoxide/linux-x64"
MINISTACK_VERSION: Final = "1.5.33"

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


def obtain(kind: Kind) -> None:
    """Installs `kind` unless it is here; an interrupted install leaves nothing half made."""
    if is_installed(kind):
        return
    if not runs_here(kind):
        raise EngineError(f"{kind} is not published for {sys.platform} {platform.machine()}")
    print(f"Installing {kind} (once) ...", file=sys.stderr, flush=True)
    if kind is Kind.DYNOXIDE:
        _install_dynoxide()
    else:
        _install_ministack()


def best() -> Kind:
    """The better engine that can be had, installed; ministack where dynoxide cannot."""
    if not is_installed(Kind.DYNOXIDE) and runs_here(Kind.DYNOXIDE):
        try:
            obtain(Kind.DYNOXIDE)
        except EngineError as error:
            print(f"{error}; using {Kind.MINISTACK}", file=sys.stderr, flush=True)
    if is_installed(Kind.DYNOXIDE):
        return Kind.DYNOXIDE
    obtain(Kind.MINISTACK)
    return Kind.MINISTACK


def _install_dynoxide() -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise EngineError("dynoxide needs npm, which is not on PATH")
    LOCAL.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=LOCAL, prefix="npm-") as folder:
        options = ("--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error")
        package = f"{DYNOXIDE_PACKAGE}@{DYNOXIDE_VERSION}"
        _run(Kind.DYNOXIDE, (npm, "install", "--prefix", folder, *options, package))
        modules = Path(folder) / "node_modules"
        _run(Kind.DYNOXIDE, (str(modules / DYNOXIDE_PACKAGE / "dynoxide"), "--version"))
        try:
            modules.rename(DYNOXIDE)
        except OSError as error:
            if not is_installed(Kind.DYNOXIDE):  # else another run was quicker
                raise EngineError(f"dynoxide could not be installed: {error}") from error


def _install_ministack() -> None:
    shutil.rmtree(MINISTACK, ignore_errors=True)
    _run(Kind.MINISTACK, (sys.executable, "-m", "venv", str(MINISTACK)))
    pip = (str(MINISTACK_PYTHON), "-m", "pip", "install", "--quiet")
    quiet = ("--disable-pip-version-check", "--no-input")
    _run(Kind.MINISTACK, (*pip, *quiet, f"ministack=={MINISTACK_VERSION}"))
    MINISTACK_STAMP.touch()


def _run(kind: Kind, command: Sequence[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise EngineError(f"{kind} could not be installed: {error}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        raise EngineError(f"{kind} could not be installed: {said[-1]}")


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
