"""One board in memory, and what a transaction is about to make of it."""

import asyncio
import threading
from collections.abc import Sequence
from typing import NamedTuple

from rtserver.boards.canvas import Canvas, Overlay, Totals
from rtserver.boards.elements import Element
from rtserver.boards.state import BoardDamaged, journal, load, replay, to_millis
from store.records import BoardEntryRecord
from store.transaction import Transaction


class Frozen(NamedTuple):
    """A board as it is at ``seq``."""

    seq: int
    canvas: Canvas


class Board:
    """A board at ``seq``; only commits change it, and only in the writer's thread.

    So what is planned there needs no lock. Everybody else takes copies.

    The loop keeps: ``used_at``, when it was last asked for; ``saved_seq`` and
    ``saved_at``, its newest snapshot; ``saving``, held while one is written.
    """

    __slots__ = (
        "_canvas",
        "_lock",
        "lesson_id",
        "saved_at",
        "saved_seq",
        "saving",
        "seq",
        "used_at",
    )

    def __init__(self, lesson_id: int, canvas: Canvas, seq: int) -> None:
        self.lesson_id = lesson_id
        self.seq = seq
        self.saved_seq = 0
        self.saved_at = self.used_at = 0.0
        self.saving = asyncio.Lock()
        self._canvas = canvas
        self._lock = threading.Lock()

    @property
    def totals(self) -> Totals:
        """Return the size of the board just now."""
        return self._canvas.totals

    @property
    def is_saved(self) -> bool:
        """Return whether the newest snapshot is of the present state."""
        return self.saved_seq >= self.seq

    def draft(self, tx: Transaction, head: int) -> "BoardDraft":
        """Begin to change the board, which stands at ``head`` in the database.

        First it takes over what others have changed, or a commit whose outcome never
        came back.
        """
        draft = BoardDraft(self, self._canvas, self.seq)
        if self.seq == head:
            return draft
        try:
            draft.catch_up(tx, head)
        except BoardDamaged:
            # Memory is older than the journal is kept, or newer than the database.
            loaded = load(tx, self.lesson_id)
            draft = BoardDraft(self, loaded.canvas, loaded.seq)
        return draft

    def take_over(self, base: Canvas, overlay: Overlay, seq: int) -> None:
        """Become what has just been committed."""
        with self._lock:
            overlay.commit()
            self._canvas, self.seq = base, seq

    def freeze(self) -> Frozen:
        """Copy the board; for a thread, as it may have to wait for a commit."""
        with self._lock:
            return Frozen(self.seq, self._canvas.copy())


class BoardDraft:
    """Changes of a board, one after another, that nobody sees before the commit."""

    def __init__(self, board: Board, base: Canvas, seq: int) -> None:
        self.canvas = Overlay(base)
        self.seq = seq
        self.entries: list[BoardEntryRecord] = []
        self._board = board
        self._base = base

    def catch_up(self, tx: Transaction, head: int) -> None:
        """Apply what the journal has up to ``head``; BoardDamaged where it lacks it."""
        replay(self.canvas, journal(tx, self._board.lesson_id, self.seq, head))
        self.seq = head

    def add(self, entry: BoardEntryRecord, changed: Sequence[Element]) -> None:
        """Add a change at the next seq."""
        self.seq = entry.seq
        self.canvas.apply(changed, to_millis(entry.at))
        self.entries.append(entry)

    def take_effect(self) -> None:
        """Make it the board's state, once it is committed."""
        self._board.take_over(self._base, self.canvas, self.seq)
