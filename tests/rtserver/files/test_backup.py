"""Files in a backup, and back from it."""

import os
import sqlite3
from pathlib import Path

import pytest

from rtserver.files.backup import FileBackup
from rtserver.files.folder import FileFolder, new_id
from store import backup, files, users
from store.engine import open_engine
from store.models_files import File
from store.transaction import Transaction
from tests.lesson_school import TEN
from tests.store import marked
from tests.store.rows import add_lesson, add_user


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


def know(database, id):
    """Let a school's database know this file alone."""
    engine = open_engine(f"sqlite:///{database}", pool_size=1)
    with engine.connection_context(), engine.atomic():
        tx = Transaction(engine)
        if not users.get(tx, 1):
            add_user(tx, 1)
            add_lesson(tx, 1)
        tx.write(File.delete())
        what = {"purpose": "board", "name": "a", "type": "image/png"}
        whose = {"id": id, "lesson": 1, "user": 1, "created_at": TEN}
        files.insert(tx, what | whose | {"bytes": 1, "sha256": "x"})
    engine.close_all()


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


# As on another disk, where each file is copied.
BACKUP = """
import os
from pathlib import Path
from rtserver.files.backup import FileBackup
from rtserver.files.folder import FileFolder
from store import backup
def refuse(*args):
    raise OSError
os.link = refuse
file = Path({file!r})
made = FileBackup(FileFolder(Path({folder!r})), file)
made.begin()
backup.write(Path({database!r}), file, made.complete)
made.end()
"""


@pytest.mark.long
def test_kill_9_midway_leaves_a_backup_with_its_files(folder, file, tmp_path):
    (tmp_path / "school").mkdir()
    database, step = marked.make(tmp_path / "school" / "rtserver.db"), 1
    there = FileBackup(folder, file).there
    names = {"file": file, "folder": folder.path, "database": database}
    call = BACKUP.format(**{name: str(path) for name, path in names.items()})
    (old,) = add(folder, b"1")
    content = {old: b"1"}
    know(database, old)
    assert not marked.killed_at(0, tmp_path, call)
    folder.remove([old])
    (new,) = add(folder, b"22")
    content[new] = b"22"
    know(database, new)

    while marked.killed_at(step, tmp_path, call):
        ids = backup.file_ids(file)
        assert ids in ({old}, {new})
        assert all(there.place(id).read_bytes() == content[id] for id in ids)
        step += 2

    assert step > 5
    assert backup.file_ids(file) == there.ids() == {new}
    assert os.listdir(there.path) == [new]
