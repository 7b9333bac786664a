"""Keep boards' journals small beside everybody's work: prune, merge and pack (2.5)."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import NamedTuple

from rtserver.boards.codec import checksum, encode_state
from rtserver.boards.history import BoardMoment, read_moment
from rtserver.boards.merging import Merging
from rtserver.boards.state import BoardDamaged
from rtserver.clock import Clock
from rtserver.errors import NotFound, log_unexpected
from rtserver.metrics.registry import Metrics
from store import board_history, board_journal, board_marks, board_merging
from store import board_snapshots as snapshots
from store.board_merging import Packed, Stretch
from store.database import Database
from store.errors import StoreError
from store.packing import pack
from store.records import BoardEntryRecord
from store.transaction import Transaction

log = logging.getLogger(__name__)

BOARDS_READ = 200
# Between two writes, so that everybody else's changes get their turn.
PAUSE = 0.02
# What is read and planned at once, and what one write changes of it.
STEPS_READ = 2000
BYTES_READ = 8_388_608
STEPS_WRITTEN = 100
MAX_SLACK = timedelta(hours=1)


class Ages(NamedTuple):
    """The ages at which a step is deleted or merged, and the span of what is merged.

    ``most`` is how many bytes a journal may have however young.
    """

    kept: timedelta
    full: timedelta
    within: timedelta
    most: int


class Slice(NamedTuple):
    """One write's replacement for the steps after ``after``, up to ``upto``.

    ``merged`` is the last of them of which something goes, or 0.
    """

    after: int
    upto: int
    steps: int
    left: Sequence[Packed]
    merged: int


class Due(NamedTuple):
    """The upkeep that a board is due for.

    ``cut`` and ``prune`` are the seqs up to which, or 0. ``cleared``: something is old
    that was; ``sweep``: something is pruned that is still there.
    """

    cut: int
    cleared: bool
    prune: int
    sweep: bool
    merge: bool


class BoardUpkeep:
    """The task that prunes, merges and packs the journals of boards, one at a time.

    All of it is done in writes that are short each, and may be cut off between them.
    """

    def __init__(
        self, db: Database, clock: Clock, metrics: Metrics, ages: Ages
    ) -> None:
        self._db = db
        self._clock = clock
        self._metrics = metrics
        self._ages = ages
        self._wanted: dict[int, None] = {}
        self._more = asyncio.Event()

    def soon(self, lesson_id: int) -> None:
        """Have a board seen to, of which a snapshot has just been written."""
        self._wanted[lesson_id] = None
        self._more.set()

    async def run(self) -> None:
        """See to the boards that want it, until cancelled."""
        while True:
            await self._more.wait()
            self._more.clear()
            while self._wanted:
                lesson_id = next(iter(self._wanted))
                del self._wanted[lesson_id]
                await self._try_to_tend(lesson_id)

    async def pass_over(self) -> None:
        """See to all boards that are kept, also those that nobody draws on any more."""
        after = 0
        while ids := await self._db.read(snapshots.lesson_ids, after, BOARDS_READ):
            for after in ids:
                await self._try_to_tend(after)

    async def tend(self, lesson_id: int) -> None:
        """Cut, prune, merge and pack what is due of one board."""
        now = self._clock.now()
        due = await self._db.read(_due, lesson_id, self._ages, now)
        if due.cut:
            await self._trim(lesson_id, due.cut)
        if due.cleared:
            old = now - self._ages.kept
            await self._db.write(snapshots.drop_cleared, lesson_id, old)
        if due.prune:
            await self._cut(lesson_id, due.prune)
        if due.prune or due.sweep:
            await self._sweep(lesson_id)
        if due.merge:
            await self._merge(lesson_id, now - self._ages.full)

    async def _try_to_tend(self, lesson_id: int) -> None:
        try:
            await self.tend(lesson_id)
        except StoreError:
            log.warning("the journal of board %d isn't seen to yet", lesson_id)
        except Exception as error:
            log_unexpected(log, error, f"seeing to the journal of board {lesson_id}")

    async def _trim(self, lesson_id: int, upto: int) -> None:
        """Cut a journal that has grown too large back to its bound."""
        await self._cut(lesson_id, upto)
        total = await self._sweep(lesson_id)
        self._metrics.journal_trimmed.inc(total)
        log.warning("board %d: cut %d changes off its journal", lesson_id, total)

    async def _cut(self, lesson_id: int, seq: int) -> None:
        """Prune up to a seq, at which the board is kept as it was."""
        one = [lesson_id]
        if await self._db.write(_cut_at_snapshot, lesson_id, seq, lessons=one):
            return
        base: Base | None = None
        try:
            moment = await self._db.read(read_moment, lesson_id, seq)
            base = await asyncio.to_thread(_base, moment, self._clock.now())
        except (BoardDamaged, NotFound):
            log.warning("board %d can't be kept as it was at %d", lesson_id, seq)
        await self._db.write(_cut_at, lesson_id, seq, base, lessons=one)

    async def _sweep(self, lesson_id: int) -> int:
        total, sweep = 0, board_journal.sweep
        while swept := await self._db.write(sweep, lesson_id, lessons=[lesson_id]):
            total += swept
            await asyncio.sleep(PAUSE)
        return total

    async def _merge(self, lesson_id: int, before: datetime) -> None:
        merged = False
        while await self._merge_some(lesson_id, before):
            merged = True
        if merged:
            await self._db.write(board_merging.thin, lesson_id, lessons=[lesson_id])

    async def _merge_some(self, lesson_id: int, before: datetime) -> bool:
        """Merge the next steps from before a moment; return whether there may be more.

        From the oldest on, so that wherever it is cut off, what is left leads to the
        same board.
        """
        stretch = await self._db.read(_mergeable, lesson_id)
        slices = await asyncio.to_thread(_plan, stretch, before, self._ages.within)
        for each in slices:
            if not await self._db.write(
                board_merging.put,
                lesson_id,
                each.after,
                each.upto,
                each.left,
                each.merged,
                lessons=[lesson_id],
            ):
                return False  # another process is at it
            self._metrics.steps_merged.inc(each.steps - len(each.left))
            await asyncio.sleep(PAUSE)
        return bool(slices)


class Base(NamedTuple):
    """The state that a pruned journal begins from."""

    taken_at: datetime
    elements: int
    data: bytes
    checksum: str


def _due(tx: Transaction, lesson_id: int, ages: Ages, now: datetime) -> Due:
    marks, old = board_marks.get(tx, lesson_id), now - ages.kept
    first = board_history.oldest_at(tx, lesson_id, marks.pruned)
    full = board_history.oldest_at(tx, lesson_id, marks.tended)
    # What hardly is due may wait, so that it comes in pieces worth the work.
    prune = first is not None and first < old - _slack(ages.kept)
    return Due(
        cut=board_history.excess(tx, lesson_id, ages.most),
        cleared=snapshots.has_cleared(tx, lesson_id, old),
        prune=board_history.older(tx, lesson_id, old) if prune else 0,
        sweep=board_history.has_pruned(tx, lesson_id),
        merge=full is not None and full < now - ages.full - _slack(ages.full),
    )


def _slack(age: timedelta) -> timedelta:
    return min(MAX_SLACK, age / 10)


def _base(moment: BoardMoment, now: datetime) -> Base:
    data = encode_state(moment.canvas)
    live = moment.canvas.totals.live
    return Base(moment.at or now, live, data, checksum(data))


def _cut_at_snapshot(tx: Transaction, lesson_id: int, seq: int) -> bool:
    """Prune up to a snapshot; False where there is none at that seq."""
    if not board_history.keep_base(tx, lesson_id, seq):
        return False
    board_history.cut(tx, lesson_id, seq)
    return True


def _cut_at(tx: Transaction, lesson_id: int, seq: int, base: Base | None) -> None:
    if base is not None:
        kind, values = "kept", base._asdict()
        snapshots.add(tx, lesson_id=lesson_id, seq=seq, kind=kind, **values)
    board_history.cut(tx, lesson_id, seq)


def _mergeable(tx: Transaction, lesson_id: int) -> Stretch:
    return board_merging.mergeable(tx, lesson_id, steps=STEPS_READ, size=BYTES_READ)


def _plan(stretch: Stretch, before: datetime, within: timedelta) -> list[Slice]:
    """Merge and pack what is old of some steps; slow, for a thread."""
    old = list(takewhile(lambda entry: entry.at < before, stretch.entries))
    left = {each.seq: each for each in Merging(within, stretch.snapshots).of(old)}
    return list(_slices(old, left, stretch.after))


def _slices(
    entries: Sequence[BoardEntryRecord], left: dict[int, BoardEntryRecord], after: int
) -> Iterator[Slice]:
    for start in range(0, len(entries), STEPS_WRITTEN):
        some = entries[start : start + STEPS_WRITTEN]
        packed = [
            Packed(each.seq, pack(each.elements), each.element_count)
            for each in map(left.get, (entry.seq for entry in some))
            if each is not None
        ]
        # A step that has lost nothing is the very same.
        merged = (entry.seq for entry in some if left.get(entry.seq) is not entry)
        upto = some[-1].seq
        yield Slice(after, upto, len(some), packed, max(merged, default=0))
        after = upto
