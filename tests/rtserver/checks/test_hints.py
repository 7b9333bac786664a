"""Hints name what helps."""

import errno
import os
import pwd

import pytest

from rtserver.checks import hints


def test_a_folder_that_cannot_be_written_is_told_with_what_helps(tmp_path):
    missing = tmp_path / "a b" / "data"
    ourselves = pwd.getpwuid(os.geteuid()).pw_name
    for code, folder, cure in (
        (errno.EACCES, tmp_path, f": chown -R {ourselves}: {tmp_path},"),
        (errno.EACCES, missing, f": mkdir -p '{missing}' && chown -R {ourselves}: '"),
        (errno.ENOSPC, tmp_path, "Make room there"),
        (errno.EROFS, tmp_path, "Mount it for writing"),
    ):
        assert cure in hints.folder(folder, OSError(code, ""))


@pytest.mark.parametrize("reason", ["database or disk is full", "disk I/O error"])
def test_a_database_on_a_full_disk_is_told_as_that(reason):
    assert "ake room on it" in hints.database(reason, "sqlite:///x.db")


@pytest.mark.parametrize(
    ("reason", "hint"),
    [
        ('database "a b" does not exist', "--owner=olena 'a b'"),
        ('role "olena" does not exist', "createuser --pwprompt olena"),
        ("permission denied for schema public", 'ALTER DATABASE "a b" OWNER TO olena;'),
        ("permission denied for table users", "REASSIGN OWNED BY that_user TO olena;"),
    ],
)
def test_a_hint_names_user_and_database_as_shell_and_sql_take_them(reason, hint):
    assert hint in hints.database(reason, "postgresql://olena:x@db/a%20b")
