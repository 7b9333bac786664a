"""Who gets the link to a lesson's call, and when; in both databases."""

from datetime import timedelta
from typing import Any

import pytest

from rtserver.errors import Conflict, Forbidden, NotFound
from rtserver.lessons.call_links import CallLinks
from rtserver.lessons.calls import Calls
from rtserver.lessons.requests import MemberPatch, MembersPatch
from rtserver.settings.calls import CallsSettings
from rtserver.settings.masked import SecretStr
from tests.lesson_school import (
    ADMIN,
    ELEVEN,
    LESSON,
    OLENA,
    PETRO,
    PLATFORM,
    SOFIA,
    STRANGER,
    TARAS,
    TEN,
    ask,
    bare,
    body,
)

URL = "https://meet.school.example/{room}"
MINUTE = timedelta(minutes=1)
OPENS, CLOSES = TEN - 30 * MINUTE, ELEVEN + 60 * MINUTE
JITSI = {"jitsi_app_id": "school", "jitsi_secret": SecretStr("s")}


class Room:
    """Who is in every lesson's room."""

    def __init__(self) -> None:
        self.here: list[int] = []

    def present(self, lesson_id: int) -> list[int]:
        return self.here


@pytest.fixture
def room() -> Room:
    return Room()


def calls_of(school: Any, room: Room, url: str = URL, **more: Any) -> Calls:
    links = CallLinks(CallsSettings(url=url, **more), "s" * 32) if url else None
    return Calls(school.db, school.clock, room, links)


@pytest.fixture
def calls(school: Any, room: Room) -> Calls:
    """The calls of a lesson that has just begun."""
    at(school, TEN)
    return calls_of(school, room)


def at(school: Any, moment: Any) -> None:
    school.clock.advance((moment - school.clock.now()).total_seconds())


async def test_all_accepted_members_get_the_same_room(calls: Calls, room: Room) -> None:
    room.here = [OLENA.user_id, SOFIA.user_id]

    tutors = await calls.join(OLENA, LESSON)
    students = await calls.join(SOFIA, LESSON)

    assert tutors == students and tutors.expires_at is None
    assert tutors.url.startswith("https://meet.school.example/")


async def test_a_link_with_a_token_says_until_when_it_counts(
    school: Any, calls: Calls, room: Room
) -> None:
    found = await calls_of(school, room, **JITSI).join(OLENA, LESSON)

    assert "?jwt=" in found.url and found.expires_at == CLOSES


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (OPENS - MINUTE / 60, False),
        (OPENS, True),
        (CLOSES - MINUTE / 60, True),
        (CLOSES, False),
    ],
)
async def test_the_call_opens_before_the_lesson_and_closes_after_it(
    school: Any, room: Room, moment: Any, is_open: bool
) -> None:
    room.here = [OLENA.user_id]
    at(school, moment)
    calls = calls_of(school, room)

    for actor in (OLENA, SOFIA):
        if is_open:
            assert (await calls.join(actor, LESSON)).url
        else:
            with pytest.raises(Conflict):
                await calls.join(actor, LESSON)


@pytest.mark.parametrize("here", [[], [SOFIA.user_id], [TARAS.user_id, PETRO.user_id]])
async def test_students_wait_for_a_tutor_and_tutors_for_nobody(
    calls: Calls, members: Any, room: Room, here: list[int]
) -> None:
    # An invited tutor is none yet.
    await members.invite(ADMIN, LESSON, ask(PETRO, "tutor"))
    room.here = here

    with pytest.raises(Conflict, match="tutor"):
        await calls.join(SOFIA, LESSON)
    assert (await calls.join(OLENA, LESSON)).url


@pytest.mark.parametrize(
    ("actor", "error"),
    [
        (STRANGER, NotFound),
        (TARAS, Forbidden),
        (ADMIN, Forbidden),
        (PLATFORM, Forbidden),
    ],
)
async def test_nobody_else_gets_the_link(
    calls: Calls, room: Room, actor: Any, error: Any
) -> None:
    room.here = [OLENA.user_id]

    with pytest.raises(error):
        await calls.join(actor, LESSON)
    with pytest.raises(Forbidden if actor is PLATFORM else NotFound):
        await calls.join(actor, 99)


async def test_a_school_without_calls_has_none(school: Any, room: Room) -> None:
    at(school, TEN)

    with pytest.raises(NotFound, match="calls"):
        await calls_of(school, room, "").join(OLENA, LESSON)


async def test_nobody_meets_in_a_cancelled_lesson(calls: Calls, lessons: Any) -> None:
    await lessons.cancel(OLENA, LESSON)

    with pytest.raises(Conflict, match="cancelled"):
        await calls.join(OLENA, LESSON)


# Another name


async def second_tutor(members: Any) -> None:
    await members.invite(ADMIN, LESSON, ask(PETRO, "tutor", state="accepted"))


RENEWING = {
    "removed": lambda lessons, members: members.remove(OLENA, LESSON, SOFIA.user_id),
    "no tutor any more": lambda lessons, members: members.change(
        OLENA, LESSON, PETRO.user_id, MemberPatch(role="student")
    ),
    "invited anew": lambda lessons, members: members.change(
        ADMIN, LESSON, SOFIA.user_id, MemberPatch(state="invited")
    ),
    "left out of the list": lambda lessons, members: lessons.put(
        ADMIN, LESSON, body(ask(OLENA, "tutor", state="accepted"))
    ),
}
LEAVING = {
    "invitation taken back": lambda lessons, members: members.remove(
        OLENA, LESSON, TARAS.user_id
    ),
    "declined": lambda lessons, members: members.decline(TARAS, LESSON),
    "accepted": lambda lessons, members: members.accept(TARAS, LESSON),
    "a tutor more": lambda lessons, members: members.change(
        OLENA, LESSON, SOFIA.user_id, MemberPatch(role="tutor")
    ),
    "board": lambda lessons, members: members.set_board(
        OLENA, LESSON, MembersPatch(board="view")
    ),
    "title": lambda lessons, members: lessons.put(ADMIN, LESSON, bare(title="Roots")),
}


@pytest.mark.parametrize("change", RENEWING)
async def test_who_is_out_does_not_know_the_room_any_more(
    calls: Calls, lessons: Any, members: Any, change: str
) -> None:
    await second_tutor(members)
    before = await calls.join(OLENA, LESSON)

    await RENEWING[change](lessons, members)

    assert (await calls.join(OLENA, LESSON)).url != before.url


@pytest.mark.parametrize("change", LEAVING)
async def test_other_changes_leave_the_room(
    calls: Calls, lessons: Any, members: Any, change: str
) -> None:
    await second_tutor(members)
    before = await calls.join(OLENA, LESSON)

    await LEAVING[change](lessons, members)

    assert await calls.join(OLENA, LESSON) == before
