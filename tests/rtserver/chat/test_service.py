"""The chat of a lesson: what its changes tell, and to whom."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from tornado.platform.asyncio import AsyncIOLoop

from rtserver.chat.service import TYPING_INTERVAL
from rtserver.delivery.messages import Publication
from rtserver.errors import Conflict, Forbidden, Invalid, NotFound
from rtserver.lessons.service import Lessons
from store import lessons
from tests.fakes import NoNotices
from tests.lesson_school import (
    ADMIN,
    LESSON,
    OLENA,
    SOFIA,
    STRANGER,
    TARAS,
    ask,
    body,
    chat_of,
    opened_with_lesson,
)

START = 9  # what the lesson's chat stands at
MAX = 100


class Talk:
    """A lesson's chat; ``told`` gathers what is published."""

    def __init__(self, school: Any) -> None:
        self.db, self.clock, self.run = school.db, school.clock, school.run
        self.told: list[Publication] = school.events
        self.chat = chat_of(school.db, school.clock, self.told.extend, max_length=MAX)

    async def say(self, *texts: str, actor: Any = OLENA) -> list[int]:
        posted = [await self.chat.post(actor, LESSON, text, None) for text in texts]
        self.told.clear()
        return [one.message.id for one in posted]

    def payloads(self) -> list[Any]:
        return [msgspec.json.decode(bytes(event.payload)) for event in self.told]


@pytest.fixture
def talk(io_loop: AsyncIOLoop, database_url: str) -> Iterator[Talk]:
    """A chat of Olena and Sofia; Taras is invited."""
    with opened_with_lesson(io_loop, database_url) as school:
        yield Talk(school)


async def test_a_change_is_told_to_all_members_as_it_is_answered(talk: Talk) -> None:
    [id] = await talk.say("Helo")
    talk.clock.advance(60)

    edited = await talk.chat.edit(OLENA, id, "  Hello ")
    await talk.chat.delete(OLENA, id)

    types = ["chat.message.edited", "chat.message.deleted"]
    assert [event.type for event in talk.told] == types
    assert {event.user_ids for event in talk.told} == {(OLENA.user_id, SOFIA.user_id)}
    assert msgspec.convert(talk.payloads()[0], type(edited)) == edited
    assert (edited.text, edited.seq, edited.created_seq) == ("Hello", 11, 10)


async def test_of_a_deleted_message_no_text_is_left(talk: Talk) -> None:
    [id] = await talk.say("Oops")
    await talk.chat.delete(OLENA, id)

    left = await talk.chat.get(SOFIA, id)

    assert (left.text, left.deleted) == ("", True)
    assert "Oops" not in str(talk.payloads())
    with pytest.raises(Conflict):
        await talk.chat.edit(OLENA, id, "again")


@pytest.mark.parametrize(
    ("actor", "error"), [(SOFIA, Forbidden), (TARAS, Forbidden), (STRANGER, NotFound)]
)
async def test_anothers_message_stays_as_it_is(
    talk: Talk, actor: Any, error: type[Exception]
) -> None:
    [id] = await talk.say("Mine")

    for attempt in (talk.chat.edit(actor, id, "Yours"), talk.chat.delete(actor, id)):
        with pytest.raises(error):
            await attempt
    assert (await talk.chat.get(OLENA, id)).text == "Mine"


async def test_a_tutor_deletes_anothers_message_and_is_named(talk: Talk) -> None:
    [id] = await talk.say("Mine", actor=SOFIA)

    await talk.chat.delete(OLENA, id)

    left = await talk.chat.get(SOFIA, id)
    assert (left.text, left.deleted, left.deleted_by) == ("", True, OLENA.user_id)
    [told] = talk.payloads()
    assert (told["deleted_by"], told["text"]) == (OLENA.user_id, "")


@pytest.mark.parametrize("mode", ["tutors", "moderated"])
async def test_where_students_may_not_speak_they_still_take_back_what_they_said(
    talk: Talk, mode: str
) -> None:
    [id] = await talk.say("Mine", actor=SOFIA)
    await talk.run(lessons.set_chat, LESSON, mode)

    with pytest.raises(Forbidden):
        await talk.chat.edit(SOFIA, id, "Other")
    await talk.chat.typing(SOFIA, LESSON)
    await talk.chat.delete(SOFIA, id)

    assert (await talk.chat.get(SOFIA, id)).deleted_by == SOFIA.user_id


async def test_pages_end_where_the_messages_do(talk: Talk) -> None:
    await talk.say("One", "Two", "Three", "Four")
    read = talk.chat.history

    first = await read(OLENA, LESSON, cursor=None, limit=2)
    last = await read(OLENA, LESSON, cursor=first.next, limit=2)

    pages = [[one.text for one in page.results] for page in (first, last)]
    assert pages == [["Four", "Three"], ["Two", "One"]]
    assert (first.seq, last.next) == (START + 4, None)


async def test_changes_go_on_behind_the_last_one_of_a_page(talk: Talk) -> None:
    await talk.say("One", "Two", "Three")

    page = await talk.chat.changes(OLENA, LESSON, since=START, limit=2)
    rest = await talk.chat.changes(OLENA, LESSON, since=page.seq, limit=2)

    assert [one.text for one in (*page.results, *rest.results)] == [
        *("One", "Two", "Three")
    ]
    assert (page.seq, rest.seq, rest.next) == (START + 2, START + 3, None)


async def test_typing_is_told_once_per_interval_and_lesson(talk: Talk) -> None:
    people = [ask(person, "tutor", state="accepted") for person in (OLENA, SOFIA)]
    made = Lessons(talk.db, talk.clock, NoNotices())
    other = (await made.create(ADMIN, body(*people))).id
    talk.told.clear()

    for lesson_id in (LESSON, LESSON, other):
        await talk.chat.typing(OLENA, lesson_id)
    talk.clock.advance(TYPING_INTERVAL)
    await talk.chat.typing(OLENA, LESSON)

    told = [payload["lesson_id"] for payload in talk.payloads()]
    assert told == [LESSON, other, LESSON]
    assert {event.user_ids for event in talk.told} == {(SOFIA.user_id,)}
    assert all(event.latest and not event.stream for event in talk.told)


async def test_a_read_mark_is_told_when_it_moves_and_not_to_who_moved_it(
    talk: Talk,
) -> None:
    await talk.say("One", "Two")
    mark = talk.chat.mark_read

    marks = [await mark(SOFIA, LESSON, seq, "c_1") for seq in (10, 10, 3, 99)]

    assert marks == [10, 10, 10, START + 2]
    assert [payload["seq"] for payload in talk.payloads()] == [10, 11]
    assert {event.sender for event in talk.told} == {"c_1"}
    history = await talk.chat.history(OLENA, LESSON, cursor=None, limit=9)
    assert history.reads == {SOFIA.user_id: START + 2}


async def test_what_is_unfit_changes_nothing(talk: Talk) -> None:
    [id] = await talk.say("One")

    for text in ("", " \n", "x" * (MAX + 1), "\0"):
        for attempt in (
            talk.chat.post(OLENA, LESSON, text, None),
            talk.chat.edit(OLENA, id, text),
        ):
            with pytest.raises(Invalid, match="text"):
                await attempt
    assert await talk.db.read(lessons.chat_seqs, [LESSON]) == {LESSON: START + 1}
    assert talk.told == []
