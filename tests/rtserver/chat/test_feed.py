"""The chats of a user, opened at one moment."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from tornado.platform.asyncio import AsyncIOLoop

from rtserver.access.actor import Actor
from rtserver.chat.events import size_of
from rtserver.chat.feed import ChatFeed
from rtserver.delivery.channels import parse
from rtserver.delivery.replay import ReplayLimits
from rtserver.delivery.subscriptions import SubscribeRequest, SubscribeResult
from rtserver.errors import BadRequest, Forbidden
from rtserver.lessons.service import Lessons
from tests.fakes import NoNotices
from tests.lesson_school import ADMIN, LESSON, OLENA, SOFIA, ask, body, chat_of
from tests.lesson_school import opened_with_lesson as opened
from tests.rtserver.sessions_of import session_of

LIMITS = ReplayLimits(2, 1 << 20)
TOTAL = 1 << 20
OTHER = 2
START = 9  # what the lesson's chat stands at


@pytest.fixture
def school(io_loop: AsyncIOLoop, sqlite_url: str) -> Iterator[Any]:
    """A school where Olena has a second lesson."""
    with opened(io_loop, sqlite_url) as school:
        lessons = Lessons(school.db, school.clock, NoNotices())
        tutor = ask(OLENA, "tutor", state="accepted")
        io_loop.run_sync(lambda: lessons.create(ADMIN, body(tutor)))
        yield school


async def open_chat(
    school: Any,
    since: object = None,
    epoch: str = "",
    limits: ReplayLimits = LIMITS,
    total: int = TOTAL,
    who: Actor = OLENA,
    feed: ChatFeed | None = None,
) -> SubscribeResult:
    raw = None if since is None else msgspec.Raw(json.dumps(since).encode())
    feed = feed or ChatFeed(school.db, limits, total_bytes=total)
    channel = parse(f"chat:user:{who.user_id}")
    return await feed.open(
        session_of(who), channel, SubscribeRequest(raw, epoch or None)
    )


async def say(school: Any, lesson_id: int, *texts: str) -> None:
    chat = chat_of(school.db, school.clock, print)
    for text in texts:
        await chat.post(OLENA, lesson_id, text, None)


def test_nobody_opens_the_chats_of_another(school: Any) -> None:
    feed = ChatFeed(school.db, LIMITS, total_bytes=TOTAL)

    feed.authorize(session_of(OLENA), parse("chat:user:2"))
    with pytest.raises(Forbidden):
        feed.authorize(session_of(SOFIA), parse("chat:user:2"))


async def test_without_since_there_are_positions_and_no_word_of_recovery(
    school: Any,
) -> None:
    opening = await open_chat(school)

    assert opening.ack["positions"] == {f"{LESSON}": START, f"{OTHER}": 0}
    assert opening.positions == {f"chat:{LESSON}": START, f"chat:{OTHER}": 0}
    assert "recovered" not in opening.ack and list(opening.missed.events) == []


async def test_a_lesson_that_can_be_replayed_is_though_another_cannot(
    school: Any,
) -> None:
    await say(school, LESSON, "One", "Two", "Three")
    await say(school, OTHER, "Four")

    opening = await open_chat(school, {LESSON: START, OTHER: 0})

    assert [event.stream for event in opening.missed.events] == [f"chat:{OTHER}"]
    assert opening.ack["recovered"] is False
    assert opening.ack["not_recovered"] == {f"{LESSON}": "too_many"}


async def test_lessons_that_are_too_much_together_fail_behind_the_first(
    school: Any,
) -> None:
    await say(school, LESSON, "x" * 100)
    await say(school, OTHER, "y" * 100)
    asked, few = {LESSON: START, OTHER: 0}, ReplayLimits(9, 500)
    both = await open_chat(school, asked)
    size = size_of(both.missed.events)

    fitting = await open_chat(school, asked, limits=few, total=size)
    first = await open_chat(school, asked, limits=few, total=size - 1)
    least = await open_chat(school, asked, limits=few, total=1)

    assert [each.ack["recovered"] for each in (both, fitting)] == [True, True]
    assert first.ack["not_recovered"] == {f"{OTHER}": "too_many"}
    assert [event.stream for event in first.missed.events] == [f"chat:{LESSON}"]
    assert least.ack == first.ack


async def test_who_come_at_once_get_each_their_own_of_one_read(school: Any) -> None:
    reads: list[float] = []
    await say(school, LESSON, "One")
    await say(school, OTHER, "Two")
    feed, since = (
        ChatFeed(school.db, LIMITS, total_bytes=TOTAL),
        {LESSON: START, OTHER: 0},
    )
    school.db.listeners.read = lambda waited, took: reads.append(took)

    olena, sofia, again = await asyncio.gather(
        *(open_chat(school, since, who=who, feed=feed) for who in (OLENA, SOFIA, OLENA))
    )

    assert set(olena.positions) == {f"chat:{LESSON}", f"chat:{OTHER}"}
    assert [event.user_ids for event in sofia.missed.events] == [(SOFIA.user_id,)]
    missed = [[e.payload for e in each.missed.events] for each in (olena, again)]
    assert missed[0] == missed[1] != [] and len(reads) == 1


async def test_another_epoch_fails_every_lesson_that_was_asked_for(
    school: Any,
) -> None:
    opening = await open_chat(school, {LESSON: 0, OTHER: 0}, "another")

    reasons = {f"{LESSON}": "epoch", f"{OTHER}": "epoch"}
    assert (opening.ack["reason"], opening.ack["not_recovered"]) == ("epoch", reasons)


@pytest.mark.parametrize(
    "since", [{"x": 1}, {"-1": 1}, {"": 1}, {"٧": 1}, {"9" * 17: 1}, {"1": -1}, []]
)
async def test_since_names_lessons_by_their_ids(school: Any, since: object) -> None:
    with pytest.raises(BadRequest) as refusal:
        await open_chat(school, since)

    assert refusal.value.faults[0].path.startswith("payload.since")


async def test_what_waited_meanwhile_is_told_as_it_has_to_be(school: Any) -> None:
    await say(school, OTHER, "One")
    opening = await open_chat(school, {OTHER: 0})
    [event] = opening.missed.events

    assert opening.fit(event, 0).type == "chat.message.new"
    assert opening.fit(event, 1).type == "chat.message.edited"
