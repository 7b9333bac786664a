"""The video call of a lesson (contract 3.3): who gets the link to it, and when."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

import msgspec

from rtserver.access.actor import Actor
from rtserver.access.rights import Right
from rtserver.clock import Clock
from rtserver.errors import Conflict, NotFound
from rtserver.lessons.call_links import CallGuest, CallLinks
from rtserver.lessons.service import allowed
from rtserver.views import Time
from store import lessons, members
from store.database import Database
from store.records import LessonRecord
from store.transaction import Transaction

BEFORE = timedelta(minutes=30)
AFTER = timedelta(hours=1)


class CallView(msgspec.Struct, frozen=True):
    """The link to a lesson's call; ``expires_at`` is null if it carries no token."""

    url: str
    expires_at: Time | None


class RoomOccupants(Protocol):
    """One who knows who is in a lesson's room."""

    def present(self, lesson_id: int) -> Sequence[int]:
        """Return the ids of those who are there."""


class _Call(NamedTuple):
    lesson: LessonRecord
    number: int
    tutors: frozenset[int]


class Calls:
    """The calls of lessons; ``links`` is None where the school has none."""

    def __init__(
        self, db: Database, clock: Clock, rooms: RoomOccupants, links: CallLinks | None
    ) -> None:
        self._db = db
        self._clock = clock
        self._rooms = rooms
        self._links = links

    async def join(self, actor: Actor, lesson_id: int) -> CallView:
        """Return the link for one who may come now; ``Conflict`` if it isn't time."""
        user_id = actor.require_user()
        if self._links is None:
            raise NotFound("This school has no video calls.")
        call = await self._db.read(_read, actor, lesson_id)
        self._require_time(call.lesson)
        if user_id not in call.tutors:
            self._require_tutor(call)
        until = call.lesson.ends_at + AFTER
        guest = CallGuest(
            actor, user_id in call.tutors, call.lesson.starts_at - BEFORE, until
        )
        url = self._links.link(self._links.name(lesson_id, call.number), guest)
        return CallView(url, until if self._links.has_tokens else None)

    def _require_time(self, lesson: LessonRecord) -> None:
        now: datetime = self._clock.now()
        if now < lesson.starts_at - BEFORE:
            raise Conflict("The call opens 30 minutes before the lesson: come later.")
        if now >= lesson.ends_at + AFTER:
            raise Conflict("The lesson is over, and so is its call.")

    def _require_tutor(self, call: _Call) -> None:
        if call.tutors.isdisjoint(self._rooms.present(call.lesson.id)):
            raise Conflict("No tutor is in the lesson's room yet: wait for one.")


def _read(tx: Transaction, actor: Actor, lesson_id: int) -> _Call:
    lesson = allowed(tx, actor, lesson_id, Right.JOIN_CALL)
    tutors = frozenset(
        member.user_id
        for member in members.of_lesson(tx, lesson_id)
        if (member.role, member.state) == ("tutor", "accepted")
    )
    return _Call(lesson, lessons.call_number(tx, lesson_id), tutors)
