"""A restore puts the whole backup in the database's place, or changes nothing."""

import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store import backup
from store.backup import BackupError
from store.restore import restore
from tests.store.marked import epoch, killed_at, leave_log, make, marks
from tests.store.test_backup import spoil

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ASIDE = "rtserver.db.before-restore-20261123T100000Z"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database with the mark "first"; the mark "second" is in its log alone."""
    (tmp_path / "data").mkdir()
    path = make(tmp_path / "data" / "rtserver.db", "first")
    backup.write(path, tmp_path / "b.db")
    leave_log(path, "second")
    return path


@pytest.fixture
def saved(database: Path, tmp_path: Path) -> Path:
    """A backup of that database, which has the mark "first"."""
    return tmp_path / "b.db"


def restored_aside(saved: Path, database: Path) -> Path:
    """Restore; give where that is which was there."""
    aside = restore(saved, database, NOW).aside
    assert aside is not None
    return aside


def test_restored_database_is_the_backup_with_a_new_epoch(
    database: Path, saved: Path
) -> None:
    restored = restore(saved, database, NOW)

    assert marks(database) == ["first"]
    assert epoch(database) == restored.epoch != epoch(saved)
    assert stat.S_IMODE(database.stat().st_mode) == 0o600


def test_what_was_there_is_set_aside_whole(database: Path, saved: Path) -> None:
    aside = restored_aside(saved, database)

    assert aside == database.with_name(ASIDE)
    assert marks(aside) == ["first", "second"]


def test_a_restore_is_undone_by_restoring_what_was_set_aside(
    database: Path, saved: Path
) -> None:
    aside = restored_aside(saved, database)

    again = restore(aside, database, NOW)

    assert marks(database) == ["first", "second"]
    assert again.aside == database.with_name(f"{ASIDE}-2")


def test_a_database_can_be_restored_where_none_was(saved: Path, tmp_path: Path) -> None:
    database = tmp_path / "new.db"

    assert restore(saved, database, NOW).aside is None
    assert marks(database) == ["first"]


def test_the_log_of_a_database_that_was_deleted_is_not_taken_for_its_own(
    database: Path, saved: Path
) -> None:
    database.unlink()

    restore(saved, database, NOW)

    assert marks(database) == ["first"]


def test_a_damaged_database_is_set_aside_as_it_is(database: Path, saved: Path) -> None:
    files = [database, Path(f"{database}-wal")]
    for file in files:
        file.write_bytes(os.urandom(9000))
    before = [file.read_bytes() for file in files]

    aside = restored_aside(saved, database)

    assert marks(database) == ["first"]
    assert [aside.read_bytes(), Path(f"{aside}-wal").read_bytes()] == before


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name)")


def newer(path: Path) -> None:
    make(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO schema_migrations (name, applied) VALUES ('9999_x', '2030')"
        )


def dangling(path: Path) -> None:
    make(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO logins (id, user_id, created_at) VALUES ('x', 99, '2030')"
        )


def damaged(path: Path) -> None:
    backup.write(make(path.with_name("sound.db"), "x"), path)
    spoil(path)


@pytest.mark.parametrize(
    ("make_wrong", "told"),
    [
        (lambda path: None, "isn't there"),
        (lambda path: path.mkdir(), "is no file"),
        (lambda path: path.write_text("my thesis"), "is no backup of rtserver"),
        (lambda path: path.touch(), "no database of rtserver"),
        (foreign, "no database of rtserver"),
        (newer, "newer than this program"),
        (dangling, "is damaged"),
        (damaged, r"w\.db (is|can't)"),
    ],
)
def test_a_wrong_backup_is_refused_and_changes_nothing(
    database: Path, tmp_path: Path, make_wrong: Callable[[Path], object], told: str
) -> None:
    make_wrong(tmp_path / "w.db")
    before = {path: path.read_bytes() for path in database.parent.iterdir()}

    with pytest.raises(BackupError, match=told):
        restore(tmp_path / "w.db", database, NOW)

    assert {path: path.read_bytes() for path in database.parent.iterdir()} == before


def test_an_older_backup_tells_what_it_lacks(database: Path, saved: Path) -> None:
    with closing(sqlite3.connect(saved)) as connection, connection:
        connection.execute("DELETE FROM schema_migrations WHERE name LIKE '0003%'")

    assert restore(saved, database, NOW).pending == ["0003_notifications"]


def test_a_database_that_a_program_has_open_is_not_replaced(
    database: Path, saved: Path
) -> None:
    with closing(sqlite3.connect(database)) as other:
        other.execute("SELECT * FROM facts").fetchall()

        with pytest.raises(BackupError, match="Another program"):
            restore(saved, database, NOW, patience=0.05)

        other.execute("INSERT INTO facts VALUES ('mark third', '')")
        other.commit()
    assert marks(database) == ["first", "second", "third"]


@pytest.mark.long
def test_kill_9_at_any_step_leaves_the_old_database_or_the_restored_one(
    database: Path, saved: Path, tmp_path: Path
) -> None:
    call = f"from store.restore import *; restore(Path({str(saved)!r}),\
Path({str(database)!r}), datetime(2026, 11, 23))"
    before = {path: path.read_bytes() for path in database.parent.iterdir()}
    step = 1

    while killed_at(step, tmp_path, call):
        assert stands_whole(database, saved)
        for path in database.parent.iterdir():
            path.unlink()
        for path, content in before.items():
            path.write_bytes(content)
        step += 1

    assert step > 10
    assert marks(database) == ["first"]


def stands_whole(database: Path, saved: Path) -> bool:
    """Return whether the old database or the restored one is there, none lost."""
    if marks(database) == ["first", "second"]:
        return True
    (aside,) = database.parent.glob("*Z")
    return (
        marks(database) == ["first"]
        and epoch(database) != epoch(saved)
        and marks(aside) == ["first", "second"]
    )


def test_what_a_killed_restore_left_is_removed_by_the_next(
    database: Path, saved: Path
) -> None:
    left = database.with_name(".rtserver.db.left.part")
    left.touch()

    restore(saved, database, NOW)

    assert not left.exists()


def test_what_root_restores_is_the_owners(database: Path, saved: Path) -> None:
    owner = 65534 if os.geteuid() == 0 else os.geteuid()
    os.chown(database, owner, -1)

    restore(saved, database, NOW)

    assert database.stat().st_uid == owner


def test_links_to_choose_a_password_by_are_ended(database: Path, saved: Path) -> None:
    with closing(sqlite3.connect(saved)) as connection, connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute(
            "INSERT INTO users (id, email, email_key, name, role, locale, timezone,"
            " is_active, notification_seq, created_at)"
            " VALUES (1, 'a@b', 'a@b', 'A', 'tutor', 'en', 'UTC', 1, 0, 0)"
        )
        connection.execute("INSERT INTO password_links VALUES ('d', 1, NULL, 0, 9)")

    restore(saved, database, NOW)

    with closing(sqlite3.connect(database)) as connection:
        count = connection.execute("SELECT COUNT(*) FROM password_links").fetchone()
    assert count == (0,)


def test_a_backup_from_before_there_were_links_is_restored(
    database: Path, saved: Path
) -> None:
    with closing(sqlite3.connect(saved)) as connection, connection:
        connection.execute("DROP TABLE password_links")
        connection.execute("DELETE FROM schema_migrations WHERE name >= '0008'")

    restored = restore(saved, database, NOW)

    assert "0008_password_links" in restored.pending
