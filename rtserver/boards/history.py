"""The history of a board: each step that is kept, and the board at any (3.3)."""

import asyncio
from datetime import datetime
from typing import Annotated, NamedTuple

import msgspec

from rtserver.access import rights
from rtserver.access.actor import Actor
from rtserver.access.rights import Right
from rtserver.boards.canvas import Canvas
from rtserver.boards.codec import BadState, decode_elements
from rtserver.boards.elements import Element
from rtserver.boards.state import changed_by, journal, read_snapshot, to_millis
from rtserver.boards.view import BoardView, shown
from rtserver.clock import Clock
from rtserver.errors import NotFound
from rtserver.input.cursors import decode_cursor, encode_cursor
from rtserver.views import Time
from store import board_history, board_journal, board_marks, facts, lessons, members
from store.database import Database
from store.records import BoardSnapshotRecord, LessonRecord
from store.transaction import Row, Transaction

AT_ONCE = 2

Kind = Annotated[
    str,
    msgspec.Meta(extra_json_schema={"enum": ["patch", "reset", "replace", "restore"]}),
]


class StepView(msgspec.Struct, frozen=True):
    """One step; ``user_id`` is 0 where they were erased, or where it was nobody."""

    seq: int
    at: Time
    user_id: int
    kind: Kind
    elements: int


class StepsView(msgspec.Struct, frozen=True):
    results: list[StepView]
    next: str | None


class BoardMoment(NamedTuple):
    """A board as it was after the step ``seq``, which was made ``at``; 0: empty."""

    seq: int
    at: datetime | None
    canvas: Canvas


class BoardHistory:
    """The steps of boards, as far back as their journals are kept; for tutors."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        # To read a large board takes a while: who looks at many moments shares these
        # turns with their like, and doesn't take everybody else's connections.
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def steps(
        self, actor: Actor, lesson_id: int, *, cursor: str | None, limit: int
    ) -> StepsView:
        """Page through the steps, newest first."""
        before = None if cursor is None else decode_cursor(cursor, "steps", 1)[0]
        return await self._db.read(_steps, actor, lesson_id, before, limit)

    async def view(self, actor: Actor, lesson_id: int, seq: int) -> BoardView:
        """Read a board as it was; raises NotFound where that isn't kept."""
        async with self._turns:
            now = self._clock.now()
            return await self._db.read(_view, actor, lesson_id, seq, now)

    async def elements(self, actor: Actor, lesson_id: int, seq: int) -> list[Element]:
        """Read the live elements of a board as it was, to restore them."""
        async with self._turns:
            return await self._db.read(_live, actor, lesson_id, seq)


def require_history(tx: Transaction, actor: Actor, lesson_id: int) -> LessonRecord:
    """Return a lesson whose board's history the actor may see."""
    member = members.acting(tx, lesson_id, actor.require_user())
    lesson = lessons.get(tx, lesson_id)
    return rights.require(actor, lesson, member, Right.VIEW_HISTORY)


def read_moment(tx: Transaction, lesson_id: int, seq: int) -> BoardMoment:
    """Read a board as it was at a seq, or at the nearest kept step before it.

    Slow, for a thread. Raises NotFound where that isn't kept any more, or not yet.
    """
    if seq > lessons.board_seqs(tx, [lesson_id]).get(lesson_id, 0):
        raise NotFound("The board hasn't got so far: its history has the steps.")
    if seq == 0:
        return BoardMoment(0, None, Canvas())
    canvas, base = _base(tx, lesson_id, seq)
    reached, at = (base.seq, base.taken_at) if base else (0, None)
    for entry in journal(tx, lesson_id, reached, seq):
        canvas.apply(changed_by(canvas, entry), to_millis(entry.at))
        reached, at = entry.seq, entry.at
    return BoardMoment(reached, at, canvas)


def _base(
    tx: Transaction, lesson_id: int, seq: int
) -> tuple[Canvas, BoardSnapshotRecord | None]:
    """Return the nearest snapshot to begin from; None: the board was empty."""
    for snapshot in board_history.bases(tx, lesson_id, seq):
        try:
            return read_snapshot(tx, snapshot), snapshot
        except BadState:
            continue
    if board_marks.get(tx, lesson_id).pruned:
        raise NotFound("The board isn't kept any more as it was then.")
    return Canvas(), None


def _view(
    tx: Transaction, actor: Actor, lesson_id: int, seq: int, now: datetime
) -> BoardView:
    require_history(tx, actor, lesson_id)
    moment = read_moment(tx, lesson_id, seq)
    elements = shown(moment.canvas, moment.at or now)
    return BoardView(moment.seq, facts.epoch(tx), now, elements)


def _live(tx: Transaction, actor: Actor, lesson_id: int, seq: int) -> list[Element]:
    require_history(tx, actor, lesson_id)
    canvas = read_moment(tx, lesson_id, seq).canvas
    return [element for element in canvas.all() if not element.deleted]


def _steps(
    tx: Transaction, actor: Actor, lesson_id: int, before: int | None, limit: int
) -> StepsView:
    require_history(tx, actor, lesson_id)
    rows = board_history.steps(tx, lesson_id, before, limit + 1)
    more = len(rows) > limit
    return StepsView(
        results=[_step(tx, lesson_id, row) for row in rows[:limit]],
        next=encode_cursor("steps", rows[limit - 1]["seq"]) if more else None,
    )


def _step(tx: Transaction, lesson_id: int, row: Row) -> StepView:
    count = row["element_count"]
    if count is None:  # from before that was noted
        [entry] = board_journal.since(tx, lesson_id, row["seq"] - 1, limit=1)
        count = len(decode_elements(entry.elements))
    return StepView(row["seq"], row["at"], row["user_id"], row["kind"], count)
