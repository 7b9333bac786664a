"""Archives on their way; what is in them is in handlers/test_archives."""

import os
import stat
import zipfile

import pytest

from rtserver.archive.chat_page import Reader
from rtserver.archive.service import AT_ONCE_OF_ONE, Archives
from rtserver.errors import Forbidden, NotFound, RateLimited
from rtserver.files.folder import FileFolder
from tests.lesson_school import LESSON, OLENA, SOFIA, opened_with_lesson

READER = Reader("en", "UTC")


@pytest.fixture
def archives(io_loop, migrated_sqlite_url, tmp_path):
    with opened_with_lesson(io_loop, migrated_sqlite_url) as school:
        folder = FileFolder(tmp_path / "files")
        yield Archives(school.db, school.clock, folder, lambda: "https://x")


async def test_it_is_written_into_a_new_file_of_ones_own(archives, tmp_path):
    file = tmp_path / "a.zip"

    size = await archives.write(LESSON, file, READER)

    assert size == file.stat().st_size
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert zipfile.ZipFile(file).testzip() is None
    with pytest.raises(FileExistsError):
        await archives.write(LESSON, file, READER)
    assert os.listdir(tmp_path / "files") == []


async def test_of_what_is_not_there_nothing_is_written(archives, tmp_path):
    with pytest.raises(NotFound):
        await archives.write(99, tmp_path / "a.zip", READER)

    assert not (tmp_path / "a.zip").exists()


async def test_it_is_for_the_lessons_tutors(archives):
    await archives.authorize(OLENA, LESSON)
    with pytest.raises(Forbidden):
        await archives.authorize(SOFIA, LESSON)


async def test_it_comes_in_pieces_until_there_is_nothing_more(archives):
    archive = await archives.open(OLENA, LESSON)

    pieces = [archive.read()]
    while pieces[-1]:
        pieces.append(archive.read())
    archive.close()

    assert b"".join(pieces).startswith(b"PK\3\4")


async def test_of_one_user_few_are_under_way_at_once(archives, tmp_path):
    for _ in range(AT_ONCE_OF_ONE + 1):
        with pytest.raises(NotFound):
            await archives.open(OLENA, 99)
    begun = [await archives.open(OLENA, LESSON) for _ in range(AT_ONCE_OF_ONE)]

    with pytest.raises(RateLimited, match="4 archives"):
        await archives.open(OLENA, LESSON)
    await archives.write(LESSON, tmp_path / "a.zip", READER)
    begun.pop().close()
    begun.append(await archives.open(OLENA, LESSON))

    for archive in begun:
        archive.close()
