"""The check of lessons' files."""

import asyncio

import pytest

from rtserver.checks.lesson_files import lesson_files
from rtserver.checks.outcome import CheckFailed, Skipped
from rtserver.files.folder import FileFolder, new_id
from store import file_uploads, files, lessons, users
from store.database import Database
from tests.school import settings_for
from tests.store.rows import TEN

ID, COMING = new_id(), new_id()


@pytest.fixture
def settings(tmp_path, database_url):
    return settings_for(tmp_path, database_url)


@pytest.fixture
def folder(settings):
    made = FileFolder(settings.files_dir)
    made.make()
    return made


def furnish(url):
    """Add a file, and one that is on its way."""

    def rows(tx):
        person = {"id": 1, "email": "a@b", "email_key": "a@b", "name": "A"}
        person |= {"role": "tutor", "locale": "en", "timezone": "UTC"}
        users.add(tx, {**person, "created_at": TEN})
        lessons.insert_with_id(tx, 3, title="x", starts_at=TEN, ends_at=TEN, at=TEN)
        file = {"id": ID, "lesson": 3, "user": 1, "purpose": "chat", "name": "a"}
        file |= {"type": "image/png", "bytes": 1, "sha256": "x", "created_at": TEN}
        files.insert(tx, file)
        file_uploads.reserve(tx, COMING, lesson_id=3, size=1, until=TEN)

    async def write():
        database = Database(url)
        await database.open()
        await database.write(rows)
        await database.close()

    asyncio.run(write())


def test_all_is_well_where_rows_and_bytes_are_the_same(settings, folder, database_url):
    furnish(database_url)
    folder.place(ID).touch()
    folder.append(COMING, b"x")

    assert lesson_files(settings).startswith("1 files in ")


def test_rows_without_bytes_and_bytes_without_a_row_are_found(
    settings, folder, database_url
):
    furnish(database_url)
    with pytest.raises(CheckFailed, match=ID):
        lesson_files(settings)
    folder.place(ID).touch()
    stray = new_id()
    folder.place(stray).touch()

    with pytest.raises(CheckFailed, match=stray):
        lesson_files(settings)
    assert folder.place(stray).exists()


def test_a_folder_that_isnt_there_yet_is_no_fault(settings):
    assert lesson_files(settings).startswith("0 files in ")


def test_a_folder_that_everybody_may_enter_is_one(settings, folder):
    folder.path.chmod(0o755)

    with pytest.raises(CheckFailed, match="chmod o="):
        lesson_files(settings)


def test_without_tables_nothing_is_said(tmp_path, empty_database_url):
    settings = settings_for(tmp_path, empty_database_url)
    if empty_database_url.startswith("sqlite"):
        assert lesson_files(settings).startswith("0 files in ")
    else:
        with pytest.raises(Skipped):
            lesson_files(settings)
