"""States of boards at a seq (table ``board_snapshots``), and how long all is kept."""

from collections.abc import Sequence
from datetime import datetime

from store import board_journal, lessons
from store.models import BoardSnapshot, BoardSnapshotPart
from store.records import BoardSnapshotRecord
from store.transaction import Row, Transaction

# The newest may turn out to be broken.
KEPT = 2
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

    Both are of one state, but the older may be broken. What is ``cleared`` stays so.
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


def prune(tx: Transaction, lesson_id: int, before: datetime) -> int:
    """Delete what isn't needed any more; return the number of journal entries.

    Kept: the newest two regular good snapshots; what was cleared since ``before``; the
    journal after the older of these two, and since ``before``.
    """
    snapshots = of_lesson(tx, lesson_id)
    floor = _floor(snapshots)
    if floor is None:
        return 0
    old = [one.id for one in snapshots if _is_old(one, floor, before)]
    if old:
        tx.write(BoardSnapshot.delete().where(BoardSnapshot.id.in_(old)))
    return board_journal.prune(tx, lesson_id, upto=floor, before=before)


def trim(tx: Transaction, lesson_id: int, most: int) -> int:
    """Delete some of a journal over ``most`` bytes; return the number of its entries.

    The oldest go, however young, but none behind the older of the newest two regular
    good snapshots.
    """
    if lessons.board_bytes(tx, lesson_id) <= most:
        return 0
    floor = _floor(of_lesson(tx, lesson_id)) or 0
    return board_journal.prune(tx, lesson_id, upto=floor, before=None)


def _floor(snapshots: Sequence[BoardSnapshotRecord]) -> int | None:
    """Return the seq up to which no journal is needed any more to load the board."""
    good = [one for one in snapshots if one.kind == "regular" and not one.broken]
    return good[KEPT - 1].seq if len(good) >= KEPT else None


def _is_old(snapshot: BoardSnapshotRecord, floor: int, before: datetime) -> bool:
    if snapshot.kind == "cleared":
        return snapshot.taken_at < before
    return snapshot.seq < floor


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
