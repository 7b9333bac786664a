"""The folder of files."""

import errno
import hashlib
import os
import stat
from pathlib import Path

import pytest

from rtserver.files.folder import FileFolder, link_or_copy, new_id
from rtserver.files.kinds import KINDS
from rtserver.files.source import Malformed
from tests.pictures import chunk, png

PNG = KINDS["image/png"]
ID = "f_" + "0" * 32


@pytest.fixture
def folder(tmp_path):
    made = FileFolder(tmp_path / "deep" / "files")
    made.make()
    return made


def test_a_file_has_its_name_once_it_is_cleaned_and_kept(folder):
    data = png(chunk(b"tEXt", b"secret"))
    folder.append(ID, data[:20])
    folder.append(ID, data[20:])

    cleaned = folder.clean(ID, PNG)
    assert not folder.place(ID).exists()
    folder.keep(ID)

    assert folder.place(ID).read_bytes() == png()
    assert cleaned == (len(png()), hashlib.sha256(png()).hexdigest())
    assert os.listdir(folder.path) == [ID]
    assert stat.S_IMODE(folder.place(ID).stat().st_mode) == 0o600


def test_nobody_else_may_look_into_the_folder(folder):
    folder.make()

    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700


def test_a_folder_that_can_not_be_written_is_noticed(tmp_path):
    (tmp_path / "file").touch()

    for path in (tmp_path / "file", tmp_path / "file" / "deep", Path("/proc")):
        with pytest.raises(OSError):
            FileFolder(path).try_out()
    FileFolder(tmp_path / "new").try_out()
    assert os.listdir(tmp_path / "new") == []


def test_of_what_is_refused_nothing_is_left_once_removed(folder):
    folder.append(ID, b"<html>")
    with pytest.raises(Malformed):
        folder.clean(ID, PNG)

    folder.remove([ID])
    folder.remove([ID])

    assert os.listdir(folder.path) == []


def test_ids_are_of_all_that_is_ours(folder):
    first, second = new_id(), new_id()
    folder.append(first, b"x")
    folder.place(second).touch()
    for other in ("README", "f_x", "lost+found", f"{first}.bak"):
        (folder.path / other).touch()

    assert folder.ids() == {first, second}
    assert folder.lacks([first, second, ID]) == [first, ID]


def test_a_file_gets_a_second_name_and_keeps_it(folder, tmp_path):
    source, target = folder.place(ID), tmp_path / "copy"
    source.write_bytes(b"x")

    link_or_copy(source, target)
    link_or_copy(source, target)

    assert target.samefile(source)
    with pytest.raises(FileNotFoundError):
        link_or_copy(folder.place("f_gone"), tmp_path / "other")


def no_second_names(source: Path, target: Path) -> None:
    raise OSError(errno.EPERM, "this disk has none")


def test_where_there_are_no_second_names_it_is_copied(folder, tmp_path, monkeypatch):
    source, target = folder.place(ID), tmp_path / "copy"
    source.write_bytes(b"x" * 100_000)

    monkeypatch.setattr(os, "link", no_second_names)
    link_or_copy(source, target)

    assert target.read_bytes() == source.read_bytes()
    assert not target.samefile(source)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
