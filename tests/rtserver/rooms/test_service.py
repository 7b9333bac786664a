"""What is done in rooms, by the rights of that moment."""

from typing import Any

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from rtserver.errors import Forbidden
from rtserver.lessons.members import Members
from rtserver.lessons.requests import MemberPatch
from rtserver.rooms.contract import Seat, Signal
from rtserver.rooms.memory import MemoryRooms
from rtserver.rooms.service import Rooms
from tests.fakes import NoNotices
from tests.lesson_school import (
    ADMIN,
    LESSON,
    OLENA,
    PETRO,
    SOFIA,
    ask,
    opened_with_lesson,
)


class Demoted(MemoryRooms):
    """Rooms in which whoever gets the lead loses the role at that very moment."""

    demote: Any = None

    async def lead(self, seat: Seat, connection_id: str, *, on: bool) -> None:
        await super().lead(seat, connection_id, on=on)
        await self.demote()


@pytest.fixture
def school(io_loop: AsyncIOLoop, database_url: str) -> Any:
    with opened_with_lesson(io_loop, database_url) as school:
        yield school


async def test_who_loses_the_role_while_they_get_the_lead_does_not_lead(
    school: Any,
) -> None:
    register = Demoted(school.clock, leave_grace=10)
    register.join(Seat(LESSON, OLENA.user_id), "c_2")
    members = Members(school.db, school.clock, NoNotices())
    await members.invite(ADMIN, LESSON, ask(PETRO, "tutor", state="accepted"))
    student = MemberPatch(role="student")
    register.demote = lambda: members.change(ADMIN, LESSON, OLENA.user_id, student)

    with pytest.raises(Forbidden):
        await Rooms(school.db, register).lead(OLENA, LESSON, "c_2", on=True)

    assert register.leader(LESSON) is None


async def test_a_connection_that_left_meanwhile_does_not_lead(school: Any) -> None:
    register = MemoryRooms(school.clock, leave_grace=10)
    register.join(Seat(LESSON, OLENA.user_id), "c_2")
    register.leave(Seat(LESSON, OLENA.user_id), "c_2")

    await Rooms(school.db, register).lead(OLENA, LESSON, "c_2", on=True)

    assert register.leader(LESSON) is None


async def test_only_tutors_clear_and_only_clear(school: Any) -> None:
    rooms = Rooms(school.db, MemoryRooms(school.clock, leave_grace=10))

    for actor, signal in ((SOFIA, Signal(hand=False)), (OLENA, Signal(hand=True))):
        with pytest.raises(Forbidden):
            await rooms.clear(actor, LESSON, signal, None)
