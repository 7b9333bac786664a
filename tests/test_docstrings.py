"""Classes say what they are, each under a name of its own; functions what they return.

Tables, the payloads of commands and the shapes of the API documents have the names
of what they show.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("rtserver", "handlers", "store")
NAMESAKES = (
    "store/models",
    "handlers/api_docs/socket_shapes.py",
    "handlers/payloads.py",
)

# An attribute, or a relative clause without what it belongs to. A handler begins with
# its address, which is what it is.
_HEADLESS = re.compile(
    r"``(?!(GET |POST )?/)|(Who|Whom|Whose|What|Which|Where|When|How|Whether)\b"
)
_NO_RETURN = re.compile(
    r"(Who|Whom|Whose|What|Which|Where|When|How|Whether|Learn)\b"
    r"|(Tell|Give) (who|whom|whose|what|which|where|when|how|whether|if)\b"
)


def test_a_class_docstring_begins_with_what_the_class_is() -> None:
    assert list(_said(_HEADLESS, ast.ClassDef)) == []


def test_a_function_docstring_begins_with_what_it_does() -> None:
    assert list(_said(_NO_RETURN, ast.FunctionDef, ast.AsyncFunctionDef)) == []


def test_no_two_classes_share_a_name() -> None:
    names = Counter(
        node.name.lstrip("_")
        for name, tree in _modules()
        if not name.startswith(NAMESAKES)
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    )

    assert {name for name, times in names.items() if times > 1} == set()


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
    for name, tree in _modules():
        for node in ast.walk(tree):
            if isinstance(node, kinds):
                text = ast.get_docstring(node) or ""  # type: ignore[arg-type]
                if pattern.match(text):
                    yield f"{name}:{node.lineno} {text.splitlines()[0]}"


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if "/migrations/" not in name:
                yield name, ast.parse(path.read_text("utf-8"))
