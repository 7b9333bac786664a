"""A lesson with files, in a real database and a real folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from rtserver.files.folder import FileFolder
from rtserver.files.removal import FileRemoval
from rtserver.files.service import Files
from rtserver.files.upload import UploadRequest
from rtserver.files.uploads import Uploads
from rtserver.metrics.registry import Metrics
from rtserver.settings.files import FilesSettings
from tests import lesson_school
from tests.lesson_school import LESSON, SOFIA
from tests.pictures import chunk, png


class FileSchool:
    """Sofia's lesson: uploads of hers and what becomes of them."""

    def __init__(self, school: Any, folder: FileFolder) -> None:
        self.school, self.folder = school, folder
        self.db, self.clock = school.db, school.clock
        self.settings = FilesSettings()
        self.uploads = self.process()
        self.removal = FileRemoval(self.db, self.clock, folder, alone=True)
        self.files = Files(self.db, self.removal, lambda *_: None)

    def process(self, db: Any = None, **limits: int) -> Uploads:
        """Return the uploads of a process; without a database, of this one."""
        settings = FilesSettings(**limits) if limits else self.settings
        return Uploads(db or self.db, self.clock, self.folder, settings, Metrics())

    async def upload(self, number: int = 0, who: Any = SOFIA, **asked: Any) -> Any:
        """Upload a picture that is like no other; give its view."""
        data = png(chunk(b"pHYs", number.to_bytes(9, "big")))
        upload = await self.uploads.begin(who, request(len(data), **asked))
        await upload.write(data)
        return (await upload.finish()).file


def request(length: int | None, **asked: Any) -> UploadRequest:
    plain = {"lesson_id": LESSON, "purpose": "chat", "name": "a", "type": "image/png"}
    return UploadRequest(**(plain | asked), length=length)


@contextmanager
def opened(
    io_loop: Any, url: str, tmp_path: Any, **limits: int
) -> Iterator[FileSchool]:
    with lesson_school.opened_with_lesson(io_loop, url) as school:
        folder = FileFolder(tmp_path / "files")
        folder.make()
        yield FileSchool(school, folder)


@pytest.fixture
def school(io_loop, database_url, tmp_path) -> Iterator[FileSchool]:
    with opened(io_loop, database_url, tmp_path) as school:
        yield school


@pytest.fixture
def sqlite(io_loop, migrated_sqlite_url, tmp_path) -> Iterator[FileSchool]:
    """The same, where the database makes no difference."""
    with opened(io_loop, migrated_sqlite_url, tmp_path) as school:
        yield school
