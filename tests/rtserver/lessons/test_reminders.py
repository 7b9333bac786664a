"""Who is reminded of which lesson, and when; in both databases."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rtserver.lessons.members import Members
from rtserver.lessons.notices import LessonNotices
from rtserver.lessons.reminders import ReminderPlan, Reminders
from rtserver.lessons.requests import LessonPatch, MemberPatch
from rtserver.lessons.service import Lessons
from rtserver.notifications.notices import Notices
from store import reminders
from store.models_schedule import Reminder
from tests.lesson_school import (
    ADMIN,
    ELEVEN,
    LESSON,
    OLENA,
    PETRO,
    SOFIA,
    TARAS,
    TEN,
    another,
    ask,
    body,
    generous,
)
from tests.mail_school import MailSchool, opened_mail_school

DAY, QUARTER = 86_400, 900
BEFORES = (DAY, QUARTER)


class Course:
    """A lesson at ten on the first of December, its people, and who reminds them."""

    def __init__(self, mails: MailSchool) -> None:
        self.mails, self.db, self.clock = mails, mails.db, mails.clock
        self.plan = ReminderPlan(BEFORES)
        tell = LessonNotices(mails.notices, self.plan, generous(mails.clock))
        self.lessons = Lessons(mails.db, mails.clock, tell)
        self.members = Members(mails.db, mails.clock, tell)
        self.task = self.process()

    def process(self, db: Any = None, befores: Any = BEFORES) -> Reminders:
        """Return the task as a process has it that has just started."""
        plan = ReminderPlan(befores)
        return Reminders(db or self.db, self.clock, self.mails.notices, plan)

    def at(self, moment: Any) -> None:
        self.clock.advance((moment - self.clock.now()).total_seconds())

    async def reminded(self, *people: Any) -> list[tuple[str, float]]:
        """Let a process look; say who has been reminded at which interval so far."""
        await self.task.look()
        return [
            (person.name, json.loads(record.data)["before"])
            for person in people or (OLENA, SOFIA, TARAS)
            for record in await self.mails.of(person)
            if record.event == "lesson.reminder"
        ]

    async def waiting(self) -> list[Any]:
        """Return the starts that somebody will be reminded of."""
        never = self.clock.now() + timedelta(days=999)
        return [one.starts_at for one in await self.db.read(reminders.due, never, 99)]


@pytest.fixture
def course(io_loop: Any, database_url: str, tmp_path: Path) -> Iterator[Course]:
    """Olena tutors Sofia, Taras is invited."""
    with opened_mail_school(io_loop, database_url, tmp_path) as mails:
        course = Course(mails)
        # As at the first start with a database that had lessons before.
        io_loop.run_sync(course.task.look)
        yield course


BOTH_AT_DAY = [("Olena", DAY), ("Sofia", DAY)]


async def test_accepted_members_are_reminded_at_each_interval(course: Course) -> None:
    course.at(TEN - timedelta(seconds=DAY, microseconds=1))
    assert await course.reminded() == []

    course.at(TEN - timedelta(seconds=DAY))
    assert await course.reminded() == BOTH_AT_DAY
    course.at(TEN - timedelta(seconds=QUARTER))
    assert await course.reminded(SOFIA) == [("Sofia", DAY), ("Sofia", QUARTER)]

    course.at(TEN + timedelta(days=2))
    assert len(await course.reminded(SOFIA)) == 2
    told = json.loads((await course.mails.of(SOFIA))[-1].data)
    assert told == {
        "lesson_id": LESSON,
        "title": "Fractions",
        "starts_at": "2026-12-01T10:00:00Z",
        "ends_at": "2026-12-01T11:00:00Z",
        "by": None,
        "before": QUARTER,
    }


async def test_an_interval_that_has_begun_as_the_lesson_is_made_is_left_out(
    course: Course,
) -> None:
    course.at(TEN - timedelta(hours=1))
    await course.lessons.create(ADMIN, body(ask(PETRO, state="accepted")))
    await course.lessons.put(ADMIN, 7, body(ask(ADMIN, state="accepted")))

    course.at(TEN - timedelta(minutes=5))
    assert await course.reminded(PETRO, ADMIN) == [("Petro", QUARTER), ("Ada", QUARTER)]


async def test_reminders_move_with_the_lesson(course: Course) -> None:
    later = TEN + timedelta(days=3)
    moved = LessonPatch(starts_at=later, ends_at=later + timedelta(hours=1))
    await course.lessons.patch(OLENA, LESSON, moved)

    assert await course.waiting() == [later] * len(BEFORES)
    course.at(TEN)
    assert await course.reminded() == []
    course.at(later - timedelta(seconds=DAY))
    assert await course.reminded() == BOTH_AT_DAY


async def test_a_lesson_moved_and_back_reminds_once_of_each_start(
    course: Course,
) -> None:
    course.at(TEN - timedelta(seconds=DAY))
    assert await course.reminded() == BOTH_AT_DAY
    # Whoever sets the clock right may live through the same moment twice.
    course.clock.set_back(timedelta(hours=2))
    for start in (ELEVEN, TEN):
        moved = LessonPatch(starts_at=start, ends_at=start + timedelta(hours=1))
        await course.lessons.patch(OLENA, LESSON, moved)

    course.at(TEN - timedelta(hours=20))
    assert await course.reminded() == BOTH_AT_DAY


async def test_a_new_title_or_end_leaves_the_reminders(course: Course) -> None:
    changed = LessonPatch(title="Roots", ends_at=TEN + timedelta(hours=3))
    await course.lessons.patch(OLENA, LESSON, changed)

    course.at(TEN - timedelta(seconds=DAY))
    assert await course.reminded() == BOTH_AT_DAY


async def test_a_cancelled_lesson_reminds_nobody(course: Course) -> None:
    await course.lessons.cancel(OLENA, LESSON)

    assert await course.waiting() == []
    course.at(TEN - timedelta(seconds=QUARTER))
    assert await course.reminded() == []


async def test_who_left_or_accepts_late_is_not_reminded(course: Course) -> None:
    await course.members.change(ADMIN, LESSON, 4, MemberPatch(state="invited"))
    course.at(TEN - timedelta(hours=23))
    # Nobody has looked yet, as if no server ran: the interval has begun all the same.
    await course.members.accept(TARAS, LESSON)

    assert await course.reminded() == [("Olena", DAY)]
    course.at(TEN - timedelta(seconds=QUARTER))
    assert await course.reminded(SOFIA, TARAS) == [("Taras", QUARTER)]
    await course.members.remove(OLENA, LESSON, TARAS.user_id)
    assert await course.reminded(SOFIA) == []


async def test_a_process_that_dies_before_the_commit_leaves_it_to_the_next(
    course: Course,
) -> None:
    course.at(TEN - timedelta(seconds=DAY))
    dying = Dying(course.mails.templates, hold=90, chat_delay=120)

    with pytest.raises(ConnectionResetError):
        await Reminders(course.db, course.clock, dying, course.plan).look()

    assert await course.reminded() == BOTH_AT_DAY


class Dying(Notices):
    """Makes the notifications, and doesn't live to see them committed."""

    def dispatch(self, *args: Any, **kwargs: Any) -> Any:
        super().dispatch(*args, **kwargs)
        raise ConnectionResetError


@pytest.mark.parametrize(
    ("back", "told"),
    [(TEN - timedelta(minutes=1), [DAY, QUARTER]), (TEN, []), (ELEVEN, [])],
)
async def test_what_was_due_while_no_server_ran_goes_unless_the_lesson_has_begun(
    course: Course, back: Any, told: list[int]
) -> None:
    course.at(back)

    course.task = course.process()

    assert await course.reminded(SOFIA) == [("Sofia", before) for before in told]


async def test_a_clock_that_is_set_forward_and_back_doubles_nothing(
    course: Course,
) -> None:
    course.clock.set_back(course.clock.now() - TEN + timedelta(seconds=DAY))
    assert await course.reminded() == BOTH_AT_DAY

    course.clock.set_back(timedelta(days=10))
    course.task = course.process()
    assert await course.reminded() == BOTH_AT_DAY
    course.at(TEN - timedelta(hours=1))
    assert await course.reminded() == BOTH_AT_DAY


@pytest.fixture
def other_database(io_loop: Any, database_url: str, course: Course) -> Iterator[Any]:
    """The same database, as another process has it."""
    with another(io_loop, database_url) as database:
        yield database


async def test_several_processes_remind_once(
    course: Course, other_database: Any
) -> None:
    course.at(TEN - timedelta(seconds=DAY))
    others = [course.process(db) for db in (None, other_database, other_database)]

    await asyncio.gather(*(one.look() for one in others))

    assert await course.reminded() == BOTH_AT_DAY


async def test_other_intervals_hold_from_the_next_start_on(course: Course) -> None:
    week, hour = 7 * DAY, 3600
    course.at(TEN - timedelta(days=3))

    course.task = course.process(befores=(week, hour))
    assert await course.reminded() == []

    course.at(TEN - timedelta(hours=1))
    assert await course.reminded(SOFIA) == [("Sofia", hour)]


async def test_no_interval_reminds_nobody(course: Course) -> None:
    course.task = course.process(befores=())
    await course.task.look()

    course.at(TEN - timedelta(minutes=1))
    assert await course.reminded() == []


async def test_what_went_is_forgotten_a_day_after_the_start(course: Course) -> None:
    course.at(TEN - timedelta(seconds=QUARTER))
    await course.task.look()

    course.at(TEN + timedelta(hours=25))
    await course.task.prune()

    left = await course.db.read(lambda tx: tx.rows(Reminder.select()))
    assert left == []
