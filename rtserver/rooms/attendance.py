"""Attendance: who was in the room of a lesson, and for how long (contract 3.3)."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from rtserver.access import rights
from rtserver.access.actor import Actor
from rtserver.access.rights import Right
from rtserver.clock import Clock, rfc3339
from rtserver.rooms.csv_table import Cell, csv_table
from rtserver.views import MemberRole, Time
from store import attendance, lessons, members
from store.database import Database
from store.records import LessonRecord, StayRecord
from store.transaction import Transaction

COLUMNS = ("user_id", "name", "role", "entered_at", "left_at", "seconds")


class StayView(msgspec.Struct, frozen=True):
    """A stay in the room; ``left_at`` is null while it lasts."""

    entered_at: Time
    left_at: Time | None


class AttendeeView(msgspec.Struct, frozen=True):
    """Somebody who was there; ``seconds`` count between the lesson's start and end."""

    user_id: int
    name: str
    role: MemberRole
    seconds: int
    stays: list[StayView]


class AttendanceView(msgspec.Struct, frozen=True):
    """All who were in the room, in the order in which they first came."""

    results: list[AttendeeView]


class Attendance:
    """The attendance of lessons, for their tutors and those who manage them."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def of_lesson(self, actor: Actor, lesson_id: int) -> AttendanceView:
        """Return who was in a lesson's room."""
        return await self._db.read(_read, actor, lesson_id, self._clock.now())

    async def table(self, actor: Actor, lesson_id: int) -> bytes:
        """Return the same as CSV, a row a stay."""
        return await self._db.read(_read_table, actor, lesson_id, self._clock.now())


def attendance_of(
    tx: Transaction, lesson: LessonRecord, now: datetime
) -> AttendanceView:
    """Read a lesson's attendance; stays that last are counted up to ``now``."""
    stays: dict[int, list[StayRecord]] = {}
    for stay in attendance.of_lesson(tx, lesson.id):
        stays.setdefault(stay.user_id, []).append(stay)
    return AttendanceView([_attendee(lesson, own, now) for own in stays.values()])


def attendance_table(tx: Transaction, lesson: LessonRecord, now: datetime) -> bytes:
    """Read a lesson's attendance as CSV, a row a stay, in the order of entering."""
    found = attendance.of_lesson(tx, lesson.id)
    return csv_table(COLUMNS, (_row(lesson, stay, now) for stay in found))


def _read(
    tx: Transaction, actor: Actor, lesson_id: int, now: datetime
) -> AttendanceView:
    return attendance_of(tx, _allowed(tx, actor, lesson_id), now)


def _read_table(tx: Transaction, actor: Actor, lesson_id: int, now: datetime) -> bytes:
    return attendance_table(tx, _allowed(tx, actor, lesson_id), now)


def _allowed(tx: Transaction, actor: Actor, lesson_id: int) -> LessonRecord:
    member = None
    if actor.user_id is not None:
        member = members.acting(tx, lesson_id, actor.user_id)
    lesson = lessons.get(tx, lesson_id)
    return rights.require(actor, lesson, member, Right.READ_ATTENDANCE)


def _attendee(
    lesson: LessonRecord, stays: list[StayRecord], now: datetime
) -> AttendeeView:
    last = stays[-1]
    return AttendeeView(
        user_id=last.user_id,
        name=last.name,
        role=last.role,
        seconds=sum(_seconds(lesson, stay, now) for stay in stays),
        stays=[StayView(stay.entered_at, stay.left_at) for stay in stays],
    )


def _seconds(lesson: LessonRecord, stay: StayRecord, now: datetime) -> int:
    """Return the whole seconds of a stay that lie within the lesson's times."""
    begin = max(stay.entered_at, lesson.starts_at)
    end = min(stay.left_at or now, lesson.ends_at)
    return max(0, round((end - begin).total_seconds()))


def _row(lesson: LessonRecord, stay: StayRecord, now: datetime) -> Iterator[Cell]:
    yield from (stay.user_id, stay.name, stay.role, rfc3339(stay.entered_at))
    yield rfc3339(stay.left_at) if stay.left_at is not None else ""
    yield _seconds(lesson, stay, now)
