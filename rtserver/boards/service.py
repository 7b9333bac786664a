"""Boards (contract 2.5): draw, reset, replace, look at them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from rtserver.access import rights
from rtserver.access.actor import Actor
from rtserver.access.rights import Right
from rtserver.boards.board import Board
from rtserver.boards.changes import BoardChange, BoardChanges, By, Changed, Outcome
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
from rtserver.delivery.tick_clock import TickClock
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
        self._ticks = TickClock(clock)
        self._publish = publish
        self._memory = memory
        self._changes = changes
        self._metrics = metrics
        self._comparer = Comparer()

    async def patch(self, by: By, patches: Sequence[list[Element]]) -> list[Outcome]:
        """Merge patches into a board, one after the other, in one transaction.

        Return the outcomes of the first ones, at least of one: each has changed the
        board, or was refused. The rest is to be handed in again.
        """
        return await self._change("patch", by, patches)

    async def reset(self, by: By) -> Changed:
        """Clear a board; what it held is kept for a while, as a snapshot."""
        return _changed(await self._change("reset", by, [[]]))

    async def replace(self, by: By, elements: list[Element]) -> Changed:
        """Make these elements the whole board."""
        return _changed(await self._change("replace", by, [elements]))

    async def restore(
        self, actor: Actor, lesson_id: int, elements: list[Element], if_seq: int | None
    ) -> int:
        """Make a board what it was; return the seq of that change.

        Raises Conflict if the board isn't at ``if_seq``.
        """
        # From no connection: everybody's is told.
        by = By(actor, lesson_id, "", ignore)
        changed = _changed(await self._change("restore", by, [elements], if_seq))
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
        # Another process has drawn. Memory is changed in the writer's thread alone.
        if board.seq < head:
            await self._db.write(_catch_up, board, lessons=[lesson_id])
        now = self._clock.now()
        # Of a large board this takes longer than the loop may be held up.
        seq, elements = await asyncio.to_thread(_visible, board, now)
        return BoardView(seq, epoch, now, elements)

    def move_cursor(
        self, user_id: int, lesson_id: int, sender: str, payload: bytes
    ) -> None:
        """Tell the others on a board where somebody's cursor is."""
        channel = board_channel(lesson_id)
        event = to_channel(
            "board.cursor.move",
            signed(payload, user_id),
            self._ticks.now(),
            channel,
            topic=board_stream(lesson_id),
            sender=sender,
            latest=channel + sender,
        )
        self._publish([event])

    def preview(
        self, user_id: int, lesson_id: int, sender: str, payload: bytes
    ) -> None:
        """Show the others on a board what somebody is drawing just now."""
        event = to_channel(
            "board.preview",
            signed(payload, user_id),
            self._ticks.now(),
            board_channel(lesson_id),
            topic=board_stream(lesson_id),
            sender=sender,
            volatile=True,
        )
        self._publish([event])

    async def _change(
        self,
        kind: str,
        by: By,
        states: Sequence[list[Element]],
        if_seq: int | None = None,
    ) -> list[Outcome]:
        labels = ["failed"] * len(states)
        try:
            board = await self._memory.get(by.lesson_id)
            now = self._clock.now()
            outcomes = await self._decide(
                [
                    BoardChange(kind, by, board, elements, now, if_seq=if_seq)
                    for elements in states
                ]
            )
            labels = [_label(outcome) for outcome in outcomes]
        finally:
            for label in labels:
                self._metrics.board_changes.labels(kind, label).inc()
        return outcomes

    async def _decide(self, run: list[BoardChange]) -> list[Outcome]:
        """Write changes, up to one for which something has to be compared beforehand.

        If that is the first, it is compared, and written alone. What was found holds
        for good; only who draws the same at the same moment makes a further round.
        """
        for _ in range(ROUNDS):
            outcomes = await self._db.write_batched(
                self._changes.apply_all,
                run,
                lessons=[run[0].by.lesson_id],
                size=len(run),
            )
            question = outcomes[0]
            if not isinstance(question, Undecided):
                return [each for each in outcomes if not isinstance(each, Undecided)]
            found = await self._comparer.compare(question.pairs)
            run = [replace(run[0], known={**run[0].known, **found})]
        return [Unavailable()]


def _changed(outcomes: list[Outcome]) -> Changed:
    """Return the outcome of a single change; raises what it was refused with."""
    (outcome,) = outcomes
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _label(outcome: Outcome) -> str:
    if isinstance(outcome, Changed):
        return "changed" if outcome.seq is not None else "unchanged"
    return outcome.code if isinstance(outcome, RtError) else "failed"


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
