"""Tell members who aren't on a board that it has changed (contract 4).

Who is on a board is known to the process that holds their connection. It notes that in
the database while the board changes, unless it is the only process.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from rtserver.clock import Clock
from rtserver.delivery.channels import board_channel, parse_stream
from rtserver.delivery.publication import Publication
from rtserver.delivery.session import Sessions
from rtserver.errors import log_unexpected
from rtserver.notifications.notices import Notice, Notices
from rtserver.throttle import Throttle
from store import board_notices, lessons, users
from store.database import Database
from store.errors import StoreError
from store.transaction import Transaction

log = logging.getLogger(__name__)

EVENT = "board.activity"
# So long changes gather, in which others note who is on the board. They do so this
# often, and somebody seen there counts as being there for a while.
GATHER_SECONDS = 1.0
NOTE_SECONDS = 5.0
SEEN_SECONDS = 15.0


class _Author(msgspec.Struct, frozen=True):
    user_id: int


class _Before(NamedTuple):
    """Whom to pass over: who was told or seen since these moments."""

    told: datetime
    seen: datetime


class _Telling(NamedTuple):
    notices: Notices
    lesson_id: int
    author_id: int
    user_ids: list[int]
    now: datetime
    before: _Before


class BoardNotifier:
    """``interval``: least time between two notices of a board to one user."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        notices: Notices,
        sessions: Sessions,
        *,
        interval: float,
        alone: Callable[[], bool],
    ) -> None:
        self._db = db
        self._clock = clock
        self._notices = notices
        self._sessions = sessions
        self._interval = timedelta(seconds=interval)
        self._alone = alone
        self._noted = Throttle(NOTE_SECONDS)
        self._changed: dict[int, int] = {}
        self._watched = set[int]()
        self._wake = asyncio.Event()

    def published(self, event: Publication) -> None:
        """Note the lesson if a board was changed here, and by whom first."""
        kind, lesson_id = parse_stream(event.stream)
        if kind == "board" and lesson_id not in self._changed:
            author = msgspec.json.decode(bytes(event.payload), type=_Author)
            self._changed[lesson_id] = author.user_id
            self._wake.set()

    def delivered(self, event: Publication) -> None:
        """Note the board if the connections on it here were sent a change of it."""
        kind, lesson_id = parse_stream(event.stream)
        if kind != "board" or self._alone():
            return
        if self._noted.take(lesson_id, self._clock.monotonic()):
            self._watched.add(lesson_id)
            self._wake.set()

    async def run(self) -> None:
        """Note who is on the boards, and tell who isn't, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._note_seen()
                if self._changed:
                    await asyncio.sleep(GATHER_SECONDS)
                    await self._tell()
            except StoreError:
                await asyncio.sleep(GATHER_SECONDS)
                self._wake.set()
            except Exception as error:
                log_unexpected(log, error, "notifying of boards")

    async def _note_seen(self) -> None:
        watched, self._watched = self._watched, set()
        for lesson_id in watched:
            on_board = self._sessions.subscribed(board_channel(lesson_id))
            here = {session.user_id for session in on_board}
            if here:
                seen = lesson_id, here, self._clock.now()
                await self._db.write(_set_seen, seen)

    async def _tell(self) -> None:
        changed, self._changed = self._changed, {}
        try:
            await self._tell_of(changed)
        except StoreError:
            self._changed = {**self._changed, **changed}
            raise

    async def _tell_of(self, changed: Mapping[int, int]) -> None:
        """Tell of boards, each with who changed it; again is harmless."""
        now = self._clock.now()
        before = _Before(now - self._interval, now - timedelta(seconds=SEEN_SECONDS))
        people: dict[int, list[int]] = {}
        for lesson_id, user_id in await self._db.read(_untold, list(changed), before):
            if user_id != changed[lesson_id] and not self._sees(user_id, lesson_id):
                people.setdefault(lesson_id, []).append(user_id)
        for lesson_id, user_ids in people.items():
            telling = _Telling(
                *(self._notices, lesson_id, changed[lesson_id], user_ids, now, before)
            )
            await self._db.write(_notify, telling, lessons=[lesson_id], users=user_ids)

    def _sees(self, user_id: int, lesson_id: int) -> bool:
        """Return whether somebody is on a board, with a connection here."""
        channel = board_channel(lesson_id)
        sessions = self._sessions.of_user(user_id)
        return any(channel in session.subscriptions for session in sessions)


def _untold(
    tx: Transaction, lesson_ids: list[int], before: _Before
) -> list[tuple[int, int]]:
    return board_notices.untold(
        tx, lesson_ids, told_before=before.told, seen_before=before.seen
    )


def _set_seen(tx: Transaction, seen: tuple[int, Collection[int], datetime]) -> None:
    board_notices.set_seen(tx, *seen)


def _notify(tx: Transaction, telling: _Telling) -> None:
    """Tell those who still weren't told, by another process a moment ago."""
    untold = {user for _, user in _untold(tx, [telling.lesson_id], telling.before)}
    people = [user_id for user_id in telling.user_ids if user_id in untold]
    lesson = lessons.get(tx, telling.lesson_id)
    author = users.get(tx, telling.author_id)
    if lesson is None or not people:
        return
    board_notices.set_told(tx, lesson.id, people, telling.now)
    data = {
        "lesson_id": lesson.id,
        "title": lesson.title,
        "by": {"id": telling.author_id, "name": author.name if author else ""},
    }
    notices = [Notice(user_id, data, lesson) for user_id in people]
    telling.notices.dispatch(tx, EVENT, notices, now=telling.now)
