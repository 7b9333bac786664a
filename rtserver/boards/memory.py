"""The boards that are in use here, in memory."""

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta

from rtserver.boards import state
from rtserver.boards.board import Board
from rtserver.boards.state import BoardDamaged, Loaded, to_millis
from rtserver.clock import Clock
from store import board_snapshots
from store.database import Database
from store.errors import StoreError
from store.transaction import Transaction

log = logging.getLogger(__name__)


class BoardMemory:
    """The boards in memory, each loaded once; ``keep``: how long tombstones stay."""

    def __init__(self, db: Database, clock: Clock, *, keep: timedelta) -> None:
        self._db = db
        self._clock = clock
        self._keep = keep
        self._boards: dict[int, Board] = {}
        self._loading: dict[int, asyncio.Task[Board]] = {}

    def __len__(self) -> int:
        return len(self._boards)

    async def get(self, lesson_id: int) -> Board:
        """Return a lesson's board, loading it if need be."""
        board = self._boards.get(lesson_id)
        if board is None:
            task = self._loading.get(lesson_id)
            if task is None:
                task = asyncio.create_task(self._load(lesson_id))
                self._loading[lesson_id] = task
            # Others may be waiting for it, when this one gives up.
            board = await asyncio.shield(task)
        board.used_at = self._clock.monotonic()
        return board

    def peek(self, lesson_id: int) -> Board | None:
        """Return a board if it is in memory."""
        return self._boards.get(lesson_id)

    def boards(self) -> list[Board]:
        """Return every board in memory."""
        return list(self._boards.values())

    def forget(self, board: Board) -> None:
        """Drop a board; whoever needs it next loads it again."""
        self._boards.pop(board.lesson_id, None)

    async def _load(self, lesson_id: int) -> Board:
        try:
            before = to_millis(self._clock.now() - self._keep)
            loaded = await self._db.read(_load, lesson_id, before)
            board = self._boards[lesson_id] = self._board(lesson_id, loaded)
        except BoardDamaged:
            log.error("board %d is damaged: verify-board says where", lesson_id)
            raise
        finally:
            del self._loading[lesson_id]
        if loaded.broken:
            log.error(
                "board %d: %d snapshots can't be read back; older ones were used",
                lesson_id,
                len(loaded.broken),
            )
            with suppress(StoreError):  # it is found again at the next load
                await self._db.write(board_snapshots.mark_broken, loaded.broken)
        return board

    def _board(self, lesson_id: int, loaded: Loaded) -> Board:
        board = Board(lesson_id, loaded.canvas, loaded.seq)
        board.saved_seq = loaded.snapshot_seq
        board.saved_at = board.used_at = self._clock.monotonic()
        if loaded.snapshot_at is not None:
            age = self._clock.now() - loaded.snapshot_at
            board.saved_at -= max(0.0, age.total_seconds())
        return board


def _load(tx: Transaction, lesson_id: int, before_ms: int) -> Loaded:
    loaded = state.load(tx, lesson_id)
    loaded.canvas.drop_tombstones(before_ms)
    return loaded
