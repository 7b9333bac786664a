"""Tell members who aren't on a board that it has changed (contract 4).

Who is on a board is known to the process that holds their connection. It notes that in
the database while the board changes, unless it is the only process.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import msgspec

from rtserver.clock import Clock
from rtserver.delivery.channels import board_channel, parse_stream
from rtserver.delivery.messages import Publication
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
    """The author of a change."""

    user_id: int


class BoardNotifier:
    """Notifies the members of a changed board who aren't looking at it.

    ``interval``: least time between two notices of a board to one user. ``alone``:
    whether this is the only process.
    """

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
            author = msgspec.json.decode(event.payload, type=_Author)
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
                await self.note_seen()
                if self._changed:
                    await asyncio.sleep(GATHER_SECONDS)
                    await self._tell()
            except StoreError:
                await asyncio.sleep(GATHER_SECONDS)
                self._wake.set()
            except Exception as error:
                log_unexpected(log, error, "notifying of boards")

    async def note_seen(self) -> None:
        """Keep who is on the boards that changed, since these see it themselves."""
        watched, self._watched = self._watched, set()
        for lesson_id in watched:
            on_board = self._sessions.subscribed(board_channel(lesson_id))
            here = {session.user_id for session in on_board}
            if here:
                now = self._clock.now()
                await self._db.write(board_notices.set_seen, lesson_id, here, now)

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
        ids, people = list(changed), dict[int, list[int]]()
        for lesson_id, user_id in await self._db.read(self._untold, ids, now):
            if user_id != changed[lesson_id] and not self._sees(user_id, lesson_id):
                people.setdefault(lesson_id, []).append(user_id)
        for lesson_id, user_ids in people.items():
            await self._db.write(
                self._notify,
                lesson_id,
                changed[lesson_id],
                user_ids,
                now,
                lessons=[lesson_id],
                users=user_ids,
            )

    def _sees(self, user_id: int, lesson_id: int) -> bool:
        """Return whether somebody is on a board, with a connection here."""
        channel = board_channel(lesson_id)
        sessions = self._sessions.of_user(user_id)
        return any(channel in session.subscriptions for session in sessions)

    def _untold(
        self, tx: Transaction, lesson_ids: list[int], now: datetime
    ) -> list[tuple[int, int]]:
        """Return lessons with members who were neither told lately nor seen there."""
        return board_notices.untold(
            tx,
            lesson_ids,
            told_before=now - self._interval,
            seen_before=now - timedelta(seconds=SEEN_SECONDS),
        )

    def _notify(
        self,
        tx: Transaction,
        lesson_id: int,
        author_id: int,
        user_ids: list[int],
        now: datetime,
    ) -> None:
        """Tell those who still weren't told, by another process a moment ago."""
        untold = {user for _, user in self._untold(tx, [lesson_id], now)}
        people = [user_id for user_id in user_ids if user_id in untold]
        lesson = lessons.get(tx, lesson_id)
        author = users.get(tx, author_id)
        if lesson is None or not people:
            return
        board_notices.set_told(tx, lesson.id, people, now)
        data = {
            "lesson_id": lesson.id,
            "title": lesson.title,
            "by": {"id": author_id, "name": author.name if author else ""},
        }
        notices = [Notice(user_id, data, lesson) for user_id in people]
        self._notices.dispatch(tx, EVENT, notices, now=now)
