"""Put merged and packed steps in the place of what a board's journal had."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from peewee import fn

from store import board_journal, board_marks, board_snapshots, lessons
from store.models import BoardEntry
from store.records import BoardEntryRecord
from store.transaction import Transaction


class Packed(NamedTuple):
    """A step's elements as they are to be stored."""

    seq: int
    elements: bytes
    element_count: int | None


class Stretch(NamedTuple):
    """Steps that may be merged, in order, and the snapshots that they lie between."""

    after: int
    entries: Sequence[BoardEntryRecord]
    snapshots: Collection[int]


def mergeable(tx: Transaction, lesson_id: int, *, steps: int, size: int) -> Stretch:
    """Read the next steps that may be merged, up to about so many and so many bytes.

    They lie before the older of the two newest snapshots.
    """
    after = board_marks.get(tx, lesson_id).tended
    snapshots = board_snapshots.of_lesson(tx, lesson_id)
    floor = board_snapshots.floor(tx, lesson_id)
    entries: list[BoardEntryRecord] = []
    read = 0
    for entry in board_journal.after(tx, lesson_id, after):
        if entry.seq > floor or len(entries) == steps or read >= size:
            break
        entries.append(entry)
        read += len(entry.elements)
    return Stretch(after, entries, {one.seq for one in snapshots})


def put(
    tx: Transaction,
    lesson_id: int,
    after: int,
    upto: int,
    left: Sequence[Packed],
    merged: int,
) -> bool:
    """Let ``left`` be all the steps from behind ``after`` up to ``upto``.

    ``merged`` is the last of them that isn't there any more, or has lost an element; 0
    if none. False if others have merged or pruned meanwhile, and nothing is changed.
    The lesson's row is locked (``lessons=``). Who made a step isn't touched: they may
    be erased meanwhile.
    """
    if board_marks.get(tx, lesson_id).tended != after:
        return False
    entry = BoardEntry
    mine = (entry.lesson == lesson_id) & (entry.seq > after) & (entry.seq <= upto)
    before = _size(tx, mine)
    tx.write(entry.delete().where(mine, entry.seq.not_in([one.seq for one in left])))
    for one in left:
        values = {"elements": one.elements, "element_count": one.element_count}
        this = (entry.lesson == lesson_id) & (entry.seq == one.seq)
        tx.write(entry.update(**values).where(this))
    lessons.shrink_board(tx, lesson_id, before - _size(tx, mine))
    board_marks.set_seen(tx, lesson_id, upto, merged)
    return True


def thin(tx: Transaction, lesson_id: int) -> None:
    """Delete the kept snapshots before which too little is left of the journal."""
    marks = board_marks.get(tx, lesson_id)
    base = marks.pruned
    for one in board_snapshots.of_lesson(tx, lesson_id)[::-1]:
        if one.kind != "kept" or one.seq == marks.pruned or one.seq > marks.seen:
            continue
        if board_snapshots.is_far(tx, base, one):
            base = one.seq
        else:
            board_snapshots.delete(tx, one)


def _size(tx: Transaction, which: object) -> int:
    size = fn.COALESCE(fn.SUM(fn.LENGTH(BoardEntry.elements)), 0)
    count = fn.COUNT(BoardEntry.seq)
    row = tx.first(
        BoardEntry.select(size.alias("bytes"), count.alias("n")).where(which)
    )
    return int(row["bytes"]) + board_journal.ROW * int(row["n"]) if row else 0
