"""Empty the boards of lessons that ended long ago, whatever was kept of them."""

from datetime import datetime, timedelta
from typing import NamedTuple

from rtserver.boards.canvas import Canvas
from rtserver.boards.codec import checksum, encode_state
from rtserver.boards.state import BoardDamaged, load, to_millis
from store import board_journal, lessons, retention
from store.erasure import NOBODY
from store.records import BoardEntryRecord
from store.transaction import Transaction

# Nothing in the journal is so new, however the clocks of processes differ.
_AHEAD = timedelta(days=1)


class Empty(NamedTuple):
    """A board as it will be: at ``seq``, made from ``head``, without elements.

    Its tombstones stay, so that nothing drawn before can come back. The lesson is to
    have ended ``before``.
    """

    lesson_id: int
    head: int
    seq: int
    data: bytes
    before: datetime
    now: datetime


def prepare(tx: Transaction, lesson_id: int, before: datetime, now: datetime) -> Empty:
    """Work out what an empty board looks like; slow, for a thread."""
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

    Nothing is emitted: who is on the board learns of it by comparing, and who isn't
    needn't be told that somebody was at work there.
    """
    lesson_id, head, seq, data, before, now = empty
    lesson = lessons.get(tx, lesson_id)
    if lesson is None or lesson.board_seq != head or lesson.ends_at >= before:
        return False
    if seq > head:
        reset = BoardEntryRecord(lesson_id, seq, "reset", NOBODY, now)
        board_journal.append(tx, [reset])
        lessons.set_board_seq(tx, lesson_id, seq)
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


def prune_journal(tx: Transaction, empty: Empty) -> int:
    """Delete some of what led to the empty board; give the number of entries."""
    last = empty.seq - 1 if empty.seq > empty.head else empty.seq
    ahead = empty.now + _AHEAD
    return board_journal.prune(tx, empty.lesson_id, upto=last, before=ahead)
