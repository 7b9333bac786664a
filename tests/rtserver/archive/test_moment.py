"""What an archive reads; what is in it is in handlers/test_archives."""

import json

import pytest

from rtserver.archive import moment
from rtserver.archive.chat_page import Reader
from rtserver.archive.moment import Wanted
from rtserver.archive.spool import Spool
from rtserver.errors import Forbidden, NotFound
from store import messages
from tests.lesson_school import (
    LESSON,
    OLENA,
    SOFIA,
    STRANGER,
    TEN,
    opened_with_lesson,
)
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


async def test_a_long_chat_is_read_in_pages(school, spool):
    count = moment.PAGE + 3
    drafts = [draft(LESSON, SOFIA.user_id, seq) for seq in range(1, count + 1)]
    await school.run(messages.insert_many, drafts)

    taken = await school.db.read(moment.take, OLENA, Wanted(LESSON, TEN, spool))

    told = json.loads(b"".join(spool.read(taken.chat)))
    assert [one["seq"] for one in told] == list(range(1, count + 1))
    page = b"".join(spool.read(taken.page)).decode()
    assert page.count("<article>") == count


async def test_only_a_tutor_takes_it_or_whoever_runs_the_server(school, spool):
    wanted = Wanted(LESSON, TEN, spool, Reader("uk", "UTC"))

    await school.db.read(moment.take, None, wanted)
    for who, error in ((SOFIA, Forbidden), (STRANGER, NotFound)):
        with pytest.raises(error):
            await school.db.read(moment.take, who, wanted)
    with pytest.raises(NotFound):
        await school.db.read(moment.take, None, wanted._replace(lesson_id=99))
