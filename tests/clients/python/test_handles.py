"""Several parts of a program share a channel, and don't disturb each other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from rtserver_client import CommandError
from tests.clients.python.between import between
from tests.drawing import board, element
from tests.guests import Guest, cut, lesson_of_two
from tests.school import School, until


@asynccontextmanager
async def guest_of(school: School, user: int) -> AsyncIterator[Guest]:
    guest = Guest(school, user)
    await guest.client.connect()
    try:
        yield guest
    finally:
        await guest.client.close()


async def test_one_end_does_not_deafen_the_other(sqlite_school: School) -> None:
    olena, taras, lesson = await lesson_of_two(sqlite_school)
    chat = f"chat:user:{taras}"
    async with guest_of(sqlite_school, taras) as guest:
        gone: list[Any] = []
        one = guest.client.subscribe(chat, gone.append)
        other = guest.client.subscribe(chat, guest.heard.append)
        await one.ready
        await other.ready

        await one.unsubscribe()
        await one.unsubscribe()
        await sqlite_school.say(olena, lesson, "Still there?")
        await until(lambda: guest.heard)

        assert one is not other
        assert (gone, guest.seqs) == ([], [1])
        assert (one.is_live, other.is_live) == (False, True)
        with pytest.raises(CommandError, match="closed"):
            await one.command("chat.typing", lesson_id=lesson)


async def test_channel_is_left_with_the_last_one_and_may_be_taken_up_again(
    sqlite_school: School,
) -> None:
    olena, taras, lesson = await lesson_of_two(sqlite_school)
    chat = f"chat:user:{taras}"
    async with between(sqlite_school.app.url) as proxy:
        guest = Guest(sqlite_school, taras)
        guest.client.url = proxy.url
        one, other = await guest.on(chat), await guest.on(chat)

        await one.unsubscribe()
        before = [each["type"] for each in proxy.sent]
        await other.unsubscribe()
        await sqlite_school.say(olena, lesson, "unheard")
        await guest.client.command("ping")
        left, heard = [each["type"] for each in proxy.sent], list(guest.heard)
        await guest.on(chat)
        await sqlite_school.say(olena, lesson, "heard")
        await until(lambda: guest.heard)
        await guest.client.close()

    assert "unsubscribe" not in before
    assert left.count("unsubscribe") == 1
    assert heard == []
    assert guest.seqs == [2]


async def test_channel_that_was_left_before_an_answer_came_stays_left(
    sqlite_school: School,
) -> None:
    olena, _, lesson = await lesson_of_two(sqlite_school)
    async with between(sqlite_school.app.url) as proxy:
        guest = Guest(sqlite_school, olena)
        guest.client.url = proxy.url
        hers = await guest.on(board(lesson))

        replacing = hers.command("board.snapshot.send", elements=[element("a")])
        await asyncio.gather(replacing, hers.unsubscribe())
        await guest.client.command("ping")
        await guest.client.close()

    assert [each["type"] for each in proxy.sent].count("subscribe") == 1


async def test_each_hears_everything_once_across_a_loss_from_its_own_position(
    sqlite_school: School,
) -> None:
    olena, taras, lesson = await lesson_of_two(sqlite_school)
    async with (
        guest_of(sqlite_school, olena) as tutor,
        guest_of(sqlite_school, taras) as student,
    ):
        hers = await tutor.on(board(lesson))
        for number in range(3):
            await hers.patch([element(f"e{number}")])
        late: list[int] = []
        await student.on(board(lesson))
        his = student.client.subscribe(
            board(lesson),
            lambda event: late.append(event["seq"]),
            since=1,
            epoch=hers.epoch,
        )
        await until(lambda: len(late) == 2)

        cut(sqlite_school)
        # Each by itself: one may be back before the other is away.
        await asyncio.gather(
            until(lambda: not his.is_live), until(lambda: not hers.is_live)
        )
        await hers.patch([element("a", 9)])
        await until(lambda: his.position == 4)

    assert late == [2, 3, 4]
    assert student.seqs == [4]


async def test_all_are_ended_when_the_channel_is_taken_away(
    sqlite_school: School,
) -> None:
    olena, taras, lesson = await lesson_of_two(sqlite_school)
    path = f"/api/lessons/{lesson}/members/{taras}/"
    async with guest_of(sqlite_school, taras) as guest:
        both = [await guest.on(board(lesson)) for _ in range(2)]
        waiting = both[0].patch([element("a")])
        await waiting

        await sqlite_school.http("DELETE", path, sqlite_school.token(olena))
        await until(lambda: all(each.ended for each in both))

        assert [each.ended.code for each in both] == ["removed", "removed"]
        with pytest.raises(CommandError, match="closed"):
            await both[0].patch([element("b")])
