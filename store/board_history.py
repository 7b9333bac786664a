"""The extent of boards' journals, and the states that their history begins from."""

from collections.abc import Iterator
from datetime import datetime

from store import board_journal, board_marks, board_snapshots, lessons
from store.board_journal import ROW
from store.models import BoardEntry
from store.records import BoardSnapshotRecord
from store.transaction import Row, Transaction

PAGE = 1000
_END = 2**63 - 1


def steps(tx: Transaction, lesson_id: int, before: int | None, limit: int) -> list[Row]:
    """Return the steps before a seq, newest first, without their elements."""
    entry = BoardEntry
    pruned = board_marks.get(tx, lesson_id).pruned
    query = entry.select(
        entry.seq, entry.at, entry.user_id, entry.kind, entry.element_count
    ).where(entry.lesson == lesson_id, entry.seq > pruned)
    if before is not None:
        query = query.where(entry.seq < before)
    return tx.rows(query.order_by(entry.seq.desc()).limit(limit))


def bases(tx: Transaction, lesson_id: int, upto: int) -> list[BoardSnapshotRecord]:
    """Return the good snapshots up to a seq whose journal is kept, newest first."""
    pruned = board_marks.get(tx, lesson_id).pruned
    return [
        one
        for one in board_snapshots.of_lesson(tx, lesson_id)
        if pruned <= one.seq <= upto and not one.broken
    ]


def older(tx: Transaction, lesson_id: int, before: datetime) -> int:
    """Return the seq up to which all was changed ``before`` and may be pruned, or 0.

    No further than loading the board takes.
    """
    floor, last = board_snapshots.floor(tx, lesson_id), 0
    for row in _times(tx, lesson_id, board_marks.get(tx, lesson_id).pruned):
        if row["at"] >= before or row["seq"] > floor:
            # Up to the seq before it: where steps were merged, they need not follow
            # one another.
            return min(row["seq"] - 1, floor) if last else 0
        last = row["seq"]
    return last


def oldest_at(tx: Transaction, lesson_id: int, after: int) -> datetime | None:
    """Return when the first step after a seq was made."""
    for row in _times(tx, lesson_id, after, limit=1):
        at: datetime = row["at"]
        return at
    return None


def has_pruned(tx: Transaction, lesson_id: int) -> bool:
    """Return whether there are steps that are pruned, and not swept away yet."""
    oldest = next(_times(tx, lesson_id, 0, limit=1), None)
    pruned = board_marks.get(tx, lesson_id).pruned
    return oldest is not None and oldest["seq"] <= pruned


def excess(tx: Transaction, lesson_id: int, most: int) -> int:
    """Return the seq up to which a journal over ``most`` bytes is to be cut, or 0.

    The snapshots that are kept for the history count; so it is cut at one of them, or
    at the older of the two newest.
    """
    kept = [one for one in bases(tx, lesson_id, _END) if one.kind == "kept"]
    total = lessons.board_bytes(tx, lesson_id) + sum(one.size for one in kept)
    floor = board_snapshots.floor(tx, lesson_id)
    begin = board_marks.get(tx, lesson_id).pruned
    if total <= most or floor <= begin:
        return 0
    for base in reversed(kept):
        if begin < base.seq < floor:
            total -= _weight(tx, lesson_id, begin, base.seq) + base.size
            begin = base.seq
            if total <= most:
                return base.seq
    return floor


def keep_base(tx: Transaction, lesson_id: int, seq: int) -> bool:
    """Keep the good snapshot at a seq for the history; False where there is none."""
    for one in bases(tx, lesson_id, seq)[:1]:
        if one.seq == seq:
            board_snapshots.keep(tx, one)
            return True
    return False


def cut(tx: Transaction, lesson_id: int, seq: int) -> None:
    """Prune a journal up to a seq at which there is a snapshot; see also ``sweep``.

    The lesson's row is locked (``lessons=``).
    """
    if seq > board_marks.get(tx, lesson_id).pruned:
        board_marks.set_pruned(tx, lesson_id, seq)
        board_snapshots.drop_kept(tx, lesson_id, before=seq)


def _weight(tx: Transaction, lesson_id: int, after: int, upto: int) -> int:
    size = board_journal.extent(tx, lesson_id, after, limit=_END, upto=upto)
    return size.bytes + ROW * size.entries


def _times(
    tx: Transaction, lesson_id: int, after: int, limit: int = PAGE
) -> Iterator[Row]:
    entry = BoardEntry
    query = entry.select(entry.seq, entry.at).where(entry.lesson == lesson_id)
    query = query.order_by(entry.seq).limit(limit)
    while rows := tx.rows(query.where(entry.seq > after)):
        yield from rows
        after = rows[-1]["seq"]
