"""A lesson's room, as a client keeps it, over losses and ``resync``."""

from itertools import pairwise
from typing import Any

import pytest

from rtserver_client import CommandError, RoomState, retry
from tests.guests import Guest, cut, lesson_of_two
from tests.school import School, until


async def inside(school: School, user: int, lesson: int) -> tuple[Guest, Any]:
    """Let somebody enter a room; what they hear are its states."""
    guest = Guest(school, user)
    room = guest.client.room(lesson, guest.heard.append)  # type: ignore[arg-type]
    await guest.client.connect()
    await room.ready
    return guest, room


def ids(people: Any) -> list[int]:
    return [person.user_id for person in people]


async def fresh(school: School, user: int, lesson: int) -> RoomState:
    guest, room = await inside(school, user, lesson)
    state: RoomState = room.state
    await guest.client.close()
    return state


async def test_state_follows_what_happens(sqlite_school: School) -> None:
    school = sqlite_school
    olena, taras, lesson = await lesson_of_two(school)
    tutor, hers = await inside(school, olena, lesson)
    student, his = await inside(school, taras, lesson)

    await his.react(hand=True, reaction="help")
    await hers.react(hand=True)
    await hers.lead(True)
    path = f"/api/lessons/{lesson}/"
    await school.http("PATCH", path, school.token(olena), {"title": "Fractions"})
    for room in (hers, his):
        await until(lambda room=room: room.state.lesson["title"] == "Fractions")

    assert hers.state == his.state == await fresh(school, taras, lesson)
    assert (ids(hers.state.hands), hers.state.lead) == ([taras, olena], olena)
    assert tutor.heard[-1] == hers.state

    await hers.react(hand=False, reaction=None, user_id=taras)
    await until(lambda: ids(hers.state.hands) == [olena])
    await hers.react(hand=False, all=True)
    await until(lambda: hers.state.hands == ())
    with pytest.raises(CommandError, match="forbidden"):
        await his.lead(True)
    for guest in (tutor, student):
        await guest.client.close()


async def test_what_was_missed_is_right_after_a_loss_and_after_resync(
    sqlite_school: School,
) -> None:
    school = sqlite_school
    olena, taras, lesson = await lesson_of_two(school)
    tutor, hers = await inside(school, olena, lesson)
    student, his = await inside(school, taras, lesson)
    await until(lambda: len(hers.state.present) == 2)
    before = len(tutor.heard)

    cut(school)
    await retry(lambda: his.react(hand=True))
    await until(lambda: ids(hers.state.hands) == [taras])

    feed = tutor.client._link.feeds[f"room:lesson:{lesson}"]
    ack = feed.ack
    tutor.client._link.take({"type": "resync", "channel": f"room:lesson:{lesson}"})
    await until(lambda: feed.ack is not ack)
    assert hers.state == his.state == await fresh(school, olena, lesson)
    assert all(one != other for one, other in pairwise(tutor.heard))
    assert len(tutor.heard) > before
    for guest in (tutor, student):
        await guest.client.close()


async def test_stranger_is_refused_and_who_is_taken_out_has_no_state(
    sqlite_school: School,
) -> None:
    school = sqlite_school
    olena, taras, lesson = await lesson_of_two(school)
    student, his = await inside(school, taras, lesson)
    stranger = Guest(school, await school.person("Ivan"))
    await stranger.client.connect()
    with pytest.raises(CommandError, match="forbidden"):
        await stranger.client.room(lesson).ready

    path = f"/api/lessons/{lesson}/members/{taras}/"
    await school.http("DELETE", path, school.token(olena))
    await until(lambda: his.state is None)

    assert student.heard[-1] is None
    with pytest.raises(CommandError, match="closed"):
        await his.react(hand=True)
    for guest in (student, stranger):
        await guest.client.close()


async def test_listener_that_raises_hinders_nothing(sqlite_school: School) -> None:
    olena, _, lesson = await lesson_of_two(sqlite_school)
    guest = Guest(sqlite_school, olena)

    def failing(state: RoomState | None) -> None:
        raise ValueError("mine")

    room = guest.client.room(lesson, failing)
    await guest.client.connect()
    await room.ready
    await room.react(reaction="no")
    await until(lambda: room.state.present[0].reaction == "no")  # type: ignore[union-attr]
    await room.leave()

    assert room.state is None
    await guest.client.close()
