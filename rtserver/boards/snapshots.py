"""Write snapshots of boards, so that loading one is quick (contract 2.5)."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from rtserver import tasks
from rtserver.boards.board import Board
from rtserver.boards.codec import checksum, encode_state
from rtserver.boards.memory import BoardMemory
from rtserver.clock import Clock
from rtserver.delivery import channels
from rtserver.errors import log_unexpected
from rtserver.metrics.registry import Metrics
from store import board_marks, board_snapshots
from store.database import Database
from store.errors import StoreError
from store.transaction import Transaction

log = logging.getLogger(__name__)

# A board that nobody is subscribed to stays in memory for so long.
UNUSED_SECONDS = 60.0
TICK_SECONDS = 1.0


class Snapshot(NamedTuple):
    """A board's state at ``seq`` on its way into the database, encoded as ``data``."""

    lesson_id: int
    seq: int
    taken_at: datetime
    elements: int
    checksum: str
    data: bytes


class BoardSnapshots:
    """The saving of boards: now and then, when the last subscriber leaves, at the end.

    ``subscribed`` tells whether anybody here is subscribed to a lesson's board;
    ``saved`` hears of each snapshot.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        memory: BoardMemory,
        metrics: Metrics,
        subscribed: Callable[[int], bool],
        saved: Callable[[int], None],
        *,
        interval: float,
    ) -> None:
        self._db = db
        self._clock = clock
        self._memory = memory
        self._metrics = metrics
        self._subscribed = subscribed
        self._interval = interval
        self._saved = saved
        self._saves: set[asyncio.Task[object]] = set()

    async def run(self) -> None:
        """Save what is due, again and again, and forget what nobody uses."""
        await tasks.every(min(TICK_SECONDS, self._interval / 4), self.sweep)

    async def sweep(self) -> None:
        """Save the boards that are due, and forget those that nobody uses."""
        now = self._clock.monotonic()
        for board in self._memory.boards():
            if not board.is_saved and now - board.saved_at >= self._interval:
                await self._try_to_save(board, spacing=self._interval)
            if board.is_saved and self._is_unused(board, now):
                self._memory.forget(board)

    def left(self, name: str) -> None:
        """Save a board whose last subscriber here is gone."""
        channel = channels.parse(name)
        board = self._memory.peek(channel.id)
        if channel.kind == "board:lesson" and board is not None and not board.is_saved:
            self._soon(self._try_to_save(board))

    async def close(self) -> None:
        """Save every board that has changed."""
        await asyncio.gather(*self._saves)
        for board in self._memory.boards():
            if not await self._try_to_save(board):
                return  # nor would the others be: their journals have it all

    async def save(self, board: Board, *, spacing: float = 0.0) -> None:
        """Write a snapshot of a board, unless the newest one is of this state."""
        async with board.saving:
            if board.is_saved:
                return
            with self._metrics.snapshot_seconds.time():
                snapshot = await asyncio.to_thread(self._take, board)
                board.saved_seq = await self._db.write(
                    _store,
                    snapshot,
                    timedelta(seconds=spacing),
                    lessons=[board.lesson_id],
                )
            board.saved_at = self._clock.monotonic()
            self._metrics.snapshot_bytes.observe(len(snapshot.data))
            self._saved(board.lesson_id)

    def unsaved(self) -> int:
        """Return the number of journal entries that no snapshot here covers."""
        return sum(max(0, b.seq - b.saved_seq) for b in self._memory.boards())

    def _is_unused(self, board: Board, now: float) -> bool:
        recently = now - board.used_at < UNUSED_SECONDS
        return not recently and not self._subscribed(board.lesson_id)

    def _take(self, board: Board) -> Snapshot:
        seq, canvas = board.freeze()
        data = encode_state(canvas)
        return Snapshot(
            lesson_id=board.lesson_id,
            seq=seq,
            taken_at=self._clock.now(),
            elements=canvas.totals.live,
            checksum=checksum(data),
            data=data,
        )

    async def _try_to_save(self, board: Board, *, spacing: float = 0.0) -> bool:
        try:
            await self.save(board, spacing=spacing)
        except StoreError:
            log.warning("board %d isn't saved yet", board.lesson_id)
            return False
        except Exception as error:
            log_unexpected(log, error, f"saving board {board.lesson_id}")
        return True

    def _soon(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(work)
        self._saves.add(task)
        task.add_done_callback(self._saves.discard)


def _store(tx: Transaction, snapshot: Snapshot, spacing: timedelta) -> int:
    """Store a snapshot unless it isn't needed; return the seq of the newest one.

    It isn't where the newest one is younger than ``spacing``, whichever process wrote
    that.
    """
    lesson_id, taken_at = snapshot.lesson_id, snapshot.taken_at
    for newest in board_snapshots.of_lesson(tx, lesson_id)[:1]:
        # Either way: after a clock was set back the newest may seem to be to come.
        is_young = abs(newest.taken_at - taken_at) < spacing
        if not newest.broken and (newest.seq >= snapshot.seq or is_young):
            return newest.seq
    board_snapshots.add(
        tx,
        lesson_id=lesson_id,
        seq=snapshot.seq,
        kind="regular",
        taken_at=taken_at,
        elements=snapshot.elements,
        checksum=snapshot.checksum,
        data=snapshot.data,
    )
    board_snapshots.retire(tx, lesson_id, board_marks.get(tx, lesson_id).pruned)
    return snapshot.seq
