"""Lessons (contract 3.3): make, read, change and cancel them."""

from dataclasses import dataclass
from datetime import datetime

import msgspec
from msgspec import UNSET

from rtserver.access import rights
from rtserver.access.actor import Actor
from rtserver.access.changes import NOBODY, announce
from rtserver.access.rights import CANCELLED, Right
from rtserver.clock import Clock
from rtserver.errors import Conflict, Forbidden, Invalid, Unauthenticated
from rtserver.input.cursors import decode_cursor, encode_cursor
from rtserver.lessons import invitations
from rtserver.lessons.announcements import announce_lesson
from rtserver.lessons.notices import LessonChange, TellLesson, concerned
from rtserver.lessons.requests import LessonBody, LessonFields, LessonPatch, cleaned
from rtserver.lessons.roster import Roster
from rtserver.views import LessonView, lesson_view
from store import lessons, members, users
from store.database import Database
from store.fields import to_micros
from store.records import LessonRecord, MemberRecord
from store.transaction import Transaction


class LessonPage(msgspec.Struct, frozen=True):
    """A page of lessons."""

    results: list[LessonView]
    next: str | None


@dataclass(frozen=True, slots=True)
class LessonFilter:
    """A choice of lessons: those that overlap ``since`` to ``until`` (exclusive)."""

    since: datetime | None = None
    until: datetime | None = None


class Lessons:
    """Every lesson; whoever asks needs the right to it at the moment of the change."""

    def __init__(self, db: Database, clock: Clock, tell: TellLesson) -> None:
        self._db = db
        self._clock = clock
        self._tell = tell

    async def create(self, actor: Actor, body: LessonBody) -> LessonView:
        """Make a lesson under the next id; a tutor who makes it is its tutor."""
        if not actor.manages and actor.role != "tutor":
            raise Forbidden("Lessons are made by tutors and admins.")
        self._tell.require_mails(actor)
        asked, now = cleaned(body), self._clock.now()
        people = await self._db.read(concerned, 0, body.members or ())
        return await self._db.write(self._create, actor, now, asked, users=people)

    async def get(self, actor: Actor, lesson_id: int) -> LessonView:
        """Read a lesson as a member, an invited one included, or as an admin."""
        return await self._db.read(_get, actor, lesson_id)

    async def list(
        self,
        actor: Actor,
        wanted: LessonFilter,
        *,
        cursor: str | None = None,
        limit: int = 50,
    ) -> LessonPage:
        """Page through one's own lessons, for admins all, by their start."""
        after = None
        if cursor is not None:
            starts_at, last_id = decode_cursor(cursor, "lessons", 2)
            after = starts_at, last_id
        return await self._db.read(_list, actor, wanted, after, limit)

    async def put(
        self, actor: Actor, lesson_id: int, body: LessonBody
    ) -> tuple[LessonView, bool]:
        """Make or change the lesson with this id; True if it is new."""
        actor.require_manager()
        asked, now = cleaned(body), self._clock.now()
        people = await self._db.read(concerned, lesson_id, body.members or ())
        return await self._db.write(
            self._put, actor, lesson_id, now, asked, lessons=[lesson_id], users=people
        )

    async def patch(
        self, actor: Actor, lesson_id: int, body: LessonPatch
    ) -> LessonView:
        """Change a lesson's title or times, or what its students may say."""
        if (body.starts_at, body.ends_at) != (UNSET, UNSET):
            self._tell.require_mails(actor)
        asked, now = cleaned(body), self._clock.now()
        people = await self._db.read(concerned, lesson_id)
        return await self._db.write(
            self._patch, actor, lesson_id, now, asked, lessons=[lesson_id], users=people
        )

    async def cancel(self, actor: Actor, lesson_id: int) -> None:
        """Make a lesson read-only for good; a second time changes nothing."""
        now = self._clock.now()
        people = await self._db.read(concerned, lesson_id)
        await self._db.write(
            self._cancel, actor, lesson_id, now, lessons=[lesson_id], users=people
        )

    def _create(
        self, tx: Transaction, actor: Actor, now: datetime, body: LessonBody
    ) -> LessonView:
        people = body.members or []
        invitations.check_states(actor, people)
        found = invitations.find_all(tx, people)
        fields = _in_order(_fields(body))
        lesson = lessons.insert(tx, **fields._asdict(), at=now, chat=_mode(body))
        roster = Roster(tx, lesson, actor, now)
        if not actor.manages:
            roster.put(_creator(tx, actor, lesson))
        invitations.place_all(roster, found, people)
        roster.require_tutor()
        self._tell.lesson_changed(tx, LessonChange(lesson, None, actor, now), ())
        self._tell.roster_changed(tx, roster)
        return lesson_view(lesson, roster.members())

    def _put(
        self,
        tx: Transaction,
        actor: Actor,
        lesson_id: int,
        now: datetime,
        body: LessonBody,
    ) -> tuple[LessonView, bool]:
        held, fields = lessons.get(tx, lesson_id), _fields(body)
        if held is None:
            new = _in_order(fields)._asdict()
            lesson = lessons.insert_with_id(
                tx, lesson_id, **new, at=now, chat=_mode(body)
            )
        else:
            lesson = _with_chat(tx, _changed(tx, held, fields), body)
        roster = Roster(tx, lesson, actor, now)
        before = roster.members()
        if body.members is not UNSET:
            invitations.replace_all(tx, roster, body.members)
        stayed = [member for member in before if roster.get(member.user_id)]
        change = LessonChange(lesson, held, actor, now)
        self._tell.lesson_changed(tx, change, stayed)
        self._tell.roster_changed(tx, roster)
        if held is not None and (lesson != held or roster.changes):
            announce_lesson(tx, lesson_id, now)
        return lesson_view(lesson, roster.members()), held is None

    def _patch(
        self,
        tx: Transaction,
        actor: Actor,
        lesson_id: int,
        now: datetime,
        body: LessonPatch,
    ) -> LessonView:
        was = allowed(tx, actor, lesson_id, Right.CHANGE_LESSON)
        fields = LessonFields(
            was.title if body.title is UNSET else body.title,
            was.starts_at if body.starts_at is UNSET else body.starts_at,
            was.ends_at if body.ends_at is UNSET else body.ends_at,
        )
        lesson = _with_chat(tx, _changed(tx, was, fields), body)
        people = members.of_lesson(tx, lesson.id)
        self._tell.lesson_changed(tx, LessonChange(lesson, was, actor, now), people)
        if lesson != was:
            announce_lesson(tx, lesson_id, now)
        return lesson_view(lesson, people)

    def _cancel(
        self, tx: Transaction, actor: Actor, lesson_id: int, now: datetime
    ) -> None:
        lesson, member = _find(tx, actor, lesson_id)
        may = rights.allows(actor, member, Right.CHANGE_LESSON)
        if may and lesson is not None and lesson.status == "cancelled":
            return
        was = rights.require(actor, lesson, member, Right.CHANGE_LESSON)
        change = LessonChange(lessons.cancel(tx, lesson_id), was, actor, now)
        people = members.of_lesson(tx, lesson_id)
        self._tell.lesson_changed(tx, change, people)
        accepted = [person.user_id for person in people if person.state == "accepted"]
        data = {"recipients": accepted}
        announce(tx, "cancelled", NOBODY, now=now, lesson_id=lesson_id, data=data)
        announce_lesson(tx, lesson_id, now)


def allowed(
    tx: Transaction, actor: Actor, lesson_id: int, right: Right
) -> LessonRecord:
    """Find a lesson to which the actor has a right at this moment."""
    lesson, member = _find(tx, actor, lesson_id)
    return rights.require(actor, lesson, member, right)


def _find(
    tx: Transaction, actor: Actor, lesson_id: int
) -> tuple[LessonRecord | None, MemberRecord | None]:
    """Find a lesson and the actor's row in it."""
    lesson = lessons.get(tx, lesson_id)
    if actor.user_id is None:
        return lesson, None
    return lesson, members.acting(tx, lesson_id, actor.user_id)


def _get(tx: Transaction, actor: Actor, lesson_id: int) -> LessonView:
    lesson = allowed(tx, actor, lesson_id, Right.READ_LESSON)
    return lesson_view(lesson, members.of_lesson(tx, lesson_id))


def _list(
    tx: Transaction,
    actor: Actor,
    wanted: LessonFilter,
    after: tuple[int, int] | None,
    limit: int,
) -> LessonPage:
    found = lessons.page(
        tx,
        user_id=None if actor.manages else actor.require_user(),
        since=wanted.since,
        until=wanted.until,
        after=after,
        limit=limit + 1,
    )
    shown = found[:limit]
    people: dict[int, list[MemberRecord]] = {lesson.id: [] for lesson in shown}
    for member in members.of_lessons(tx, list(people)):
        people[member.lesson_id].append(member)
    return LessonPage(
        results=[lesson_view(lesson, people[lesson.id]) for lesson in shown],
        next=_cursor(shown[-1]) if len(found) > limit else None,
    )


def _cursor(last: LessonRecord) -> str:
    return encode_cursor("lessons", to_micros(last.starts_at), last.id)


def _creator(tx: Transaction, actor: Actor, lesson: LessonRecord) -> MemberRecord:
    user = users.get(tx, actor.require_user())
    if user is None or not user.is_active:
        raise Unauthenticated()
    return MemberRecord(
        lesson_id=lesson.id,
        user_id=user.id,
        name=user.name,
        role="tutor",
        state="accepted",
        board="draw",
        chat_from=0,
    )


def _fields(body: LessonBody) -> LessonFields:
    return LessonFields(body.title, body.starts_at, body.ends_at)


def _changed(
    tx: Transaction, lesson: LessonRecord, fields: LessonFields
) -> LessonRecord:
    """Store what differs from a lesson; a cancelled one may not change."""
    if fields == (lesson.title, lesson.starts_at, lesson.ends_at):
        return lesson
    if lesson.status == "cancelled":
        raise Conflict(CANCELLED)
    return lessons.update(tx, lesson.id, **_in_order(fields)._asdict())


def _with_chat(
    tx: Transaction, lesson: LessonRecord, body: LessonBody | LessonPatch
) -> LessonRecord:
    """Store what students may say, if that is another; calendars don't show it."""
    if body.chat in (UNSET, lesson.chat):
        return lesson
    if lesson.status == "cancelled":
        raise Conflict(CANCELLED)
    return lessons.set_chat(tx, lesson.id, body.chat)


def _mode(body: LessonBody) -> str:
    return "open" if body.chat is UNSET else body.chat


def _in_order(fields: LessonFields) -> LessonFields:
    if fields.ends_at <= fields.starts_at:
        raise Invalid.at("ends_at", "must be after starts_at")
    return fields
