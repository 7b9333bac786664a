"""No file and no function grows beyond what one can hold in one's head."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (
    "rtserver",
    "handlers",
    "store",
    "bench",
    "deploy",
    "clients/python/rtserver_client",
    "tests",
)
MAX_IN_FILE = 300
MAX_IN_FUNCTION = 50


def test_no_file_passes_300_lines() -> None:
    long = {name: lines for name, lines, _ in sources(ROOT) if lines > MAX_IN_FILE}

    assert long == {}


def test_no_function_passes_50_lines() -> None:
    long = {
        f"{name}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for name, _, tree in sources(ROOT)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno >= MAX_IN_FUNCTION
    }

    assert long == {}


@cache
def sources(root: Path) -> list[tuple[str, int, ast.Module]]:
    """Return each module's name, number of lines and tree."""
    return list(_sources(root))


def _sources(root: Path) -> Iterator[tuple[str, int, ast.Module]]:
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            if "build" in path.relative_to(root).parts[:2]:
                continue  # bench/build: what the benches have installed
            text = path.read_text("utf-8")
            yield str(path.relative_to(root)), text.count("\n"), ast.parse(text)
