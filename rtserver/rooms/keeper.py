"""Keep the attendance of lessons while people come and go (contract 3.3).

It is kept in the database, where one person's stay in a lesson is one, whichever of
their devices are connected to whichever process. Each process writes of those who have
a device here: that they are in, and a sign of life now and then; and it closes their
stays when they have left the room. A stay whose signs of life end, since its process
has, is closed with the last one by any process, or gone on with by whoever is back.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from rtserver.clock import Clock
from rtserver.errors import log_unexpected
from rtserver.rooms.contract import RoomChange, Seat
from rtserver.settings.model import PresenceSettings
from store import attendance
from store.attendance import Leeway, OpenStay
from store.database import Database
from store.errors import StoreError
from store.transaction import Transaction

log = logging.getLogger(__name__)

RETRY_SECONDS = 0.5
LAST_SECONDS = 1.0
# However short the grace is, signs of life needn't be written more often.
MIN_SECONDS = 1.0

Change = Callable[[Transaction], None]


class AttendanceKeeper:
    """The keeper of the stays of all who have a device in a room of this process.

    What changes is written as soon as the database takes it, in its order, together
    with what else has changed.
    """

    def __init__(self, db: Database, clock: Clock, settings: PresenceSettings) -> None:
        self._db = db
        self._clock = clock
        grace = settings.leave_grace
        # Never older than a heartbeat; and within the grace, so that whoever is back
        # within it after a crash goes on with their stay.
        self.interval = min(settings.heartbeat, max(MIN_SECONDS, grace / 2))
        slack = timedelta(seconds=grace + self.interval)
        self._leeway = Leeway(timedelta(seconds=grace), slack)
        self._stale = slack + timedelta(seconds=self.interval)
        self._devices: Counter[Seat] = Counter()
        # Those with a device here, or a moment ago, and since when each is in.
        self._held: dict[Seat, OpenStay] = {}
        # When the last device here of some has gone; until they have left, or long ago.
        self._parted: dict[Seat, datetime] = {}
        # With the lesson of each, which is locked for it.
        self._changes: list[tuple[int, Change]] = []
        self._wake = asyncio.Event()

    def join(self, seat: Seat) -> None:
        """Count a device here."""
        self._devices[seat] += 1
        self._parted.pop(seat, None)

    def hold(self, seat: Seat, entered_at: datetime | None = None) -> None:
        """Note that somebody is in, if a device here says so, or said a moment ago.

        Who is in already, by another device, is held from now on: only that is known.
        """
        here = self._devices[seat] or seat in self._parted
        now, known = self._clock.now(), self._held.get(seat)
        held = OpenStay(*seat, entered_at or now)
        if here and (known is None or held.since < known.since):
            self._held[seat] = held
            self._note(held, max(held.since, self._parted.get(seat, now)))

    def part(self, seat: Seat) -> None:
        """Count a device here no more."""
        self._devices[seat] -= 1
        if self._devices[seat] <= 0:
            del self._devices[seat]
            self._parted[seat] = now = self._clock.now()
            if seat in self._held:
                self._note(self._held[seat], now)

    def changed(self, change: RoomChange) -> None:
        """Note who came into a room and who left."""
        for seat, state in change.entered.items():
            self.hold(seat, state.entered_at)
        for seat in change.left:
            self._parted.pop(seat, None)
            if self._held.pop(seat, None) is not None:
                self._change(seat.lesson_id, partial(_leave, seat, change.at))

    async def run(self) -> None:
        """Write what changes, and signs of life, until cancelled."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            try:
                await self.write(alive=loop.time() >= due)
            except StoreError:
                await asyncio.sleep(RETRY_SECONDS)
                continue
            except Exception as error:
                # Not to be tried again and again: all else would wait behind it.
                log_unexpected(log, error, "keeping attendance")
                self._changes.clear()
            if loop.time() >= due:
                due = loop.time() + self.interval
            with suppress(TimeoutError):
                async with asyncio.timeout_at(due):
                    await self._wake.wait()
            self._wake.clear()

    async def stop(self) -> None:
        """Write what is left, if that can be done soon."""
        with suppress(StoreError, TimeoutError):
            async with asyncio.timeout(LAST_SECONDS):
                await self.write(alive=True)

    async def write(self, *, alive: bool) -> None:
        """Write what has changed; with ``alive``, also that those here are there.

        Raises ``StoreError``; what wasn't written is, the next time.
        """
        known, now = len(self._changes), self._clock.now()
        changes = [change for _, change in self._changes]
        lessons = {lesson_id for lesson_id, _ in self._changes}
        seen = self._signs_of_life() if alive else []
        stale = now - self._stale
        if alive and not seen:
            alive = await self._db.read(attendance.has_stale, stale)
        if seen:
            changes.append(partial(_see, seen, now, self._leeway))
            lessons.update(each.lesson_id for each in seen)
        if alive:
            changes.append(partial(_close, stale))
        if changes:
            await self._db.write(_make, changes, lessons=lessons)
        del self._changes[:known]

    def _note(self, held: OpenStay, until: datetime) -> None:
        change = partial(_hold, held, until, self._leeway)
        self._change(held.lesson_id, change)

    def _change(self, lesson_id: int, change: Change) -> None:
        self._changes.append((lesson_id, change))
        self._wake.set()

    def _signs_of_life(self) -> list[OpenStay]:
        """Return those with a device here; forget who went on elsewhere long ago."""
        ended = self._clock.now() - self._stale
        for seat in [seat for seat, at in self._parted.items() if at < ended]:
            del self._parted[seat]
            self._held.pop(seat, None)
        return [held for seat, held in self._held.items() if self._devices[seat]]


def _make(tx: Transaction, changes: Sequence[Change]) -> None:
    for change in changes:
        change(tx)


def _hold(held: OpenStay, until: datetime, leeway: Leeway, tx: Transaction) -> None:
    attendance.hold(tx, held, until, leeway)


def _leave(seat: Seat, at: datetime, tx: Transaction) -> None:
    attendance.leave(tx, *seat, at)


def _see(
    seen: Sequence[OpenStay], now: datetime, leeway: Leeway, tx: Transaction
) -> None:
    attendance.see(tx, seen, now, leeway)


def _close(stale: datetime, tx: Transaction) -> None:
    attendance.close_stale(tx, stale)
