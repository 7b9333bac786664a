"""States of boards at a seq (table ``board_snapshots``), and how long all is kept."""

from collections.abc import Sequence
from datetime import datetime

from store import board_journal
from store.models import BoardSnapshot, BoardSnapshotPart
from store.records import BoardSnapshotRecord
from store.transaction import Row, Transaction

# The newest may turn out to be broken.
KEPT = 2
# A snapshot is kept for the history where so much of the journal lies before it.
FAR_STEPS = 5000
FAR_BYTES = 1_048_576
# Drivers turn a whole value into SQL, or copy it, while all other threads wait.
PART = 262_144


def add(
    tx: Transaction,
    *,
    lesson_id: int,
    seq: int,
    kind: str,
    taken_at: datetime,
    elements: int,
    checksum: str,
    data: bytes,
) -> None:
    """Store a snapshot; at a seq that has one already, it takes that one's place.

    Both are of one state, but the older may be broken. What is ``cleared`` stays so,
    and what is ``kept`` unless it is cleared.
    """
    fresh = {
        "taken_at": taken_at,
        "elements": elements,
        "size": len(data),
        "checksum": checksum,
        "broken": False,
    }
    kept_longer = {"kind": kind} if kind == "cleared" else {}
    insert = BoardSnapshot.insert(lesson=lesson_id, seq=seq, kind=kind, **fresh)
    (row,) = tx.returning(
        insert.on_conflict(
            conflict_target=[BoardSnapshot.lesson, BoardSnapshot.seq],
            update=fresh | kept_longer,
        ).returning(BoardSnapshot.id)
    )
    _set_data(tx, row["id"], data)


def of_lesson(tx: Transaction, lesson_id: int) -> list[BoardSnapshotRecord]:
    """Return the snapshots of a board without their data, newest first."""
    query = (
        BoardSnapshot.select()
        .where(BoardSnapshot.lesson == lesson_id)
        .order_by(BoardSnapshot.seq.desc())
    )
    return [_record(row) for row in tx.rows(query)]


def lesson_ids(tx: Transaction, after: int, limit: int) -> list[int]:
    """Return the next lessons behind an id that have snapshots."""
    lesson = BoardSnapshot.lesson
    query = BoardSnapshot.select(lesson).where(lesson > after).distinct()
    return [row["lesson"] for row in tx.rows(query.order_by(lesson).limit(limit))]


def data(tx: Transaction, snapshot_id: int) -> bytes:
    """Return the data of a snapshot: nothing if it isn't there."""
    part = BoardSnapshotPart
    query = part.select(part.data).where(part.snapshot == snapshot_id)
    return b"".join([row["data"] for row in tx.rows(query.order_by(part.number))])


def mark_broken(tx: Transaction, snapshot_ids: Sequence[int]) -> None:
    """Remember that these can't be read back."""
    tx.write(
        BoardSnapshot.update(broken=True).where(BoardSnapshot.id.in_(snapshot_ids))
    )


def floor(tx: Transaction, lesson_id: int) -> int:
    """Return the seq up to which no journal is needed any more to load the board.

    That of the older of the newest two regular good snapshots; 0 where there is none.
    """
    good = [
        one
        for one in of_lesson(tx, lesson_id)
        if one.kind == "regular" and not one.broken
    ]
    return good[KEPT - 1].seq if len(good) >= KEPT else 0


def retire(tx: Transaction, lesson_id: int, pruned: int) -> None:
    """Of the regular snapshots behind the newest two, keep for the history a few.

    Those before which the journal has become long; they become ``kept``.
    """
    needed, base = floor(tx, lesson_id), pruned
    for one in of_lesson(tx, lesson_id)[::-1]:
        if one.kind == "regular" and one.seq < needed:
            if one.broken or not is_far(tx, base, one):
                delete(tx, one)
                continue
            keep(tx, one)
        base = one.seq if one.seq >= pruned and not one.broken else base


def keep(tx: Transaction, snapshot: BoardSnapshotRecord) -> None:
    """Keep a snapshot for the history; a regular one of the newest two stays that."""
    if snapshot.kind == "regular" and snapshot.seq >= floor(tx, snapshot.lesson_id):
        return
    change = BoardSnapshot.update(kind="kept")
    tx.write(change.where(BoardSnapshot.id == snapshot.id))


def is_far(tx: Transaction, base: int, snapshot: BoardSnapshotRecord) -> bool:
    """Return whether what lies between a seq and a snapshot is long to replay.

    So the snapshots that are kept take less room than the journal, and any moment of
    the board is a short way behind one.
    """
    size = board_journal.extent(
        tx, snapshot.lesson_id, base, limit=FAR_STEPS, upto=snapshot.seq
    )
    enough = max(FAR_BYTES, 2 * snapshot.size)
    return size.entries >= FAR_STEPS or size.bytes >= enough


def drop_kept(tx: Transaction, lesson_id: int, before: int) -> None:
    """Delete what is kept for a history that begins at a seq now."""
    old = (BoardSnapshot.lesson == lesson_id) & (BoardSnapshot.seq < before)
    tx.write(BoardSnapshot.delete().where(old, BoardSnapshot.kind == "kept"))


def has_cleared(tx: Transaction, lesson_id: int, before: datetime) -> bool:
    """Return whether something is kept that was cleared before a moment."""
    return any(
        one.kind == "cleared" and one.taken_at < before
        for one in of_lesson(tx, lesson_id)
    )


def drop_cleared(tx: Transaction, lesson_id: int, before: datetime) -> int:
    """Delete what was cleared before a moment; return the number of snapshots."""
    mine = (BoardSnapshot.lesson == lesson_id) & (BoardSnapshot.kind == "cleared")
    old = BoardSnapshot.taken_at < before
    return tx.write(BoardSnapshot.delete().where(mine, old))


def delete(tx: Transaction, snapshot: BoardSnapshotRecord) -> None:
    tx.write(BoardSnapshot.delete().where(BoardSnapshot.id == snapshot.id))


def _set_data(tx: Transaction, snapshot_id: int, data: bytes) -> None:
    part = BoardSnapshotPart
    tx.write(part.delete().where(part.snapshot == snapshot_id))
    for start in range(0, len(data), PART):
        piece = data[start : start + PART]
        tx.insert(part.insert(snapshot=snapshot_id, number=start // PART, data=piece))


def _record(row: Row) -> BoardSnapshotRecord:
    return BoardSnapshotRecord(
        id=row["id"],
        lesson_id=row["lesson"],
        seq=row["seq"],
        kind=row["kind"],
        taken_at=row["taken_at"],
        elements=row["elements"],
        size=row["size"],
        checksum=row["checksum"],
        broken=row["broken"],
    )
