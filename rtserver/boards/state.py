"""A board out of the database: newest good snapshot + journal after it (2.5)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from rtserver.boards.canvas import Canvas
from rtserver.boards.codec import BadState, checksum, decode_elements, decode_state
from rtserver.boards.elements import Element
from store import board_journal, board_marks, board_snapshots, lessons
from store.fields import to_micros
from store.records import BoardEntryRecord, BoardSnapshotRecord
from store.transaction import Transaction


class BoardDamaged(Exception):
    """The failure to reach a board's present state by what is kept of it."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A board at ``seq``; ``broken`` are ids of snapshots that can't be read back.

    ``journal`` counts the entries after the snapshot, which was taken at
    ``snapshot_seq`` (0: none).
    """

    canvas: Canvas
    seq: int
    journal: int
    snapshot_seq: int
    snapshot_at: datetime | None
    broken: tuple[int, ...]


def load(tx: Transaction, lesson_id: int) -> Loaded:
    """Load a board as it is now; slow, for a thread. Raise BoardDamaged if it's lost.

    A lesson that isn't there has an empty board.
    """
    head = lessons.board_seqs(tx, [lesson_id]).get(lesson_id, 0)
    canvas, start, broken = _newest(tx, lesson_id, head)
    seq = start.seq if start else 0
    replay(canvas, journal(tx, lesson_id, seq, head))
    return Loaded(
        canvas=canvas,
        seq=head,
        journal=head - seq,
        snapshot_seq=seq,
        snapshot_at=start.taken_at if start else None,
        broken=tuple(broken),
    )


def replay(canvas: Canvas, entries: Iterable[BoardEntryRecord]) -> None:
    """Apply journal entries, in order, to a canvas that is at the seq before them.

    Raises BoardDamaged where an entry can't be read.
    """
    for entry in entries:
        try:
            changed = changed_by(canvas, entry)
        except BadState as error:
            raise BoardDamaged(f"seq {entry.seq} can't be read: {error}") from error
        canvas.apply(changed, to_millis(entry.at))


def changed_by(canvas: Canvas, entry: BoardEntryRecord) -> list[Element]:
    """Return what an entry changes on a canvas that is at the seq before it."""
    match entry.kind:
        case "reset":
            return canvas.cleared()
        case "replace" | "restore":
            return canvas.replacement(decode_elements(entry.elements)).changed
    return decode_elements(entry.elements)


def journal(
    tx: Transaction, lesson_id: int, seq: int, head: int
) -> Iterator[BoardEntryRecord]:
    """Yield the changes from ``seq`` to ``head``; BoardDamaged where one is lost."""
    marks = board_marks.get(tx, lesson_id)
    if seq < min(marks.pruned, head):
        raise BoardDamaged(f"the journal before seq {marks.pruned + 1} is pruned")
    entries = board_journal.after(tx, lesson_id, seq)
    yield from contiguous(entries, seq, head, merged=marks.merged)


def contiguous(
    entries: Iterable[BoardEntryRecord], seq: int, head: int, *, merged: int = 0
) -> Iterator[BoardEntryRecord]:
    """Pass entries on from ``seq`` to ``head``, or raise BoardDamaged at a hole.

    Up to ``merged`` there may be holes: what was changed there comes again later.
    """
    for entry in entries:
        if entry.seq > head or entry.seq > max(seq, merged) + 1:
            break
        seq = entry.seq
        yield entry
    if max(seq, merged) < head:
        raise BoardDamaged(f"the journal lacks seq {max(seq, merged) + 1} of {head}")


def read_snapshot(tx: Transaction, snapshot: BoardSnapshotRecord) -> Canvas:
    """Read a snapshot's state, or raise BadState if it isn't what was written."""
    data = board_snapshots.data(tx, snapshot.id)
    if checksum(data) != snapshot.checksum:
        raise BadState("its checksum is another")
    return decode_state(data)


def to_millis(moment: datetime) -> int:
    """Return a moment as ``deleted_at`` counts it: milliseconds since 1970."""
    return to_micros(moment) // 1000


def _newest(
    tx: Transaction, lesson_id: int, head: int
) -> tuple[Canvas, BoardSnapshotRecord | None, list[int]]:
    """Find the newest snapshot that can be read, and those that can't any more."""
    broken: list[int] = []
    for snapshot in board_snapshots.of_lesson(tx, lesson_id):
        if snapshot.broken or snapshot.seq > head:
            continue
        try:
            return read_snapshot(tx, snapshot), snapshot, broken
        except BadState:
            broken.append(snapshot.id)
    return Canvas(), None, broken
