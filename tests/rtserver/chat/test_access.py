"""Which messages somebody may read and change; over HTTP: handlers/test_chat."""

import pytest

from rtserver.access.rights import Right
from rtserver.chat import access
from rtserver.errors import Conflict, Forbidden, NotFound
from store import messages
from tests.lesson_school import (
    LESSON,
    OLENA,
    SOFIA,
    STRANGER,
    TARAS,
    TEN,
    opened_with_lesson,
)
from tests.store.rows import draft

RIGHTS = (Right.WRITE_CHAT, Right.DELETE_ANY)


@pytest.fixture
def school(io_loop, database_url):
    with opened_with_lesson(io_loop, database_url) as school:
        yield school


async def said(school):
    """Have Sofia say something; give the message's id."""
    one = draft(LESSON, SOFIA.user_id, 1, created_at=TEN)
    [id] = await school.run(messages.insert_many, [one])
    return id


async def test_members_read_what_is_said(school):
    id = await said(school)

    assert (await school.db.read(access.visible, OLENA, id)).id == id
    assert (await school.db.read(access.readable, SOFIA, LESSON)).id == LESSON
    for who, error in ((STRANGER, NotFound), (TARAS, Forbidden)):
        with pytest.raises(error):
            await school.db.read(access.visible, who, id)
    with pytest.raises(NotFound):
        await school.db.read(access.visible, OLENA, id + 1)


async def test_the_author_changes_a_message_and_others_by_their_right(school):
    id = await said(school)

    for who in (SOFIA, OLENA):
        found = await school.db.read(access.changeable, who, id, *RIGHTS)
        assert found.id == id
    with pytest.raises(Forbidden):
        await school.db.read(access.changeable, OLENA, id, Right.SAY)
    await school.run(messages.set_deleted, id, seq=2)
    with pytest.raises(Conflict):
        await school.db.read(access.changeable, SOFIA, id, *RIGHTS)
