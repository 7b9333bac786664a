"""Files in a backup, and back from it."""

import os
import sqlite3
from pathlib import Path

import pytest

from rtserver.files.backup import FileBackup
from rtserver.files.folder import FileFolder, new_id
from tests.lesson_school import TEN


@pytest.fixture
def folder(tmp_path):
    made = FileFolder(tmp_path / "files")
    made.make()
    return made


@pytest.fixture
def file(tmp_path):
    return tmp_path / "school.db"


def add(folder, *data):
    ids = [new_id() for _ in data]
    for id, some in zip(ids, data, strict=True):
        folder.place(id).write_bytes(some)
    return ids


def rows(path, ids):
    """Make a database that knows these files."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE files (id TEXT, deleted BOOLEAN)")
    connection.executemany("INSERT INTO files VALUES (?, 0)", [(id,) for id in ids])
    connection.commit()
    connection.close()


def back_up(folder, file, ids, meanwhile=lambda: None):
    backup = FileBackup(folder, file)
    backup.begin()
    meanwhile()
    rows(file, ids)
    backup.complete(file)
    backup.end()
    return backup


def test_a_backup_has_the_files_of_its_rows_and_no_others(folder, file):
    one, other, stray = add(folder, b"1", b"2", b"3")

    backup = back_up(folder, file, [one, other])

    assert backup.there.path == file.with_name("school.db.files")
    assert backup.there.ids() == {one, other} == backup.kept
    assert backup.there.place(one).samefile(folder.place(one))
    assert folder.ids() == {one, other, stray}


def test_what_is_added_and_deleted_meanwhile_is_there(folder, file):
    (gone,) = add(folder, b"1")
    new = new_id()

    def meanwhile():
        folder.remove([gone])
        folder.place(new).write_bytes(b"2")

    backup = back_up(folder, file, [gone, new], meanwhile)

    assert backup.there.ids() == {gone, new}
    assert backup.missing == set()


def test_the_next_backup_drops_what_is_no_more(folder, file):
    one, other = add(folder, b"1", b"2")
    back_up(folder, file, [one, other])
    folder.remove([one])

    assert back_up(folder, file, [other]).there.ids() == {other}


def test_a_backup_that_failed_leaves_nothing_new(folder, file):
    add(folder, b"1")
    backup = FileBackup(folder, file)
    backup.begin()

    backup.give_up()

    assert not backup.there.path.exists()


def test_a_restore_brings_back_and_sets_aside(folder, file):
    kept, gone, lost = add(folder, b"1", b"2", b"3")
    back_up(folder, file, [kept, gone])
    rows(file, [kept, gone, lost])
    folder.remove([gone, lost])
    (newer,) = add(folder, b"4")

    backup = FileBackup(folder, file)
    backup.bring_back(file, TEN)

    assert folder.ids() == {kept, gone, newer}
    assert (backup.kept, backup.missing) == ({kept, gone}, {lost})
    assert backup.aside is not None and backup.aside.ids() == {newer}
    assert backup.aside.path.name == "files.before-restore-20261201T100000Z"


def test_an_old_backup_has_no_files(folder, file, tmp_path):
    sqlite3.connect(file).close()

    backup = FileBackup(FileFolder(tmp_path / "new"), file)
    backup.bring_back(file, TEN)

    assert backup.kept == backup.missing == set()
    assert os.listdir(tmp_path / "new") == []


def test_on_another_disk_later_backups_share_with_earlier_ones(file, tmp_path):
    elsewhere = FileFolder(Path("/proc"))  # whose files get no second names

    first = back_up(elsewhere, file, ["version"]).there.place("version")
    second = back_up(elsewhere, tmp_path / "b.db", ["version"]).there.place("version")

    assert first.read_bytes() == Path("/proc/version").read_bytes()
    assert second.samefile(first)
