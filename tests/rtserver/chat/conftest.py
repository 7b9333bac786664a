"""A moderated chat."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from tests.mail_school import opened_mail_school
from tests.moderated_talk import Moderated


@pytest.fixture
def talk(
    io_loop: AsyncIOLoop, database_url: str, tmp_path: Path
) -> Iterator[Moderated]:
    with opened_mail_school(io_loop, database_url, tmp_path) as mails:
        talk = Moderated(mails)
        io_loop.run_sync(lambda: talk.mode("moderated"))
        yield talk
