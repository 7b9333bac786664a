"""The client of our own, against the server."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from rtserver_client import Client, CommandError, retry
from tests.drawing import board, element
from tests.guests import Guest, cut, lesson_of_two
from tests.school import School, until
from tests.served import Served, found

Join = Callable[..., Guest]


@pytest.fixture
def join(io_loop: AsyncIOLoop) -> Iterator[Join]:
    """Make clients, which are closed at the end."""
    guests: list[Guest] = []

    def make(*of: Any, **options: Any) -> Guest:
        guests.append(Guest(*of, **options))
        return guests[-1]

    yield make
    for guest in guests:
        io_loop.run_sync(guest.client.close)


async def test_messages_come_once_also_across_a_loss(
    sqlite_school: School, join: Join
) -> None:
    olena, taras, lesson = await lesson_of_two(sqlite_school)
    guest = join(sqlite_school, taras)
    chat = await guest.on(f"chat:user:{taras}")

    await sqlite_school.say(olena, lesson, "one")
    cut(sqlite_school)
    await sqlite_school.say(olena, lesson, "two")
    await guest.client.connect()
    await sqlite_school.say(olena, lesson, "three")
    await until(lambda: len(guest.heard) >= 3)

    assert guest.seqs == [1, 2, 3]
    assert chat.position == {str(lesson): 3}


@pytest.mark.parametrize(
    "url",
    ["school.example", "ws://school.example", "http://[x", "http://", "http://a:b"],
)
async def test_an_address_that_is_none_is_told(url: str) -> None:
    client = Client("http://127.0.0.1:9", lambda fresh: "token")

    with pytest.raises(ValueError, match="url: expected an address"):
        Client(url, lambda fresh: "token")
    with pytest.raises(ValueError, match="url: expected an address"):
        client.url = url


async def test_own_patches_come_marked_at_their_place_among_those_of_others(
    sqlite_school: School, join: Join
) -> None:
    olena, taras, lesson = await lesson_of_two(sqlite_school)
    tutor, student = join(sqlite_school, olena), join(sqlite_school, taras)
    hers = await tutor.on(board(lesson))
    his = await student.on(board(lesson))

    ack = await hers.command("board.patch", elements=[element("a")])
    await his.command("board.patch", elements=[element("a", 2)])
    await until(lambda: tutor.seqs == [1, 2])

    assert ack["accepted"] == ["a"]
    assert student.seqs == [1, 2]
    assert [event.get("own") for event in tutor.heard] == [True, None]
    assert [event.get("own") for event in student.heard] == [None, True]
    assert hers.position == his.position == 2


async def test_gap_is_filled_by_subscribing_again(
    sqlite_school: School, join: Join
) -> None:
    olena, taras, lesson = await lesson_of_two(sqlite_school)
    tutor, student = join(sqlite_school, olena), join(sqlite_school, taras)
    hers = await tutor.on(board(lesson))
    his = await student.on(board(lesson))

    out_of_nowhere = {"type": "board.patch", "seq": 3, "payload": {}}
    student.client._link.take({**out_of_nowhere, "channel": board(lesson)})
    for version in range(1, 4):
        await hers.command("board.patch", elements=[element("a", version)])
    await until(lambda: his.position == 3)

    assert student.seqs == [1, 2, 3]
    assert his.ack["recovered"]


async def test_what_cannot_be_replayed_is_to_be_reloaded(
    make_school: Any, join: Join
) -> None:
    school = await make_school(limits_replay=2)
    olena, taras, lesson = await lesson_of_two(school)
    for number in range(3):
        await school.say(olena, lesson, f"message {number}")
    guest = join(school, taras)

    chat = await guest.on(f"chat:user:{taras}", since={str(lesson): 0})

    assert guest.reloads == [(chat.channel, "too_many", [lesson])]
    assert chat.position == {str(lesson): 3}


async def test_token_is_refreshed_on_the_open_socket(
    sqlite_school: School, join: Join
) -> None:
    olena = await sqlite_school.person("Olena", "tutor")
    asked: list[bool] = []

    async def token(fresh: bool) -> str:
        asked.append(fresh)
        return sqlite_school.token(olena, ttl=60 if fresh else 2)

    guest = join(sqlite_school, olena, token=token)
    welcome = await guest.client.connect()
    await until(lambda: len(asked) == 2)
    await guest.client.command("ping")

    assert asked == [False, True]
    assert guest.client.welcome is welcome


async def test_after_4001_it_comes_with_a_fresh_token(
    sqlite_school: School, join: Join
) -> None:
    olena = await sqlite_school.person("Olena", "tutor")

    def token(fresh: bool) -> str:
        return sqlite_school.token(olena, ttl=60 if fresh else -60)

    guest = join(sqlite_school, olena, token=token)

    assert (await guest.client.connect())["user"]["id"] == olena


async def test_after_4501_it_stays_away(sqlite_school: School, join: Join) -> None:
    guest = join(sqlite_school, 1, token=lambda fresh: "no.token.atall")
    chat = guest.client.subscribe("chat:user:1", guest.heard.append)

    with pytest.raises(CommandError, match="closed: 4501"):
        await guest.client.connect()
    assert guest.client.closed is not None
    assert guest.client.closed.code == 4501
    assert isinstance(chat.ready.exception(), CommandError)


async def test_server_that_is_away_is_tried_again(
    sqlite_school: School, join: Join
) -> None:
    olena = await sqlite_school.person("Olena", "tutor")
    guest = join(sqlite_school, olena)
    guest.client.url = "http://127.0.0.1:9"  # nobody listens
    connecting = asyncio.create_task(guest.client.connect())
    await until(lambda: len(guest.asked) > 1)

    guest.client.url = sqlite_school.app.url

    assert (await connecting)["user"]["id"] == olena


async def test_network_that_is_gone_without_a_word_is_noticed(
    tmp_path: Path, sqlite_url: str, join: Join
) -> None:
    served = Served(tmp_path, sqlite_url, presence_heartbeat=0.5)
    [lesson] = await found(served.settings, lessons=1, members=1)
    guest = join(served.start(), lesson.members[0], timeout=0.5)
    await guest.client.connect()

    try:
        os.kill(served.pid, signal.SIGSTOP)
        await until(lambda: not guest.client.online.is_set())
        os.kill(served.pid, signal.SIGCONT)
        await guest.client.connect()
    finally:
        served.stop()


async def test_channel_of_somebody_else_is_refused_for_good(
    sqlite_school: School, join: Join
) -> None:
    olena, taras, _ = await lesson_of_two(sqlite_school)
    guest = join(sqlite_school, olena)

    with pytest.raises(CommandError) as refused:
        await guest.on(f"chat:user:{taras}")
    assert refused.value.code == "forbidden"
    assert not refused.value.temporary


async def test_over_the_rate_retry_waits_as_it_is_told(
    make_school: Any, join: Join
) -> None:
    school = await make_school(limits_commands_burst=2, limits_commands_per_second=20)
    guest = join(school, await school.person("Olena", "tutor"))
    await guest.client.connect()

    pings = [guest.client.command("ping") for _ in range(5)]
    refused = [
        each
        for each in await asyncio.gather(*pings, return_exceptions=True)
        if isinstance(each, CommandError)
    ]

    assert {each.code for each in refused} == {"rate_limited"}
    assert all(each.retry_after for each in refused)
    assert await retry(lambda: guest.client.command("ping"))


async def test_after_unsubscribing_nothing_more_comes(
    sqlite_school: School, join: Join
) -> None:
    olena, taras, lesson = await lesson_of_two(sqlite_school)
    guest = join(sqlite_school, taras)
    await guest.on(f"chat:user:{taras}")

    await guest.client.unsubscribe(f"chat:user:{taras}")
    await sqlite_school.say(olena, lesson, "unheard")
    await guest.client.command("ping")

    assert guest.heard == []


async def test_who_is_removed_hears_why_the_channel_ended(
    sqlite_school: School, join: Join
) -> None:
    olena, taras, lesson = await lesson_of_two(sqlite_school)
    his = await join(sqlite_school, taras).on(board(lesson))

    path = f"/api/lessons/{lesson}/members/{taras}/"
    await sqlite_school.http("DELETE", path, sqlite_school.token(olena))
    await until(lambda: his.ended)

    assert his.ended.code == "removed"


async def test_commands_fail_without_a_connection(
    sqlite_school: School, join: Join
) -> None:
    guest = join(sqlite_school, await sqlite_school.person("Olena", "tutor"))

    with pytest.raises(CommandError, match="offline"):
        await guest.client.command("ping")
    await guest.client.connect()
    with pytest.raises(CommandError, match="too_large"):
        await guest.client.command("ping", padding="x" * 262_144)
    await guest.client.close()
    with pytest.raises(CommandError, match="closed"):
        await guest.client.command("ping")


async def test_listener_that_fails_does_not_stop_the_others(
    sqlite_school: School, join: Join
) -> None:
    olena, taras, lesson = await lesson_of_two(sqlite_school)
    guest = join(sqlite_school, taras)
    guest.client.subscribe("status:users", lambda event: 1 // 0)
    await guest.on(f"chat:user:{taras}")

    await sqlite_school.connect(olena)
    await sqlite_school.say(olena, lesson, "still here")
    await until(lambda: guest.heard)

    assert guest.seqs == [1]
