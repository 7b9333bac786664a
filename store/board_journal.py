"""The changes of boards (table ``board_journal``), numbered per lesson from 1."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from peewee import Select, fn

from store import board_marks, bulk, lessons
from store.chunks import CHUNK
from store.models import BoardEntry
from store.packing import pack, unpack
from store.prepared import Prepared
from store.records import BoardEntryRecord
from store.transaction import Row, Transaction

# Large patches are 256 KiB each: so many are held at once.
PAGE = 100
# Each deletion is short, as all writers wait for it; what is deleted is overwritten.
MAX_PRUNED = 1000
MAX_PRUNED_BYTES = 4_194_304
# What a row takes beside its elements, about.
ROW = 64
# Drivers turn a whole statement into SQL while all other threads wait.
MAX_BYTES = 1_048_576
LAST_SEQ = 2**53


def _select_since(lesson_id: Any, seq: Any, limit: Any) -> Any:
    behind = (BoardEntry.lesson == lesson_id) & (BoardEntry.seq > seq)
    return BoardEntry.select().where(behind).order_by(BoardEntry.seq).limit(limit)


def _select_backwards(lesson_id: Any, after: Any, upto: Any) -> Any:
    between = (BoardEntry.seq > after) & (BoardEntry.seq <= upto)
    query = BoardEntry.select().where((BoardEntry.lesson == lesson_id) & between)
    return query.order_by(BoardEntry.seq.desc()).limit(PAGE)


def _select_extent(lesson_id: Any, after: Any, upto: Any, limit: Any) -> Any:
    size = fn.LENGTH(BoardEntry.elements).alias("size")
    between = (BoardEntry.seq > after) & (BoardEntry.seq <= upto)
    first = (
        BoardEntry.select(size)
        .where((BoardEntry.lesson == lesson_id) & between)
        .order_by(BoardEntry.seq)
        .limit(limit)
        .alias("first")
    )
    total = fn.COALESCE(fn.SUM(first.c.size), 0).alias("bytes")
    return Select([first], [fn.COUNT(first.c.size).alias("entries"), total])


_EXTENT = Prepared(BoardEntry, _select_extent)
_SINCE = Prepared(BoardEntry, _select_since)
_BACKWARDS = Prepared(BoardEntry, _select_backwards)


class Extent(NamedTuple):
    """The extent of a part of the journal; ``bytes``: its elements, as stored."""

    entries: int
    bytes: int


def append(tx: Transaction, entries: Sequence[BoardEntryRecord]) -> int:
    """Store changes with the seqs that they have taken; return what they weigh."""
    weight = 0
    for part in _parts([_values(entry) for entry in entries]):
        bulk.insert(tx, BoardEntry, part)
        weight += sum(len(row["elements"]) + ROW for row in part)
    return weight


def since(
    tx: Transaction, lesson_id: int, seq: int, *, limit: int
) -> list[BoardEntryRecord]:
    """Return the changes after ``seq``, in order."""
    return [_record(row) for row in _SINCE.rows(tx, lesson_id, seq, limit)]


def after(tx: Transaction, lesson_id: int, seq: int) -> Iterator[BoardEntryRecord]:
    """Yield all changes after ``seq``, in order, a page in memory at a time."""
    while True:
        page = since(tx, lesson_id, seq, limit=PAGE)
        yield from page
        if len(page) < PAGE:
            return
        seq = page[-1].seq


def backwards(
    tx: Transaction, lesson_id: int, upto: int, after: int
) -> Iterator[BoardEntryRecord]:
    """Yield the changes from ``upto`` back to behind ``after``, a page at a time."""
    while True:
        page = _BACKWARDS.rows(tx, lesson_id, after, upto)
        yield from map(_record, page)
        if len(page) < PAGE:
            return
        upto = page[-1]["seq"] - 1


def extent(
    tx: Transaction, lesson_id: int, seq: int, *, limit: int, upto: int | None = None
) -> Extent:
    """Measure the first ``limit`` changes after ``seq``, without reading them.

    However long the journal is, no more of it is looked at.
    """
    most = LAST_SEQ if upto is None else upto
    (row,) = _EXTENT.rows(tx, lesson_id, seq, most, limit)
    return Extent(row["entries"], int(row["bytes"]))


def sweep(tx: Transaction, lesson_id: int) -> int:
    """Delete some of what is pruned; return the number of changes.

    The lesson's row is locked (``lessons=``).
    """
    pruned = board_marks.get(tx, lesson_id).pruned
    size = fn.LENGTH(BoardEntry.elements).alias("size")
    query = (
        BoardEntry.select(BoardEntry.seq, size)
        .where(BoardEntry.lesson == lesson_id, BoardEntry.seq <= pruned)
        .order_by(BoardEntry.seq)
        .limit(MAX_PRUNED)
    )
    last = freed = 0
    for row in tx.rows(query):
        if freed >= MAX_PRUNED_BYTES:
            break
        last, freed = row["seq"], freed + row["size"] + ROW
    if not last:
        return 0
    lessons.shrink_board(tx, lesson_id, freed)
    old = (BoardEntry.lesson == lesson_id) & (BoardEntry.seq <= last)
    return tx.write(BoardEntry.delete().where(old))


def _parts(rows: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Cut rows into pieces that one statement takes."""
    part: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        length = len(row["elements"])
        if part and (len(part) == CHUNK or size + length > MAX_BYTES):
            yield part
            part, size = [], 0
        part.append(row)
        size += length
    if part:
        yield part


def _values(entry: BoardEntryRecord) -> dict[str, Any]:
    return {
        "lesson": entry.lesson_id,
        "seq": entry.seq,
        "kind": entry.kind,
        "user_id": entry.user_id,
        "at": entry.at,
        "elements": pack(entry.elements),
        "element_count": entry.element_count,
    }


def _record(row: Row) -> BoardEntryRecord:
    return BoardEntryRecord(
        lesson_id=row["lesson"],
        seq=row["seq"],
        kind=row["kind"],
        user_id=row["user_id"],
        at=row["at"],
        elements=unpack(bytes(row["elements"])),
        element_count=row["element_count"],
    )
