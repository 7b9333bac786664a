import json

import pytest

from rtserver.chat import notifier
from store import lessons, members
from tests.lesson_school import LESSON, OLENA, PETRO, SOFIA, TARAS
from tests.mail_school import opened_mail_school


@pytest.fixture
def school(io_loop, database_url, tmp_path):
    with opened_mail_school(io_loop, database_url, tmp_path) as school:
        yield school


async def test_each_message_is_told_to_the_others_once_and_in_order(school):
    for text in ("One", "Two"):
        await school.say(OLENA, text)
    await school.notify()
    await school.say(OLENA, "Three")
    await school.notify()

    told = [json.loads(record.data)["message_id"] for record in await school.of(SOFIA)]
    assert told == [1, 2, 3]
    assert await school.of(OLENA) == []


async def test_invited_people_are_not_told(school):
    await school.say(OLENA, "One")
    await school.notify()

    assert await school.of(TARAS) == []


async def test_who_joins_later_is_not_told_of_what_was_before(school):
    await school.say(OLENA, "One")
    member = await school.db.read(members.get, LESSON, SOFIA.user_id)
    await school.school.run(members.insert, _joined(member, PETRO), school.clock.now())
    await school.say(OLENA, "Two")
    await school.notify()

    assert [json.loads(one.data)["message_id"] for one in await school.of(PETRO)] == [2]


def _joined(member, person):
    from dataclasses import replace

    return replace(member, user_id=person.user_id, chat_from=10)


async def test_edits_and_deletions_tell_nobody(school):
    await school.say(OLENA, "One")
    await school.say(OLENA, "Two")
    await school.erase(1)
    await school.notify()
    await school.erase(2)
    await school.notify()

    assert [json.loads(one.data)["message_id"] for one in await school.of(SOFIA)] == [2]


async def test_a_backlog_is_worked_off_whatever_its_length(school):
    count = notifier.MOST_NOTICES + 50
    for number in range(count):
        await school.say(OLENA, str(number))

    await school.notify()

    told = [json.loads(one.data)["seq"] for one in await school.of(SOFIA)]
    assert len(told) == count and told == sorted(set(told))


async def test_a_new_process_finds_what_another_left_behind(school):
    await school.say(OLENA, "One")
    assert await school.db.read(lessons.unnotified, 10) == [LESSON]

    await school.notify()

    assert await school.db.read(lessons.unnotified, 10) == []
