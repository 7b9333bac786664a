"""The Python client is a distribution of its own, without anything of the server."""

import ast
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

from tests.docs_examples import ROOT, page
from tests.test_layers import imported
from tests.wheels import build_wheel

FOLDER = ROOT / "clients" / "python"
MODULES = sorted((FOLDER / "rtserver_client").rglob("*.py"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """The client's wheel, built from its folder alone."""
    copy = tmp_path_factory.mktemp("client") / "python"
    traces = shutil.ignore_patterns("build", "*.egg-info", "__pycache__")
    shutil.copytree(FOLDER, copy, ignore=traces)
    with zipfile.ZipFile(build_wheel(copy)) as opened:
        yield opened


@pytest.fixture
def metadata(wheel: zipfile.ZipFile) -> Message:
    """What the wheel says of itself."""
    (name,) = (name for name in wheel.namelist() if name.endswith("/METADATA"))
    return Parser().parsestr(wheel.read(name).decode())


def test_wheel_holds_the_modules_and_no_others(wheel: zipfile.ZipFile) -> None:
    found = {name for name in wheel.namelist() if ".dist-info/" not in name}
    modules = {path.relative_to(FOLDER).as_posix() for path in MODULES}

    assert found == modules | {"rtserver_client/py.typed"}


def test_wheel_brings_the_licence(wheel: zipfile.ZipFile) -> None:
    (name,) = (name for name in wheel.namelist() if name.endswith("/LICENSE"))

    assert wheel.read(name).decode() == page("LICENSE")


def test_client_needs_websockets_alone_in_the_versions_that_are_tested(
    metadata: Message,
) -> None:
    [needed] = metadata.get_all("Requires-Dist", [])

    assert metadata["Name"] == "rtserver-client"
    assert sorted(needed.removeprefix("websockets").split(",")) == ["<18", ">=17.4"]
    assert '"websockets>=17.4,<18"' in page("setup.py")


def test_make_dist_puts_it_beside_the_servers() -> None:
    done = subprocess.run(
        ["make", "--dry-run", "dist"], cwd=ROOT, capture_output=True, text=True
    )

    builds = [line for line in done.stdout.splitlines() if "-m build" in line]
    servers, compiled, clients = (line.partition(" -m build ")[2] for line in builds)
    assert servers == "--sdist --outdir dist"
    assert compiled == "--wheel --no-isolation --outdir dist"
    assert clients == "--wheel --outdir dist clients/python"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_client_imports_the_standard_library_and_websockets_alone(path: Path) -> None:
    names = imported(ast.parse(path.read_text("utf-8")))

    assert names <= {*sys.stdlib_module_names, "websockets", "rtserver_client"}


def test_client_imports_nothing_relatively() -> None:
    relative = [
        node
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]

    assert relative == []
