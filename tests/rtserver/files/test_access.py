"""Who may see which file; the whole table is in handlers/test_files."""

import pytest

from rtserver.errors import Forbidden, NotFound
from rtserver.files import access
from store import files, messages
from tests.lesson_school import ADMIN, LESSON, OLENA, PLATFORM, SOFIA, STRANGER, TARAS


async def seen(school, who, file_id):
    return (await school.db.read(access.visible, who, file_id)).file.id


async def test_before_it_is_sent_a_file_is_its_owners_and_the_tutors(school):
    made = await school.upload()

    for who in (SOFIA, OLENA):
        assert await seen(school, who, made.id) == made.id
    with pytest.raises(NotFound):
        await seen(school, STRANGER, made.id)
    for who in (TARAS, ADMIN, PLATFORM):
        with pytest.raises(Forbidden):
            await seen(school, who, made.id)


async def test_a_sent_file_is_everybodys(school):
    made = await school.upload(who=OLENA)
    with pytest.raises(Forbidden):
        await seen(school, SOFIA, made.id)

    def send(tx):
        draft = {
            "lesson": LESSON,
            "author": OLENA.user_id,
            "seq": 1,
            "text": "",
            "created_at": school.clock.now(),
            "client_id": None,
            "sent_digest": None,
        }
        (id,) = messages.insert_many(tx, [draft])
        files.attach(tx, {made.id: id})

    await school.db.write(send)

    assert await seen(school, SOFIA, made.id) == made.id


async def test_only_tutors_see_all_of_a_list(sqlite):
    for who, all_of_them in ((OLENA, True), (SOFIA, False)):
        assert await sqlite.db.read(access.sees_all, who, LESSON) == all_of_them
    with pytest.raises(Forbidden):
        await sqlite.db.read(access.sees_all, TARAS, LESSON)
