"""The wheel holds the application, whole and alone."""

import shutil
import zipfile
from collections.abc import Iterator
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from tests.wheels import build_wheel

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("rtserver", "handlers", "store", "templates")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what a wheel is built from, since building leaves traces in the tree."""
    copy = tmp_path_factory.mktemp("wheel") / "copy"
    copy.mkdir()
    for name in ("setup.py", "pyproject.toml", "LICENSE", "MANIFEST.in"):
        shutil.copy(ROOT / name, copy)
    for name in (*FOLDERS, "tests"):
        shutil.copytree(ROOT / name, copy / name)
    return copy


@pytest.fixture(scope="module")
def wheel(copy: Path) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(build_wheel(copy)) as opened:
        yield opened


def test_top_level_names_are_the_four_folders(wheel: zipfile.ZipFile) -> None:
    tops = {name.partition("/")[0] for name in wheel.namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == set(FOLDERS)


@pytest.mark.parametrize("folder", ["rtserver", "handlers", "store"])
def test_every_module_is_in_the_wheel(wheel: zipfile.ZipFile, folder: str) -> None:
    found = {name for name in wheel.namelist() if name.startswith(f"{folder}/")}

    assert found >= files(folder, "*.py")


def test_every_template_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    assert set(wheel.namelist()) >= files("templates", "*")


def test_what_was_compiled_is_in_the_wheel_of_this_platform(
    wheel: zipfile.ZipFile, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"rtserver/edge/frames{EXTENSION_SUFFIXES[0]}"
    (copy / "made" / name).parent.mkdir(parents=True)
    (copy / "made" / name).touch()
    shutil.rmtree(copy / "out")
    monkeypatch.setenv("RTSERVER_COMPILED", "made")

    built = build_wheel(copy)

    assert name in zipfile.ZipFile(built).namelist()
    assert not built.name.endswith("-any.whl")
    assert str(wheel.filename).endswith("-any.whl")


def test_the_wheel_installs_the_command(wheel: zipfile.ZipFile) -> None:
    (name,) = (n for n in wheel.namelist() if n.endswith("/entry_points.txt"))

    assert b"rtserver = rtserver.cli.main:main" in wheel.read(name)


def test_the_packages_are_neighbours_in_one_folder() -> None:
    places = [import_module(name).__file__ for name in FOLDERS]

    assert {Path(place).parents[1] for place in places if place} == {ROOT}


def files(folder: str, pattern: str) -> set[str]:
    """Return the files of the checkout that belong into the wheel."""
    found = (ROOT / folder).rglob(pattern)
    return {
        path.relative_to(ROOT).as_posix()
        for path in found
        if path.is_file() and "__pycache__" not in path.parts
    }
