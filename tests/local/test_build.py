from pathlib import Path

import pytest

from local import build
from local.errors import ToolError


def an_executable(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder that is the whole PATH, on a machine without pyenv in the home folder."""
    folder = tmp_path / "bin"
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("HOME", str(tmp_path))
    return folder


def test_a_shim_that_does_not_start_is_passed_over(only: Path, tmp_path: Path) -> None:
    an_executable(only / "python3.13", "echo 'pyenv: command not found' >&2; exit 127")
    real = an_executable(tmp_path / "3.13.0" / "bin" / "python3.13", "exit 0")
    answers = f'versions) printf "3.9.1\\n3.13.0\\n";; prefix) echo "{real.parents[1]}";;'
    an_executable(only / "pyenv", f'case "$1" in {answers} esac')

    assert build.find_python() == real


def test_a_python_on_path_is_taken_first(only: Path) -> None:
    found = an_executable(only / "python3.13", "exit 0")

    assert build.find_python() == found


@pytest.mark.parametrize("script", ["exit 1", "exit 127", "kill -9 $$"])
def test_without_a_python_that_starts_one_line_says_what_to_install(
    only: Path, script: str
) -> None:
    an_executable(only / "python3.13", script)

    with pytest.raises(ToolError, match=r"no Python 3\.13 that starts .* `pyenv install 3\.13`"):
        build.find_python()


def test_an_architecture_is_one_of_lambdas() -> None:
    with pytest.raises(ToolError, match="arm64 or x86_64, not 'mips'"):
        build.build("mips")
