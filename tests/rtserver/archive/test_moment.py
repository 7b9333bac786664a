"""What an archive reads; what is in it is in handlers/test_archives."""

import asyncio
import json
import threading

import pytest

from rtserver.archive import moment
from rtserver.archive.chat_page import Reader
from rtserver.archive.moment import ArchiveRequest
from rtserver.archive.spool import Spool
from rtserver.errors import Forbidden, NotFound
from store import messages
from store.long_reads import read_long
from store.transaction import Transaction
from tests.lesson_school import (
    LESSON,
    OLENA,
    SOFIA,
    STRANGER,
    TEN,
    opened_with_lesson,
)
from tests.school import until
from tests.store.rows import draft


@pytest.fixture
def school(io_loop, database_url):
    with opened_with_lesson(io_loop, database_url) as school:
        yield school


@pytest.fixture
def spool(tmp_path):
    made = Spool(tmp_path)
    yield made
    made.close()


async def test_a_long_chat_is_read_in_pages_of_one_moment(school, spool):
    drafts = [draft(LESSON, SOFIA.user_id, seq) for seq in range(1, 31)]
    await school.run(messages.insert_many, drafts[:-1])
    pages, go_on = Pages(), threading.Event()

    def take(tx):
        tx = Counted(tx.engine)
        steps = moment.take(tx, OLENA, ArchiveRequest(LESSON, TEN, spool), limit=4)
        while (taken := pages.next(tx, steps)) is None:
            yield
            go_on.wait(10)
        return taken

    reading = asyncio.create_task(read_long(school.db, take))
    await until(lambda: pages.sizes)
    await school.run(messages.insert_many, drafts[-1:])
    go_on.set()
    taken = await reading

    told = json.loads(b"".join(spool.read(taken.chat)))
    assert [one["seq"] for one in told] == list(range(1, 30))
    page = b"".join(spool.read(taken.page)).decode()
    assert page.count("<article>") == 29
    assert max(pages.sizes) == 4 and sum(pages.sizes) == 2 * 29


class Counted(Transaction):
    """A transaction that counts the messages which it reads."""

    messages = 0

    def rows(self, query):
        found = super().rows(query)
        self.messages += sum("client_id" in row for row in found)
        return found


class Pages:
    """The numbers of messages that each page of a reading asks the database for."""

    def __init__(self):
        self.sizes = []

    def next(self, tx, steps):
        """Read a page; return what the reading returns, if that was the last."""
        before, result = tx.messages, None
        try:
            next(steps)
        except StopIteration as end:
            result = end.value
        self.sizes.append(tx.messages - before)
        return result


async def test_only_a_tutor_takes_it_or_whoever_runs_the_server(school, spool):
    wanted = ArchiveRequest(LESSON, TEN, spool, Reader("uk", "UTC"))

    await read_long(school.db, moment.take, None, wanted)
    for who, error in ((SOFIA, Forbidden), (STRANGER, NotFound)):
        with pytest.raises(error):
            await read_long(school.db, moment.take, who, wanted)
    with pytest.raises(NotFound):
        await read_long(school.db, moment.take, None, wanted._replace(lesson_id=99))
