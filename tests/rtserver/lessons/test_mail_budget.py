"""A tutor who changes lessons again and again stops mailing everybody in them."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rtserver.access.actor import Actor
from rtserver.access.budgets import Budget
from rtserver.errors import RateLimited
from rtserver.lessons.mail_budget import MailBudget
from rtserver.lessons.members import Members
from rtserver.lessons.notices import LessonNotices
from rtserver.lessons.reminders import ReminderPlan
from rtserver.lessons.requests import Invitation, LessonBody, LessonPatch
from rtserver.lessons.service import Lessons
from tests.lesson_school import ADMIN, LESSON, NOON, OLENA, PETRO, PLATFORM
from tests.mail_school import MailSchool, opened_mail_school

BURST = 4  # a move is mailed to Sofia and Taras
A_MAIL = 60.0


class Moving:
    """A lesson of Olena's with two others, and what mails she may cause."""

    def __init__(self, mails: MailSchool) -> None:
        self.mails, self.moves = mails, 0
        self.budget = Budget(1 / A_MAIL, BURST, mails.clock, "Too many mails.")
        tell = LessonNotices(mails.notices, ReminderPlan(()), MailBudget(self.budget))
        self.lessons = Lessons(mails.db, mails.clock, tell)
        self.members = Members(mails.db, mails.clock, tell)

    async def move(self, by: Actor = OLENA) -> None:
        self.moves += 1
        ends = NOON + timedelta(hours=1, minutes=self.moves)
        await self.lessons.patch(by, LESSON, LessonPatch(ends_at=ends))

    async def move_often(self, by: Actor = OLENA) -> None:
        for _ in range(BURST // 2 + 1):
            await self.move(by)


@pytest.fixture
def moving(io_loop: Any, migrated_sqlite_url: str, tmp_path: Path) -> Iterator[Moving]:
    with opened_mail_school(io_loop, migrated_sqlite_url, tmp_path) as mails:
        yield Moving(mails)


async def test_whoever_moves_a_lesson_again_and_again_is_told_to_wait(
    moving: Moving,
) -> None:
    await moving.move_often()

    with pytest.raises(RateLimited, match="Too many mails") as caught:
        await moving.move()

    # The last one went over by two mails.
    assert caught.value.retry_after == pytest.approx(2 * A_MAIL)
    assert len(await moving.mails.mails()) == BURST + 2
    assert moving.budget.refused == 1
    moving.mails.clock.advance(2 * A_MAIL)
    await moving.move()


NEW = LessonBody("Geometry", NOON, NOON + timedelta(hours=1))
CAUSES: dict[str, Callable[[Moving], Awaitable[Any]]] = {
    "make": lambda moving: moving.lessons.create(OLENA, NEW),
    "invite": lambda moving: moving.members.invite(
        OLENA, LESSON, Invitation("student", user_id=PETRO.require_user())
    ),
}
ALLOWED: dict[str, Callable[[Moving], Awaitable[Any]]] = {
    "rename": lambda moving: moving.lessons.patch(
        OLENA, LESSON, LessonPatch(title="Geometry")
    ),
    "cancel": lambda moving: moving.lessons.cancel(OLENA, LESSON),
    "an admin": lambda moving: moving.move_often(ADMIN),
    "a platform": lambda moving: moving.move_often(PLATFORM),
}


@pytest.mark.parametrize("what", CAUSES)
async def test_so_is_whoever_would_cause_others(moving: Moving, what: str) -> None:
    await moving.move_often()

    with pytest.raises(RateLimited):
        await CAUSES[what](moving)


@pytest.mark.parametrize("what", ALLOWED)
async def test_what_mails_little_or_is_for_the_school_is_not_refused(
    moving: Moving, what: str
) -> None:
    await moving.move_often()

    await ALLOWED[what](moving)
    await ALLOWED[what](moving)

    assert moving.budget.nearest().keys() == {str(OLENA.user_id)}
