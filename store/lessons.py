"""Lessons (table ``lessons``), each the row of its chat's and its board's stream."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from peewee import Case, Table, fn

from store.chunks import chunks
from store.ids import MADE_BELOW, next_id
from store.models import Lesson, Member
from store.prepared import Prepared
from store.records import LessonRecord
from store.transaction import Row, Transaction

_SEQUENCE = "lessons_id_seq"
_COLUMNS = (
    Lesson.id,
    Lesson.title,
    Lesson.starts_at,
    Lesson.ends_at,
    Lesson.status,
    Lesson.chat_seq,
    Lesson.board_seq,
    Lesson.sequence,
    Lesson.student_board,
    Lesson.chat,
)
_SELECTED = Lesson.select(*_COLUMNS)
_BY_ID = Prepared(Lesson, lambda id: _SELECTED.where(Lesson.id == id))
_BY_IDS = Prepared(Lesson, lambda *ids: _SELECTED.where(Lesson.id.in_(ids)))
_SET_NOTIFIED_SEQ = Prepared(
    Lesson, lambda id, seq: Lesson.update(notified_seq=seq).where(Lesson.id == id)
)


def _update_board_seq(id: Any, seq: Any, added: Any) -> Any:
    grown = Lesson.board_bytes + added
    return Lesson.update(board_seq=seq, board_bytes=grown).where(Lesson.id == id)


def _update_chat_seqs(*values: Any) -> Any:
    """Update as many ids as numbers to be taken, which stand behind them."""
    half = len(values) // 2
    ids, counts = values[:half], values[half:]
    taken = Case(Lesson.id, list(zip(ids, counts, strict=True)), 0)
    query = Lesson.update(chat_seq=Lesson.chat_seq + taken).where(Lesson.id.in_(ids))
    return query.returning(Lesson.id, Lesson.chat_seq)


_SET_BOARD_SEQ = Prepared(Lesson, _update_board_seq)
_TAKE_CHAT_SEQS = Prepared(Lesson, _update_chat_seqs)


def get(tx: Transaction, lesson_id: int) -> LessonRecord | None:
    row = _BY_ID.first(tx, lesson_id)
    return _record(row) if row else None


def by_ids(tx: Transaction, lesson_ids: Collection[int]) -> list[LessonRecord]:
    """Return those of some lessons that exist, in no order."""
    return [_record(row) for row in _BY_IDS.rows(tx, *lesson_ids)]


def chat_seqs(tx: Transaction, lesson_ids: Collection[int]) -> dict[int, int]:
    """Return the chat's present seq of each of some lessons."""
    return _seqs(tx, Lesson.chat_seq, lesson_ids)


def board_seqs(tx: Transaction, lesson_ids: Collection[int]) -> dict[int, int]:
    """Return the board's present seq of each of some lessons."""
    return _seqs(tx, Lesson.board_seq, lesson_ids)


def set_board_seq(tx: Transaction, lesson_id: int, seq: int, added: int = 0) -> None:
    """Store the board's latest seq, and how many bytes its journal has grown by.

    The lesson's row is locked (``lessons=``).
    """
    _SET_BOARD_SEQ.write(tx, lesson_id, seq, added)


def board_bytes(tx: Transaction, lesson_id: int) -> int:
    """Return the size of the board's journal, as ``board_journal.weight`` counts."""
    row = tx.first(Lesson.select(Lesson.board_bytes).where(Lesson.id == lesson_id))
    return int(row["board_bytes"]) if row else 0


def shrink_board(tx: Transaction, lesson_id: int, freed: int) -> None:
    """Count what was deleted of the board's journal; the lesson's row is locked."""
    left = max(0, board_bytes(tx, lesson_id) - freed)
    tx.write(Lesson.update(board_bytes=left).where(Lesson.id == lesson_id))


def insert(
    tx: Transaction,
    *,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    at: datetime,
    chat: str = "open",
) -> LessonRecord:
    """Add a lesson under the next id."""
    values = _values(title, starts_at, ends_at, at, chat)
    if not tx.is_postgres:
        values["id"] = next_id(tx, Lesson)
    (row,) = tx.returning(Lesson.insert(values).returning(*_COLUMNS))
    return _record(row)


def insert_with_id(
    tx: Transaction,
    lesson_id: int,
    *,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    at: datetime,
    chat: str = "open",
) -> LessonRecord:
    """Add a lesson under an id that somebody else chose."""
    values = {"id": lesson_id, **_values(title, starts_at, ends_at, at, chat)}
    (row,) = tx.returning(Lesson.insert(values).returning(*_COLUMNS))
    if tx.is_postgres and lesson_id < MADE_BELOW:
        _pass_over(tx, lesson_id)
    return _record(row)


def update(
    tx: Transaction,
    lesson_id: int,
    *,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
) -> LessonRecord:
    """Change a lesson, and raise the sequence of its calendar entry."""
    return _change(tx, lesson_id, title=title, starts_at=starts_at, ends_at=ends_at)


def set_chat(tx: Transaction, lesson_id: int, chat: str) -> LessonRecord:
    """Change what students may say; no calendar shows it."""
    change = Lesson.update(chat=chat).where(Lesson.id == lesson_id)
    (row,) = tx.returning(change.returning(*_COLUMNS))
    return _record(row)


def cancel(tx: Transaction, lesson_id: int) -> LessonRecord:
    """Cancel a lesson, and raise the sequence of its calendar entry."""
    return _change(tx, lesson_id, status="cancelled")


def set_student_board(tx: Transaction, lesson_id: int, board: str) -> LessonRecord:
    """Store what students who join may do with the board: draw, or view it."""
    change = Lesson.update(student_board=board).where(Lesson.id == lesson_id)
    (row,) = tx.returning(change.returning(*_COLUMNS))
    return _record(row)


def call_number(tx: Transaction, lesson_id: int) -> int:
    """Return how often the lesson's call has got another name."""
    row = tx.first(Lesson.select(Lesson.call_number).where(Lesson.id == lesson_id))
    return int(row["call_number"]) if row else 0


def renew_call(tx: Transaction, lesson_id: int) -> None:
    """Give the lesson's call another name: who knows the old one isn't to come."""
    change = Lesson.update(call_number=Lesson.call_number + 1)
    tx.write(change.where(Lesson.id == lesson_id))


def raise_sequence(tx: Transaction, lesson_id: int) -> LessonRecord:
    """Raise the sequence of a lesson's calendar entry."""
    return _change(tx, lesson_id)


def page(
    tx: Transaction,
    *,
    user_id: int | None,
    since: datetime | None,
    until: datetime | None,
    after: tuple[int, int] | None,
    limit: int,
) -> list[LessonRecord]:
    """Return lessons by (starts_at, id): a user's, invitations included, or all.

    Those that overlap ``since`` (inclusive) to ``until`` (exclusive), behind the
    microsecond and the id of ``after``.
    """
    query = _SELECTED.order_by(Lesson.starts_at, Lesson.id).limit(limit)
    if user_id is not None:
        own = Member.select(Member.lesson).where(Member.user == user_id)
        query = query.where(Lesson.id.in_(own))
    if since is not None:
        query = query.where(Lesson.ends_at > since)
    if until is not None:
        query = query.where(Lesson.starts_at < until)
    if after is not None:
        start, last_id = after
        same = (Lesson.starts_at == start) & (Lesson.id > last_id)
        # Said twice, as the databases find the first form in the index.
        query = query.where(Lesson.starts_at >= start)
        query = query.where((Lesson.starts_at > start) | same)
    return [_record(row) for row in tx.rows(query)]


def take_chat_seq(tx: Transaction, lesson_id: int, count: int = 1) -> int:
    """Take the next ``count`` numbers of the lesson's chat; return the last of them."""
    return take_chat_seqs(tx, {lesson_id: count})[lesson_id]


def take_chat_seqs(tx: Transaction, counts: Mapping[int, int]) -> dict[int, int]:
    """Take so many numbers of each lesson's chat, all at once; return the last ones."""
    rows = _TAKE_CHAT_SEQS.returning(tx, *counts, *counts.values())
    return {row["id"]: int(row["chat_seq"]) for row in rows}


def _seqs(tx: Transaction, field: Any, lesson_ids: Collection[int]) -> dict[int, int]:
    seqs: dict[int, int] = {}
    for ids in chunks(lesson_ids):
        query = Lesson.select(Lesson.id, field.alias("seq")).where(Lesson.id.in_(ids))
        seqs |= {row["id"]: row["seq"] for row in tx.rows(query)}
    return seqs


def unnotified(tx: Transaction, limit: int) -> list[int]:
    """Return lessons whose chat holds more than what people were notified of."""
    query = Lesson.select(Lesson.id).where(Lesson.chat_seq > Lesson.notified_seq)
    return [row["id"] for row in tx.rows(query.limit(limit))]


def notified_seqs(tx: Transaction, lesson_ids: Collection[int]) -> dict[int, int]:
    """Return the seqs up to which people were notified of lessons' messages."""
    return _seqs(tx, Lesson.notified_seq, lesson_ids)


def set_notified_seq(tx: Transaction, lesson_id: int, seq: int) -> None:
    _SET_NOTIFIED_SEQ.write(tx, lesson_id, seq)


def _change(tx: Transaction, lesson_id: int, **values: Any) -> LessonRecord:
    change = Lesson.update(sequence=Lesson.sequence + 1, **values)
    (row,) = tx.returning(change.where(Lesson.id == lesson_id).returning(*_COLUMNS))
    return _record(row)


def _values(
    title: str, starts_at: datetime, ends_at: datetime, at: datetime, chat: str
) -> dict[str, Any]:
    return {
        "title": title,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "status": "scheduled",
        "chat": chat,
        "created_at": at,
    }


def _pass_over(tx: Transaction, lesson_id: int) -> None:
    """Move PostgreSQL's sequence on to an id that was chosen, never back."""
    sequence = Table(_SEQUENCE)
    move = fn.setval(_SEQUENCE, lesson_id)
    tx.rows(sequence.select(move).where(sequence.c.last_value <= lesson_id))


def _record(row: Row) -> LessonRecord:
    return LessonRecord(**row)
