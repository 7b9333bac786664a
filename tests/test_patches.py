"""Nothing of our own is patched in tests: what they vary is handed to a constructor."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent
OURS = ("rtserver", "handlers", "store", "templates", "rtserver_client", "tests")
PATCHING = ("monkeypatch.setattr", "mock.patch", "mock.patch.object")


def test_no_test_patches_our_own_code() -> None:
    patched = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted(ROOT.rglob("*.py"))
        for line in patches(ast.parse(path.read_text("utf-8")))
    }

    assert patched == set()


@pytest.mark.parametrize(
    "patch",
    [
        "from store import messages\nmonkeypatch.setattr(messages, 'told', None)",
        "import store\nmonkeypatch.setattr(store.messages, 'told', None)",
        "monkeypatch.setattr('store.messages.told', None)",
        "monkeypatch.setattr(school.db, 'read', None)",
        "from unittest import mock\nmock.patch('store.messages.told')",
    ],
)
def test_a_patch_is_noticed(patch: str) -> None:
    assert len(list(patches(ast.parse(patch)))) == 1


def test_what_is_pythons_may_be_patched() -> None:
    tree = ast.parse("import sys\nmonkeypatch.setattr(sys, 'stdin', None)")

    assert list(patches(tree)) == []


def patches(tree: ast.Module) -> Iterator[int]:
    """Yield the lines that replace an attribute of what isn't somebody else's."""
    foreign = set(_foreign(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in PATCHING:
            target = ast.unparse(node.args[0]).strip("'\"")
            if target.partition(".")[0] not in foreign:
                yield node.lineno


def _foreign(tree: ast.Module) -> Iterator[str]:
    """Yield the names under which a module imports what isn't ours."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if not alias.name.startswith(OURS):
                    yield alias.asname or alias.name.partition(".")[0]
        elif isinstance(node, ast.ImportFrom) and not str(node.module).startswith(OURS):
            yield from (alias.asname or alias.name for alias in node.names)
