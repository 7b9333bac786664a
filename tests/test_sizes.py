"""What one can hold in one's head: sizes, a name for each class, docstrings that say.

Tables, the payloads of commands and the shapes of the API documents have the names of
what they show, and so may be namesakes.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

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
PRODUCT = ("rtserver/", "handlers/", "store/")
NAMESAKES = (
    "store/models",
    "handlers/api_docs/socket_shapes.py",
    "handlers/payloads.py",
)

# An attribute, or a relative clause without what it belongs to. A handler begins with
# its address, which is what it is, and a command with its name.
_HEADLESS = re.compile(
    r"``(?!(GET |POST )?/|rtserver )"
    r"|(Who|Whom|Whose|What|Which|Where|When|How|Whether)\b"
)
_OTHER_BOUND = re.compile(r"_?(MOST|LONGEST|LARGEST|SHORTEST|LEAST|FEWEST)(_|$)")
_NO_RETURN = re.compile(
    r"(Who|Whom|Whose|What|Which|Where|When|How|Whether|Learn)\b"
    r"|(Tell|Give) (who|whom|whose|what|which|where|when|how|whether|if)\b"
)


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


def test_a_docstring_begins_with_what_the_class_or_module_is() -> None:
    assert list(_said(_HEADLESS, ast.ClassDef, ast.Module)) == []


def test_a_function_docstring_begins_with_what_it_does() -> None:
    assert list(_said(_NO_RETURN, ast.FunctionDef, ast.AsyncFunctionDef)) == []


def test_no_two_classes_share_a_name() -> None:
    names = Counter(
        node.name.lstrip("_")
        for name, tree in _product()
        if not name.startswith(NAMESAKES)
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    )

    assert {name for name, times in names.items() if times > 1} == set()


def test_bounds_are_called_max_and_min() -> None:
    others = {
        f"{name}: {node.id}"
        for name, tree in _product()
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and _OTHER_BOUND.match(node.id)
    }

    assert others == set()


@pytest.mark.parametrize(
    ("text", "headless"),
    [
        ("``seq`` is null.", True),
        ("Who asks.", True),
        ("``GET /client.js``", False),
        ("``/api/users/``", False),
        ("One who asks.", False),
        ("Whoever asks.", False),
    ],
)
def test_a_beginning_without_a_noun_is_noticed(text: str, headless: bool) -> None:
    assert bool(_HEADLESS.match(text)) == headless


def _said(pattern: re.Pattern[str], *kinds: type[ast.AST]) -> Iterator[str]:
    for name, tree in _product():
        for node in ast.walk(tree):
            if isinstance(node, kinds):
                text = ast.get_docstring(node) or ""  # type: ignore[arg-type]
                if pattern.match(text):
                    yield f"{name}: {text.splitlines()[0]}"


def _product() -> Iterator[tuple[str, ast.Module]]:
    for name, _, tree in sources(ROOT):
        if name.startswith(PRODUCT) and "/migrations/" not in name:
            yield name, tree


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
