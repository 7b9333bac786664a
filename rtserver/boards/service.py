"""Boards (contract 2.5): draw, reset, replace, look at them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from rtserver.access import rights
from rtserver.access.actor import Actor
from rtserver.access.rights import Right
from rtserver.boards.board import Board
from rtserver.boards.changes import BoardChange, BoardChanges, By, Changed
from rtserver.boards.elements import Element
from rtserver.boards.events import signed
from rtserver.boards.memory import BoardMemory
from rtserver.boards.repeats import Comparer, Undecided
from rtserver.boards.view import BoardView, shown
from rtserver.callbacks import ignore
from rtserver.clock import Clock
from rtserver.delivery.channels import board_channel, board_stream
from rtserver.delivery.messages import Publication
from rtserver.delivery.publication import to_channel
from rtserver.errors import RtError, Unavailable
from rtserver.metrics.registry import Metrics
from store import facts, lessons, members
from store.database import Database
from store.transaction import Transaction

ROUNDS = 10
# What a tombstone takes of a snapshot, about.
GRAVE_BYTES = 32


class Boards:
    """The board of every lesson; each change is committed before anyone hears of it."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        publish: Callable[[Sequence[Publication]], None],
        memory: BoardMemory,
        changes: BoardChanges,
        metrics: Metrics,
    ) -> None:
        self._db = db
        self._clock = clock
        self._publish = publish
        self._memory = memory
        self._changes = changes
        self._metrics = metrics
        self._comparer = Comparer()

    async def patch(self, by: By, elements: list[Element]) -> Changed:
        """Merge elements into a board."""
        return await self._change("patch", by, elements)

    async def reset(self, by: By) -> Changed:
        """Clear a board; what it held is kept for a while, as a snapshot."""
        return await self._change("reset", by, [])

    async def replace(self, by: By, elements: list[Element]) -> Changed:
        """Make these elements the whole board."""
        return await self._change("replace", by, elements)

    async def restore(
        self, actor: Actor, lesson_id: int, elements: list[Element], if_seq: int | None
    ) -> int:
        """Make a board what it was; return the seq of that change.

        Raises Conflict if the board isn't at ``if_seq``.
        """
        # From no connection: everybody's is told.
        by = By(actor, lesson_id, "", ignore)
        changed = await self._change("restore", by, elements, if_seq)
        assert changed.seq is not None
        return changed.seq

    async def weight(self, lesson_id: int) -> int:
        """Return about how many bytes it takes to keep what a reset would clear."""
        totals = (await self._memory.get(lesson_id)).totals
        return totals.bytes + GRAVE_BYTES * totals.tombstones if totals.live else 0

    async def view(self, actor: Actor, lesson_id: int) -> BoardView:
        """Read a board as an accepted member; it is as new as the database is now."""
        actor.require_user()
        head, epoch = await self._db.read(_look, actor, lesson_id)
        board = await self._memory.get(lesson_id)
        if board.seq < head:
            await self._db.write(_catch_up, board, lessons=[lesson_id])
        now = self._clock.now()
        seq, elements = await asyncio.to_thread(_visible, board, now)
        return BoardView(seq, epoch, now, elements)

    def move_cursor(
        self, user_id: int, lesson_id: int, sender: str, payload: bytes
    ) -> None:
        """Tell the others on a board where somebody's cursor is."""
        event = to_channel(
            "board.cursor.move",
            signed(payload, user_id),
            self._clock.now(),
            board_channel(lesson_id),
            topic=board_stream(lesson_id),
            sender=sender,
            latest=f"cursor:{lesson_id}:{sender}",
        )
        self._publish([event])

    def preview(
        self, user_id: int, lesson_id: int, sender: str, payload: bytes
    ) -> None:
        """Show the others on a board what somebody is drawing just now."""
        event = to_channel(
            "board.preview",
            signed(payload, user_id),
            self._clock.now(),
            board_channel(lesson_id),
            topic=board_stream(lesson_id),
            sender=sender,
            volatile=True,
        )
        self._publish([event])

    async def _change(
        self, kind: str, by: By, elements: list[Element], if_seq: int | None = None
    ) -> Changed:
        outcome = "failed"
        try:
            board = await self._memory.get(by.lesson_id)
            now = self._clock.now()
            change = BoardChange(kind, by, board, elements, now, if_seq=if_seq)
            changed = await self._decide(change)
            outcome = "changed" if changed.seq is not None else "unchanged"
        except RtError as refusal:
            outcome = refusal.code
            raise
        finally:
            self._metrics.board_changes.labels(kind, outcome).inc()
        if changed.seq is None:
            by.on_delivered(changed)  # there is no event that would
        return changed

    async def _decide(self, change: BoardChange) -> Changed:
        """Write a change, with what has to be compared for it found beforehand.

        What was found holds for good; only who draws the same at the same moment makes
        a further round.
        """
        for _ in range(ROUNDS):
            try:
                return await self._db.write_batched(
                    self._changes.apply_all, change, lessons=[change.by.lesson_id]
                )
            except Undecided as question:
                found = await self._comparer.compare(question.pairs)
                change = replace(change, known={**change.known, **found})
        raise Unavailable()


def _look(tx: Transaction, actor: Actor, lesson_id: int) -> tuple[int, str]:
    """Return the seq of a board that the actor may see, and the epoch."""
    member = members.acting(tx, lesson_id, actor.require_user())
    lesson = rights.require(actor, lessons.get(tx, lesson_id), member, Right.VIEW_BOARD)
    return lesson.board_seq, facts.epoch(tx)


def _catch_up(tx: Transaction, board: Board) -> None:
    """Bring a board in memory up to what other processes have committed."""
    head = lessons.board_seqs(tx, [board.lesson_id])[board.lesson_id]
    tx.after_commit(board.draft(tx, head).take_effect)


def _visible(board: Board, now: datetime) -> tuple[int, list[bytes]]:
    seq, canvas = board.freeze()
    return seq, shown(canvas, now)
