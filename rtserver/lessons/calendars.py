"""One's lessons for calendar programs, at an address without a login (contract 4)."""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from rtserver.access.actor import Actor
from rtserver.clock import Clock
from rtserver.errors import NotFound
from rtserver.mail.calendar import CalendarEvent, feed, uid_of
from rtserver.settings.server_url import lesson_url
from rtserver.views import Time
from store import calendar_addresses, facts, lessons, members
from store.database import Database
from store.fields import EPOCH, to_micros
from store.records import LessonRecord
from store.transaction import Transaction

PATH = "/api/calendar/"
ENDING = ".ics"
PAST = timedelta(days=90)
PAGE = 500


class CalendarView(msgspec.Struct, frozen=True):
    """The age of one's address for calendar programs; null where there is none."""

    created_at: Time | None


class CalendarAddressView(msgspec.Struct, frozen=True):
    """The address for a calendar program; it is shown this once."""

    url: str


class CalendarFile(NamedTuple):
    """A calendar of so many lessons.

    ``digest`` stands for what is in it, whenever it was written.
    """

    body: bytes
    digest: str
    lessons: int


class Calendars:
    """The addresses at which people's calendar programs read their lessons.

    ``base_url`` is called, since the port may be known only later. ``lesson_url`` is
    that of a lesson's page, as the settings have it. ``page``: so many lessons are read
    at once.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        *,
        base_url: Callable[[], str],
        lesson_url: str = "",
        page: int = PAGE,
    ) -> None:
        self._db = db
        self._clock = clock
        self._base_url = base_url
        self._lesson_url = lesson_url
        self._page = page

    async def made_at(self, actor: Actor) -> CalendarView:
        """Return when one's address was made, if one has any."""
        user_id = actor.require_user()
        return CalendarView(await self._db.read(calendar_addresses.made_at, user_id))

    async def open(self, actor: Actor) -> CalendarAddressView:
        """Make a new address, which ends the one before."""
        user_id, now = actor.require_user(), self._clock.now()
        signed = secrets.token_urlsafe(32)
        put = calendar_addresses.put
        await self._db.write(put, user_id, _digest(signed), now, users=[user_id])
        return CalendarAddressView(f"{self._base_url()}{PATH}{signed}{ENDING}")

    async def close(self, actor: Actor) -> None:
        """End one's address; a second time changes nothing."""
        user_id = actor.require_user()
        await self._db.write(calendar_addresses.delete, user_id, users=[user_id])

    async def owner(self, signed: str) -> int:
        """Return whose calendar is at an address; ``NotFound`` if it has ended."""
        return await self._db.read(_owner, signed)

    async def read(self, signed: str) -> CalendarFile:
        """Return the calendar at an address; ``NotFound`` if it has ended."""
        return await self._db.read(self._read, signed, self._clock.now())

    def _read(self, tx: Transaction, signed: str, now: datetime) -> CalendarFile:
        events = list(self._events(tx, _owner(tx, signed), now))
        timeless = [replace(one, written_at=EPOCH) for one in events]
        digest = hashlib.sha256(feed(timeless)).hexdigest()
        return CalendarFile(feed(events), digest, len(events))

    def _events(
        self, tx: Transaction, user_id: int, now: datetime
    ) -> Iterator[CalendarEvent]:
        school, base_url = facts.school(tx), self._base_url()
        for lesson, state in _lessons(tx, user_id, now - PAST, self._page):
            yield CalendarEvent(
                uid=uid_of(lesson.id, school),
                sequence=lesson.sequence,
                title=lesson.title,
                starts_at=lesson.starts_at,
                ends_at=lesson.ends_at,
                written_at=now,
                url=lesson_url(self._lesson_url, base_url, lesson.id),
                status=_status(lesson, state),
            )


def _lessons(
    tx: Transaction, user_id: int, since: datetime, limit: int
) -> Iterator[tuple[LessonRecord, str]]:
    """Yield somebody's lessons that end after a moment, with their state in each."""
    after: tuple[int, int] | None = None
    while found := lessons.page(
        tx, user_id=user_id, since=since, until=None, after=after, limit=limit
    ):
        states = members.states(tx, user_id, [lesson.id for lesson in found])
        for lesson in found:
            # Who is taken out meanwhile may be in the one and not in the other.
            if state := states.get(lesson.id):
                yield lesson, state
        after = to_micros(found[-1].starts_at), found[-1].id


def _status(lesson: LessonRecord, state: str) -> str:
    if lesson.status == "cancelled":
        return "CANCELLED"
    return "TENTATIVE" if state == "invited" else "CONFIRMED"


def _owner(tx: Transaction, signed: str) -> int:
    user_id = calendar_addresses.owner(tx, _digest(signed))
    if user_id is None:
        raise NotFound("This address leads nowhere any more: make a new one.")
    return user_id


def _digest(signed: str) -> str:
    return hashlib.sha256(signed.encode()).hexdigest()
