"""Files that the documentation names are there."""

import re
from pathlib import Path

import pytest

from tests.docs_examples import ROOT

FOLDERS = "rtserver|handlers|store|templates|tests|bench|deploy|clients|docs|examples"
# A slash tells a file from a Python name, or from a file elsewhere.
NAMED = re.compile(rf"`((?:{FOLDERS})/[\w*./@-]*)`")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md"]
PAGES += [*sorted((ROOT / "docs").glob("*.md")), ROOT / "bench" / "README.md"]


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_every_file_that_is_named_is_there(file: Path) -> None:
    named = NAMED.findall(file.read_text("utf-8"))

    assert [path for path in named if not is_there(path)] == []


def is_there(path: str) -> bool:
    """Return whether a file or folder is there; modules are named without ``.py``."""
    if path.startswith("bench/build"):
        return True  # made by the benches
    if "*" in path:
        return any(ROOT.glob(path))
    return (ROOT / path).exists() or (ROOT / f"{path}.py").exists()


def test_a_file_that_is_gone_is_noticed() -> None:
    assert not is_there("rtserver/no_such_module")
    assert is_there("rtserver/delivery/hub") and is_there("deploy/")
