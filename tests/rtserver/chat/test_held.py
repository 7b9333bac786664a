"""What students say where a tutor looks at it first."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from rtserver.chat.held import MAX_HELD
from rtserver.chat.posts import Held, Posted
from rtserver.errors import (
    Conflict,
    Forbidden,
    LimitExceeded,
)
from rtserver.views import HeldView, MessageView
from store import held_messages, lessons, members
from tests.lesson_school import (
    LESSON,
    OLENA,
    SOFIA,
    TARAS,
)
from tests.moderated_talk import START, Moderated


async def test_a_held_message_is_nowhere_but_with_its_author_and_the_tutors(
    talk: Moderated,
) -> None:
    answer = await talk.post("  May I? ", "c1")

    assert isinstance(answer, Held) and isinstance(answer.message, HeldView)
    assert (answer.message.text, answer.message.client_id) == ("May I?", "c1")
    assert await talk.waiting(OLENA) == await talk.waiting(SOFIA) == ["May I?"]
    assert await talk.history() == []
    assert await talk.db.read(lessons.chat_seqs, [LESSON]) == {LESSON: START}


async def test_tutors_write_as_ever(talk: Moderated) -> None:
    assert isinstance(await talk.post("Hello", actor=OLENA), Posted)


async def test_each_sees_their_own_and_tutors_all_a_page_at_a_time(
    talk: Moderated,
) -> None:
    member = await talk.db.read(members.get, LESSON, TARAS.user_id)
    await talk.hold("One", "Two")
    await talk.run(_accepted, member)
    await talk.post("Three", actor=TARAS)

    first = await talk.held.page(OLENA, LESSON, cursor=None, limit=2)
    rest = await talk.held.page(OLENA, LESSON, cursor=first.next, limit=2)

    assert [one.text for one in (*first.results, *rest.results)] == [
        *("One", "Two", "Three")
    ]
    assert rest.next is None
    assert await talk.waiting(SOFIA) == ["One", "Two"]
    assert await talk.waiting(TARAS) == ["Three"]


def _accepted(tx: Any, member: Any) -> None:
    members.update(tx, replace(member, state="accepted"))


async def test_approved_it_is_a_message_made_then(talk: Moderated) -> None:
    [id] = await talk.hold("May I?")
    talk.clock.advance(60)
    talk.events.clear()

    made = await talk.held.approve(OLENA, id)

    assert isinstance(made, MessageView)
    assert (made.text, made.author.id, made.seq) == ("May I?", 4, START + 1)
    assert (made.created_at, made.created_seq) == (talk.clock.now(), START + 1)
    assert await talk.history() == ["May I?"] and await talk.waiting() == []
    kept = await talk.db.read(held_messages.get, id)
    assert kept is not None and (kept.text, kept.message_id) == ("", made.id)
    told = [getattr(event, "type", event.kind) for event in talk.events[1:]]
    assert (talk.events[0].type, told) == ("chat.message.new", ["decided"])


async def test_the_same_id_again_gives_what_became_of_the_first(
    talk: Moderated,
) -> None:
    first = await talk.post("May I?", "c1")
    await talk.mode("tutors")
    waiting = await talk.post("May I?", "c1")
    with pytest.raises(Conflict):
        await talk.post("Other", "c1")
    made = await talk.held.approve(OLENA, first.message.held_id)
    posted = await talk.post("May I?", "c1")

    assert waiting == first
    assert (posted.message, posted.created) == (made, False)
    assert await talk.waiting() == []


async def test_two_of_one_id_at_once_are_held_once(talk: Moderated) -> None:
    answers = await asyncio.gather(*(talk.post("May I?", "c1") for _ in range(4)))

    assert len({answer.message.held_id for answer in answers}) == 1
    assert await talk.waiting() == ["May I?"]


async def test_what_is_held_stays_so_whatever_the_mode(talk: Moderated) -> None:
    await talk.hold("One")
    for mode in ("tutors", "open"):
        await talk.mode(mode)
        assert await talk.waiting() == ["One"]
    assert isinstance(await talk.post("Two"), Posted)
    await talk.mode("tutors")
    with pytest.raises(Forbidden):
        await talk.post("Three")


async def test_so_many_of_one_author_wait_in_a_lesson(talk: Moderated) -> None:
    ids = await talk.hold(*map(str, range(MAX_HELD)))

    with pytest.raises(LimitExceeded):
        await talk.post("One more", "c1")
    await talk.held.withdraw(SOFIA, ids[0])

    assert isinstance(await talk.post("One more", "c1"), Held)


async def test_tutors_are_notified_without_the_text_and_others_of_the_message(
    talk: Moderated,
) -> None:
    [id] = await talk.hold("May I?")

    [told] = await talk.mails.of(OLENA)
    data = json.loads(told.data)
    assert told.event == "chat.held" and "May I?" not in told.data
    assert data["author"] == {"id": SOFIA.user_id, "name": "Sofia"}
    assert (data["held_id"], data["lesson_id"]) == (id, LESSON)
    await talk.held.approve(OLENA, id)
    await talk.mails.notify()
    # The tutor who let it through knows of it.
    assert len(await talk.mails.of(OLENA)) == 1
    assert await talk.mails.of(SOFIA) == []
