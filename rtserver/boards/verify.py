"""Replay a board's journal against its snapshots (contract 5, ``verify-board``)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from rtserver.boards.canvas import Canvas
from rtserver.boards.codec import BadState
from rtserver.boards.elements import Element, same
from rtserver.boards.state import (
    BoardDamaged,
    journal,
    load,
    read_snapshot,
    replay,
    to_millis,
)
from store import board_journal, board_marks, board_snapshots, lessons
from store.records import BoardSnapshotRecord
from store.transaction import Transaction

# Older tombstones may be forgotten, by one process sooner than by another.
_LASTING = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something wrong at a seq; ``elements`` are the ids concerned, if any."""

    seq: int
    problem: str
    elements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a comparison with the journal up to ``seq``, and what is wrong."""

    seq: int
    snapshots: int
    differences: tuple[Difference, ...]


def verify(tx: Transaction, lesson_id: int, keep: timedelta) -> Verdict:
    """Replay what is kept of the journal: every snapshot and a load come out of it.

    ``keep`` is how long tombstones are kept. Reads everything: slow, for a thread.
    """
    seq = lessons.board_seqs(tx, [lesson_id]).get(lesson_id, 0)
    snapshots = board_snapshots.of_lesson(tx, lesson_id)[::-1]
    walk = _Walk(tx, lesson_id, seq, min(keep, _LASTING))
    differences = [wrong for one in snapshots for wrong in walk.past(one)]
    return Verdict(seq, len(snapshots), (*differences, *walk.to_the_end()))


class _Walk:
    """One way along a journal, on a canvas of its own."""

    def __init__(
        self, tx: Transaction, lesson_id: int, head: int, lasting: timedelta
    ) -> None:
        self._tx = tx
        self._lesson_id = lesson_id
        self._head = head
        self._lasting = lasting
        # Where the journal doesn't reach back to the start, a snapshot has to be it.
        self._pruned = board_marks.get(tx, lesson_id).pruned
        self._canvas = Canvas() if self._pruned == 0 else None
        self._seq = 0

    def past(self, snapshot: BoardSnapshotRecord) -> Iterator[Difference]:
        """Go on to a snapshot and compare; where they differ, the snapshot counts."""
        if snapshot.seq > self._head:
            yield Difference(snapshot.seq, "a snapshot newer than the board")
            return
        try:
            state = read_snapshot(self._tx, snapshot)
        except BadState as error:
            yield Difference(snapshot.seq, f"a broken snapshot: {error}")
            return
        if snapshot.seq < self._pruned:  # what was cleared is kept for its days
            return
        yield from self._go_on(snapshot.seq)
        wrong = self._compare(state, "the snapshot", snapshot.taken_at)
        if self._canvas is None or wrong:
            self._canvas, self._seq = state, snapshot.seq
        yield from wrong

    def to_the_end(self) -> Iterator[Difference]:
        """Go on to the present and compare with what a process would load."""
        yield from self._go_on(self._head)
        try:
            loaded = load(self._tx, self._lesson_id)
        except BoardDamaged as error:
            yield Difference(self._head, f"the board can't be loaded: {error}")
            return
        yield from self._compare(loaded.canvas, "the loaded board", loaded.snapshot_at)
        for entry in board_journal.since(
            self._tx, self._lesson_id, self._head, limit=1
        ):
            yield Difference(entry.seq, "a change newer than the board")

    def _go_on(self, seq: int) -> Iterator[Difference]:
        """Replay up to a seq; behind a hole, only a snapshot can be a new start."""
        if self._canvas is None:
            return
        entries = journal(self._tx, self._lesson_id, self._seq, seq)
        try:
            replay(self._canvas, entries)
            self._seq = seq
        except BoardDamaged as error:
            self._canvas = None
            yield Difference(seq, str(error))

    def _compare(
        self, state: Canvas, name: str, taken_at: datetime | None
    ) -> list[Difference]:
        if self._canvas is None:
            return []
        forgotten = to_millis(taken_at - self._lasting) if taken_at else 0
        ids = tuple(sorted(_differing(self._canvas, state, forgotten)))
        problem = f"{name} isn't what the journal leads to"
        return [Difference(self._seq, problem, ids)] if ids else []


def _differing(one: Canvas, other: Canvas, forgotten: int) -> Iterator[str]:
    for id in one.elements.keys() | other.elements.keys():
        mine, theirs = one.get(id), other.get(id)
        if mine is None or theirs is None:
            if not _may_be_missing(mine or theirs, forgotten):
                yield id
        elif not same(mine, theirs):
            yield id


def _may_be_missing(element: Element | None, forgotten: int) -> bool:
    return element is None or (element.deleted and element.deleted_at < forgotten)
