"""Empty the boards of lessons that ended long ago, in all that is kept of them."""

from datetime import datetime
from typing import NamedTuple

from rtserver.boards.canvas import Canvas
from rtserver.boards.codec import checksum, encode_state
from rtserver.boards.state import BoardDamaged, load, to_millis
from store import board_journal, board_marks, lessons, retention
from store.erasure import NOBODY
from store.records import BoardEntryRecord
from store.transaction import Transaction


class Empty(NamedTuple):
    """The empty board that is to replace one: at ``seq``, after ``head``.

    It has the tombstones of what was drawn, so that none of it can come back. The
    lesson has to have ended ``before``.
    """

    lesson_id: int
    head: int
    seq: int
    data: bytes
    before: datetime
    now: datetime


def prepare(tx: Transaction, lesson_id: int, before: datetime, now: datetime) -> Empty:
    """Return the empty board for a lesson; slow, for a thread."""
    head = lessons.board_seqs(tx, [lesson_id])[lesson_id]
    seq = head + 1
    try:
        canvas = load(tx, lesson_id).canvas
        cleared = canvas.cleared()
        canvas.apply(cleared, to_millis(now))
        if not cleared:
            seq = head
    except BoardDamaged:
        canvas = Canvas()
    return Empty(lesson_id, head, seq, encode_state(canvas), before, now)


def store(tx: Transaction, empty: Empty) -> bool:
    """Store it as a reset by nobody; False if board or lesson have changed meanwhile.

    Nothing is emitted: whoever is on the board learns of it when the streams are
    compared, and nobody else is to be notified of activity there.
    """
    lesson_id, head, seq, data, before, now = empty
    lesson = lessons.get(tx, lesson_id)
    if lesson is None or lesson.board_seq != head or lesson.ends_at >= before:
        return False
    if seq > head:
        reset = BoardEntryRecord(lesson_id, seq, "reset", NOBODY, now)
        grown = board_journal.append(tx, [reset])
        lessons.set_board_seq(tx, lesson_id, seq, grown)
    # From now on; what is pruned is swept away afterwards.
    board_marks.set_pruned(tx, lesson_id, head if seq > head else seq)
    retention.replace_snapshots(
        tx,
        lesson_id,
        seq=seq,
        taken_at=now,
        elements=0,
        checksum=checksum(data),
        data=data,
    )
    return True
