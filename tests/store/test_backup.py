"""A backup is one moment of the database, in one file, or it isn't there."""

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from store import backup
from store.backup import BackupError
from tests.store.marked import add, killed_at, leave_log, make, marks


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database with the mark "first", in a folder of its own."""
    (tmp_path / "data").mkdir()
    return make(tmp_path / "data" / "rtserver.db", "first")


def test_backup_holds_what_only_the_log_has(database: Path, tmp_path: Path) -> None:
    leave_log(database, "second")

    size = backup.write(database, tmp_path / "b.db")

    assert marks(tmp_path / "b.db") == ["first", "second"]
    assert size == (tmp_path / "b.db").stat().st_size


def test_backup_is_one_file_for_its_owner_alone(database: Path, tmp_path: Path) -> None:
    backup.write(database, tmp_path / "b.db")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.db", "data"]
    assert stat.S_IMODE((tmp_path / "b.db").stat().st_mode) == 0o600


def test_backup_is_read_where_nothing_can_be_written(
    database: Path, tmp_path: Path
) -> None:
    backup.write(database, tmp_path / "b.db")
    uri = f"{(tmp_path / 'b.db').as_uri()}?immutable=1"

    with closing(sqlite3.connect(uri, uri=True)) as connection:
        assert connection.execute("SELECT count(*) FROM users").fetchone() == (0,)


def test_what_is_not_committed_is_not_in_it_and_nobody_waits(
    database: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(database, timeout=0)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO facts VALUES ('mark open', '')")
        backup.write(database, tmp_path / "b.db")
        writer.execute("COMMIT")

    assert marks(tmp_path / "b.db") == ["first"]
    assert marks(database) == ["first", "open"]


def test_a_backup_replaces_an_earlier_one(database: Path, tmp_path: Path) -> None:
    backup.write(database, tmp_path / "b.db")
    add(database, "second")

    backup.write(database, tmp_path / "b.db")

    assert marks(tmp_path / "b.db") == ["first", "second"]


def test_an_empty_file_is_replaced(database: Path, tmp_path: Path) -> None:
    (tmp_path / "b.db").touch()

    backup.write(database, tmp_path / "b.db")

    assert marks(tmp_path / "b.db") == ["first"]


@pytest.mark.parametrize("kind", ["text", "database", "link"])
def test_nothing_but_a_backup_is_replaced(
    database: Path, tmp_path: Path, kind: str
) -> None:
    target = tmp_path / "b.db"
    if kind == "text":
        target.write_text("my thesis")
    elif kind == "database":
        make(target, "another's")
    else:
        target.symlink_to(database)
    before = target.read_bytes()

    with pytest.raises(BackupError, match="is no backup"):
        backup.write(database, target)

    assert target.read_bytes() == before


def test_a_database_in_use_is_no_backup_even_without_a_log(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")

    with pytest.raises(BackupError, match="is no backup"):
        backup.write(database, database)


def test_a_missing_database_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="nothing to back up"):
        backup.write(tmp_path / "rtserver.db", tmp_path / "b.db")

    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(database: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="There is no folder"):
        backup.write(database, tmp_path / "nowhere" / "b.db")


def test_a_damaged_database_does_not_replace_a_good_backup(
    database: Path, tmp_path: Path
) -> None:
    target = tmp_path / "b.db"
    backup.write(database, target)
    spoil(database)

    with pytest.raises(BackupError, match=r"data/rtserver\.db (is|can't)"):
        backup.write(database, target)

    assert marks(target) == ["first"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.db", "data"]


def spoil(path: Path) -> None:
    """Overwrite every page but the first."""
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))


@pytest.mark.long
def test_kill_9_at_any_step_leaves_the_earlier_backup_or_the_new_one(
    database: Path, tmp_path: Path
) -> None:
    target, step = tmp_path / "b.db", 1
    backup.write(database, target)
    add(database, "second")
    call = f"from store import backup; from pathlib import Path; backup.write(\
Path({str(database)!r}), Path({str(target)!r}))"

    while killed_at(step, tmp_path, call):
        assert marks(target) in (["first"], ["first", "second"])
        step += 1

    assert step > 5
    assert marks(target) == ["first", "second"]


def test_what_a_killed_backup_left_is_removed_a_day_later(
    database: Path, tmp_path: Path
) -> None:
    old, new = (tmp_path / f".b.db.{name}.part" for name in ("old", "new"))
    for left in (old, new):
        left.touch()
    os.utime(old, (0, 0))

    backup.write(database, tmp_path / "b.db")

    assert (old.exists(), new.exists()) == (False, True)
