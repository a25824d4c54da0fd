"""What a reader must hold in mind at once stays small, and layers point down."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted(
    path
    for folder in ("functions", "shared", "local", "bench")
    for path in (ROOT / folder).rglob("*.py")
)
HANDLERS = sorted((ROOT / "functions").rglob("*.py"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a module, methods and inner ones included."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function without its docstring."""
    first = function.body[0]
    text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if text else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def imports(path: Path) -> Iterator[str]:
    """The modules that a module imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_at_most_350_lines_of_functions_of_at_most_25(path: Path) -> None:
    long = {each.name: code_lines(each) for each in functions(path) if code_lines(each) > 25}

    assert len(path.read_text("utf-8").splitlines()) <= 350
    assert long == {}


@pytest.mark.parametrize("path", HANDLERS, ids=lambda path: path.stem)
def test_a_handler_is_at_most_40_lines_and_decides_nothing(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))

    assert len(path.read_text("utf-8").splitlines()) <= 40
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.If | ast.IfExp | ast.Match)]
    for name in imports(path):
        assert name.startswith(("counterfoil.api", "counterfoil.operations")), name


def test_the_package_knows_nothing_of_its_functions_or_of_this_machine() -> None:
    above = {path.name for path in (ROOT / "functions").iterdir()} | {"local", "tests", "bench"}

    for path in (ROOT / "shared").rglob("*.py"):
        assert not {name.partition(".")[0] for name in imports(path)} & above, path
