"""Who may import whom: the contracts in pyproject.toml, and rules by file name."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("rtserver", "handlers", "store")

# Only modules matching one of these patterns may import the library.
ALLOWED = {
    "tornado": (
        "rtserver.app",
        "rtserver.edge.http_body",
        "rtserver.edge.http_connection",
        "rtserver.edge.http_exchange",
        "rtserver.edge.http_head",
        "rtserver.edge.http_listener",
        "rtserver.edge.masking",
        "rtserver.edge.server",
        "rtserver.edge.upgrade",
        "handlers.*",
    ),
    "rtserver_client": (),  # the tests' way to the server, not a part of it
    "websockets": (),
    "redis": ("rtserver.redis.*", "rtserver.checks.redis"),
    "jinja2": ("rtserver.mail.*",),
    "aiosmtplib": ("rtserver.mail.*",),
    # Figures are kept as plain numbers, and read from there.
    "prometheus_client": ("rtserver.metrics.*", "rtserver.cli.top_scrape"),
    "peewee": ("store.*",),
    "playhouse": ("store.*",),
    "psycopg2": ("store.*",),
    "sqlite3": ("store.*",),
}


def test_import_linter_keeps_every_contract() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("library", ALLOWED)
def test_a_library_stays_in_its_modules(library: str) -> None:
    assert strays(ROOT, library, ALLOWED[library]) == []


def test_imports_are_absolute() -> None:
    relative = [
        name
        for name, tree in modules(ROOT)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]

    assert relative == []


@pytest.mark.parametrize(
    "line",
    ["import redis", "import redis.asyncio as r", "def f():\n from redis import x"],
)
def test_an_import_in_the_wrong_module_is_found(tmp_path: Path, line: str) -> None:
    for room in ("redis", "bus"):
        folder = tmp_path / "rtserver" / room
        folder.mkdir(parents=True)
        (folder / "link.py").write_text(line)

    assert strays(tmp_path, "redis", ALLOWED["redis"]) == ["rtserver.bus.link"]


def strays(root: Path, library: str, allowed: tuple[str, ...]) -> list[str]:
    """Return the modules that import a library and match no pattern."""
    return [
        name
        for name, tree in modules(root)
        if library in imported(tree)
        and not any(fnmatch(name, pattern) for pattern in allowed)
    ]


def modules(root: Path) -> Iterator[tuple[str, ast.Module]]:
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            dotted = ".".join(path.relative_to(root).with_suffix("").parts)
            yield dotted, ast.parse(path.read_text("utf-8"), str(path))


def imported(tree: ast.Module) -> set[str]:
    """Return the top-level names of what a module imports, wherever in it."""
    names = set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names
