"""Whom a change of a lesson is told."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rtserver.lessons.members import Members
from rtserver.lessons.notices import LessonNotices, concerned
from rtserver.lessons.reminders import ReminderPlan
from rtserver.lessons.requests import Invitation, LessonPatch
from rtserver.lessons.service import Lessons
from store import lessons
from tests.lesson_school import (
    ADMIN,
    ELEVEN,
    LESSON,
    NOON,
    OLENA,
    PETRO,
    SOFIA,
    TARAS,
    TEN,
    ask,
    bare,
    generous,
)
from tests.mail_school import MailSchool, opened_mail_school

EVERYBODY = (ADMIN, OLENA, PETRO, SOFIA, TARAS)


class Told:
    """Lessons and members whose changes are told, in one lesson of a school."""

    def __init__(self, mails: MailSchool) -> None:
        self.mails, self.db = mails, mails.db
        tell = LessonNotices(mails.notices, ReminderPlan(()), generous(mails.clock))
        self.lessons = Lessons(mails.db, mails.clock, tell)
        self.members = Members(mails.db, mails.clock, tell)

    async def all(self) -> list[tuple[str, str]]:
        """Return what everybody was told, as (name, event)."""
        return [
            (person.name, record.event)
            for person in EVERYBODY
            for record in await self.mails.of(person)
        ]

    async def data(self, person: Any) -> Any:
        """Return what the last thing says that somebody was told."""
        return json.loads((await self.mails.of(person))[-1].data)


@pytest.fixture
def told(io_loop: Any, migrated_sqlite_url: str, tmp_path: Path) -> Iterator[Told]:
    """Olena tutors Sofia, Taras is invited."""
    with opened_mail_school(io_loop, migrated_sqlite_url, tmp_path) as mails:
        yield Told(mails)


async def test_what_students_may_say_is_no_news_for_mails_and_calendars(
    told: Told,
) -> None:
    before = await told.db.read(lessons.get, LESSON)

    changed = await told.lessons.patch(OLENA, LESSON, LessonPatch(chat="tutors"))
    moved, _ = await told.lessons.put(ADMIN, LESSON, bare())

    after = await told.db.read(lessons.get, LESSON)
    assert before and after and after.sequence == before.sequence
    assert (changed.chat, moved.chat, after.chat) == ("tutors", "tutors", "tutors")
    assert await told.all() == []


async def test_a_lesson_that_moves_tells_all_but_who_moved_it(told: Told) -> None:
    moved = LessonPatch(starts_at=ELEVEN, ends_at=NOON)

    await told.lessons.patch(OLENA, LESSON, moved)

    event = "lesson.rescheduled"
    assert await told.all() == [("Sofia", event), ("Taras", event)]
    data = await told.data(SOFIA)
    assert (data["starts_at"], data["was"]["starts_at"]) == (
        "2026-12-01T11:00:00Z",
        "2026-12-01T10:00:00Z",
    )
    assert data["by"] == {"id": OLENA.user_id, "name": "Olena"}


async def test_a_new_title_is_told_nobody(told: Told) -> None:
    await told.lessons.patch(OLENA, LESSON, LessonPatch(title="Fractions II"))

    assert await told.all() == []


async def test_a_student_is_invited_and_who_is_accepted_has_a_lesson(
    told: Told,
) -> None:
    await told.members.invite(ADMIN, LESSON, ask(PETRO, state="invited"))
    await told.members.invite(OLENA, LESSON, ask(ADMIN, "tutor", state="invited"))

    assert await told.all() == [
        ("Ada", "lesson.scheduled"),
        ("Petro", "student.invited"),
    ]


async def test_who_is_taken_out_is_told_and_their_calendar_follows(
    told: Told,
) -> None:
    before = await told.db.read(lessons.get, LESSON)

    await told.members.remove(OLENA, LESSON, SOFIA.user_id)

    assert await told.all() == [("Sofia", "lesson.cancelled")]
    assert (await told.data(SOFIA))["removed"] is True
    after = await told.db.read(lessons.get, LESSON)
    assert after.sequence == before.sequence + 1


async def test_a_tutor_who_accepts_is_told_to_the_others_and_a_student_is_not(
    told: Told,
) -> None:
    await told.members.invite(ADMIN, LESSON, ask(PETRO, "tutor", state="invited"))
    await told.members.accept(PETRO, LESSON)
    await told.members.accept(TARAS, LESSON)

    accepted = [name for name, event in await told.all() if event == "tutor.accept"]
    assert accepted == ["Olena", "Sofia", "Taras"]
    assert (await told.data(SOFIA))["tutor"] == {"id": PETRO.user_id, "name": "Petro"}


async def test_a_cancelled_lesson_is_told_once_and_not_to_who_did_it(
    told: Told,
) -> None:
    await told.lessons.cancel(ADMIN, LESSON)

    event = "lesson.cancelled"
    assert await told.all() == [("Olena", event), ("Sofia", event), ("Taras", event)]
    assert "removed" not in await told.data(SOFIA)


async def test_those_are_concerned_who_are_in_it_or_asked_in_either_way(
    told: Told,
) -> None:
    asked = [
        Invitation(user_id=ADMIN.user_id, role="student"),
        Invitation(email=" PETRO@example.org", role="tutor"),
        Invitation(email="nobody@example.org", role="tutor"),
        Invitation(email="no address", role="tutor"),
    ]

    ids = await told.db.read(concerned, LESSON, asked)

    assert ids == {person.user_id for person in EVERYBODY}


async def test_a_lesson_is_told_with_the_lesson_as_it_is_by_then(told: Told) -> None:
    longer = LessonPatch(ends_at=ELEVEN + timedelta(minutes=30))

    await told.lessons.patch(ADMIN, LESSON, longer)

    data = await told.data(OLENA)
    assert (data["lesson_id"], data["title"]) == (LESSON, "Fractions")
    assert data["starts_at"] == f"{TEN:%Y-%m-%dT%H:%M:%SZ}"
