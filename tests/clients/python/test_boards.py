"""What the client of our own does to boards, and tells of one's own changes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from rtserver_client import CommandError
from tests.clients.python.between import between
from tests.drawing import Copy, board, element, live
from tests.guests import Guest, cut, lesson_of_two
from tests.school import School, until


@asynccontextmanager
async def on_board(school: School, user: int, lesson: int) -> AsyncIterator[Any]:
    """Follow a board; give the guest and the subscription."""
    guest = Guest(school, user)
    subscription = await guest.on(board(lesson))
    try:
        yield guest, subscription
    finally:
        await guest.client.close()


def copy_of(guest: Guest) -> Any:
    """Return the live elements of a copy that is made of a guest's events alone."""
    copy = Copy()
    for event in guest.heard:
        copy.take(event)
    return copy.live()


async def test_patches_resets_and_replacements_of_ones_own_come_marked(
    sqlite_school: School,
) -> None:
    olena, _, lesson = await lesson_of_two(sqlite_school)
    async with on_board(sqlite_school, olena, lesson) as (guest, hers):
        await hers.patch([element("a", x=1), element("b")])
        await hers.patch([element("a", x=1)])  # changes nothing
        await hers.command("board.reset")
        await hers.patch([element("c")])
        replaced = [element("a", x=5), element("d")]
        await hers.command("board.snapshot.send", elements=replaced)
        await hers.patch([element("e")])
        await until(lambda: hers.position == 5)
        kept = (await hers.snapshot())["elements"]

    types = ["patch", "reset", "patch", "snapshot.send", "patch"]
    assert [each["type"] for each in guest.heard] == [f"board.{t}" for t in types]
    assert all(each["own"] for each in guest.heard)
    assert all(each["payload"]["user_id"] == olena for each in guest.heard)
    assert guest.seqs == [1, 2, 3, 4, 5]
    assert copy_of(guest) == live(kept)


async def test_two_who_draw_and_clear_at_once_both_end_with_the_boards_copy(
    sqlite_school: School,
) -> None:
    olena, taras, lesson = await lesson_of_two(sqlite_school)

    async def work(subscription: Any, name: str) -> None:
        for n in range(20):
            shared = element(f"shared{n % 3}", n + 10, len(name))
            await subscription.patch([shared, element(f"{name}{n}")])
            if name == "olena" and n % 8 == 7:
                await subscription.command("board.reset")

    async with (
        on_board(sqlite_school, olena, lesson) as (tutor, hers),
        on_board(sqlite_school, taras, lesson) as (student, his),
    ):
        await asyncio.gather(work(hers, "olena"), work(his, "ta"))
        snapshot = await hers.snapshot()
        await until(lambda: hers.position == his.position == snapshot["seq"])

    for guest, user in ((tutor, olena), (student, taras)):
        assert guest.seqs == list(range(1, snapshot["seq"] + 1))
        assert copy_of(guest) == live(snapshot["elements"])
        for each in guest.heard:
            assert each.get("own", False) == (each["payload"]["user_id"] == user)


async def test_change_whose_ack_was_lost_comes_once_by_the_replay(
    sqlite_school: School,
) -> None:
    _, taras, lesson = await lesson_of_two(sqlite_school)
    async with (
        between(sqlite_school.app.url) as proxy,
        on_board(sqlite_school, taras, lesson) as (guest, his),
    ):
        guest.client.url = proxy.url
        cut(sqlite_school)
        await until(lambda: proxy.sent and his.is_live)

        def lose(frame: dict[str, Any]) -> bool:
            if "accepted" not in frame["payload"]:
                return True
            proxy.lets = lambda frame: True
            proxy.cut()
            return False

        proxy.lets = lose
        ack = await his.patch([element("lost")])
        await guest.client.command("ping")

    assert ack["accepted"] == ["lost"]
    assert guest.seqs == [1]


async def test_change_before_which_an_event_was_lost_comes_at_its_place(
    sqlite_school: School,
) -> None:
    olena, taras, lesson = await lesson_of_two(sqlite_school)
    async with (
        between(sqlite_school.app.url) as proxy,
        on_board(sqlite_school, olena, lesson) as (_, hers),
    ):
        guest = Guest(sqlite_school, taras)
        guest.client.url = proxy.url
        his = await guest.on(board(lesson))
        lost: list[Any] = []

        def lose_the_first(frame: dict[str, Any]) -> bool:
            if frame.get("seq") != 1 or lost:
                return True
            lost.append(frame)
            return False

        proxy.lets = lose_the_first
        await hers.patch([element("hers")])
        await until(lambda: lost)
        await his.patch([element("his")])
        await until(lambda: his.position == 2)
        await guest.client.close()

    assert [(each["seq"], each.get("own")) for each in guest.heard] == [
        (1, None),
        (2, True),
    ]


async def test_what_is_drawn_without_a_connection_goes_out_merged(
    sqlite_school: School,
) -> None:
    _, taras, lesson = await lesson_of_two(sqlite_school)
    async with between(sqlite_school.app.url) as proxy:
        guest = Guest(sqlite_school, taras)
        guest.client.url = proxy.url
        his = guest.client.subscribe(board(lesson), guest.heard.append)
        drawn = [
            his.patch([element(f"s{n % 2}", n + 1, points=[n] * n)]) for n in range(200)
        ]
        await guest.client.connect()
        await asyncio.gather(*drawn)
        elements = (await his.snapshot())["elements"]
        await guest.client.close()

    assert proxy.patches() == [["s0", "s1"]]
    assert sorted(each["version"] for each in elements) == [199, 200]


async def test_patches_of_one_turn_are_two_frames_and_hold_together_over_the_rate(
    make_school: Any,
) -> None:
    school = await make_school(limits_commands_burst=3, limits_commands_per_second=10)
    _, taras, lesson = await lesson_of_two(school)
    async with between(school.app.url) as proxy:
        guest = Guest(school, taras)
        guest.client.url = proxy.url
        his = await guest.on(board(lesson))
        pings = [guest.client.command("ping") for _ in range(4)]
        await asyncio.gather(*pings, return_exceptions=True)
        calls = [his.patch([element("a", n + 1)]) for n in range(100)]
        acks = await asyncio.gather(*calls)
        await guest.client.close()

    assert all(ack["accepted"] == ["a"] for ack in acks)
    assert len(proxy.patches()) <= 4  # refused, refused once more at most, two acked


async def test_large_drawing_goes_out_in_frames_that_the_server_takes(
    sqlite_school: School,
) -> None:
    _, taras, lesson = await lesson_of_two(sqlite_school)
    async with on_board(sqlite_school, taras, lesson) as (guest, his):
        large = [element(f"l{n}", text="Ґ" * 2000) for n in range(60)]
        ack = await his.patch([*large, *(element(f"n{n}") for n in range(700))])
        await until(lambda: his.position == ack["seq"])

    assert len(ack["accepted"]) == 760
    assert len(guest.heard) == ack["seq"]
    assert len(copy_of(guest)) == 760


async def test_element_that_the_server_refuses_fails_alone(
    sqlite_school: School,
) -> None:
    _, taras, lesson = await lesson_of_two(sqlite_school)
    async with on_board(sqlite_school, taras, lesson) as (_, his):
        before = his.patch([element("before")])
        bad = his.patch([element("x" * 65)])
        good = [his.patch([element(f"n{n}")]) for n in range(20)]
        acks = await asyncio.gather(before, *good)

        with pytest.raises(CommandError, match="bad_request"):
            await bad
    assert [ack["rejected"] for ack in acks] == [[]] * 21


async def test_who_may_only_look_is_refused_at_once_until_they_may_draw(
    sqlite_school: School,
) -> None:
    olena, taras, lesson = await lesson_of_two(sqlite_school)
    path = f"/api/lessons/{lesson}/members/{taras}/"
    token = sqlite_school.token(olena)
    async with between(sqlite_school.app.url) as proxy:
        guest = Guest(sqlite_school, taras)
        guest.client.url = proxy.url
        his = guest.client.subscribe(board(lesson), guest.heard.append)
        before = his.can_draw
        await guest.client.connect()
        await his.ready
        drawing = his.can_draw

        await sqlite_school.http("PATCH", path, token, {"board": "view"})
        await until(lambda: not his.can_draw)
        with pytest.raises(CommandError, match="forbidden"):
            await his.patch([element("a")])
        await sqlite_school.http("PATCH", path, token, {"board": "draw"})
        await until(lambda: his.can_draw)
        await his.patch([element("b")])
        await guest.client.close()

    assert (before, drawing) == (False, True)
    assert proxy.patches() == [["b"]]


async def test_closing_sends_what_waits_before(sqlite_school: School) -> None:
    _, taras, lesson = await lesson_of_two(sqlite_school)
    async with on_board(sqlite_school, taras, lesson) as (guest, his):
        calls = [his.patch([element(f"n{n}")]) for n in range(5)]
        await guest.client.close()

    assert [(await call)["accepted"] for call in calls] == [[f"n{n}"] for n in range(5)]
