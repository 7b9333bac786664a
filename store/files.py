"""Files of lessons (table ``files``), whose bytes lie in a folder."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from peewee import fn

from store.chunks import chunks
from store.models import Lesson
from store.models_files import File
from store.prepared import Prepared
from store.records import FileRecord
from store.transaction import Row, Transaction


def get(tx: Transaction, file_id: str) -> FileRecord | None:
    """Find a file, unless it is deleted."""
    return by_ids(tx, [file_id]).get(file_id)


def by_ids(tx: Transaction, file_ids: Collection[str]) -> dict[str, FileRecord]:
    """Return those of some files that are there."""
    return {
        row["id"]: _record(row)
        for ids in chunks(file_ids)
        for row in tx.rows(_query().where(File.id.in_(ids)))
    }


def of_messages(
    tx: Transaction, message_ids: Collection[int]
) -> dict[int, list[FileRecord]]:
    """Return the files of some messages, in the order in which they were uploaded."""
    return _grouped(tx, _OF_MESSAGES, "message_id", message_ids)


def of_held(tx: Transaction, held_ids: Collection[int]) -> dict[int, list[FileRecord]]:
    """Return the files of some held messages, in the order of their upload."""
    return _grouped(tx, _OF_HELD, "held_id", held_ids)


def unused_twin(tx: Transaction, file: Mapping[str, Any]) -> FileRecord | None:
    """Find what the same user has uploaded for the same, if that is unused so far."""
    query = _query().where(
        File.lesson == file["lesson"],
        File.user == file["user"],
        File.purpose == file["purpose"],
        File.type == file["type"],
        File.sha256 == file["sha256"],
        _unused(),
    )
    row = tx.first(query.order_by(File.number))
    return _record(row) if row else None


def insert(tx: Transaction, file: Mapping[str, Any]) -> FileRecord:
    """Add a file, with the columns of its table by their names."""
    tx.insert(File.insert(file))
    added = get(tx, file["id"])
    assert added is not None
    return added


def page(
    tx: Transaction,
    lesson_id: int,
    *,
    user_id: int,
    all_of_them: bool,
    before: int | None,
    limit: int,
) -> list[FileRecord]:
    """Return a lesson's files, newest first, behind the number ``before``.

    ``all_of_them``: also those that others have uploaded and not sent yet.
    """
    query = _query().where(File.lesson == lesson_id)
    if not all_of_them:
        query = query.where(_shared() | (File.user == user_id))
    if before is not None:
        query = query.where(File.number < before)
    rows = tx.rows(query.order_by(File.number.desc()).limit(limit))
    return [_record(row) for row in rows]


def of_lesson(tx: Transaction, lesson_id: int) -> list[FileRecord]:
    """Return what a lesson's members have sent, or put on the board, in order."""
    query = _query().where(File.lesson == lesson_id, _shared())
    return [_record(row) for row in tx.rows(query.order_by(File.number))]


def of_user(tx: Transaction, user_id: int) -> list[FileRecord]:
    """Return what somebody has uploaded, in order."""
    query = _query().where(File.user == user_id)
    return [_record(row) for row in tx.rows(query.order_by(File.number))]


def room_of_user(tx: Transaction, user_id: int) -> tuple[int, int]:
    """Return how many files somebody has, and their bytes."""
    figures = fn.COUNT(File.number).alias("files"), fn.SUM(File.bytes).alias("bytes")
    mine = (File.user == user_id) & ~File.deleted
    [row] = tx.rows(File.select(*figures).where(mine))
    return row["files"], int(row["bytes"] or 0)


def attach(tx: Transaction, owners: Mapping[str, int]) -> None:
    """Give files, by id, to messages, also those that were held with one."""
    for file_id, message_id in owners.items():
        change = File.update(message=message_id, held_id=None)
        tx.write(change.where(File.id == file_id))


def hold(tx: Transaction, file_ids: Collection[str], held_id: int) -> None:
    """Keep files for a message that is held."""
    for ids in chunks(file_ids):
        tx.write(File.update(held_id=held_id).where(File.id.in_(ids)))


def discard(tx: Transaction, file_ids: Iterable[str]) -> int:
    """Delete files: their bytes are to be removed, and then their rows."""
    return sum(_discard(tx, File.id.in_(ids)) for ids in chunks(file_ids))


def discard_of_messages(tx: Transaction, message_ids: Iterable[int]) -> int:
    """Delete the files of some messages."""
    return sum(_discard(tx, File.message.in_(ids)) for ids in chunks(message_ids))


def discard_of_held(tx: Transaction, held_ids: Iterable[int]) -> int:
    """Delete the files that some held messages have still."""
    return sum(_discard(tx, File.held_id.in_(ids)) for ids in chunks(held_ids))


def discard_of_old_boards(tx: Transaction, before: datetime, limit: int) -> int:
    """Delete some of what stands on the boards of lessons that ended long ago."""
    query = _query().join(Lesson).where(Lesson.ends_at < before)
    rows = tx.rows(query.where(File.purpose == "board").limit(limit))
    return discard(tx, [row["id"] for row in rows])


def discard_unsent(tx: Transaction, before: datetime, limit: int) -> int:
    """Delete some of the chat's files that no message has named in time."""
    unsent = (File.purpose == "chat") & _unused()
    query = _query().where(unsent, File.created_at < before)
    ids = [row["id"] for row in tx.rows(query.limit(limit))]
    # Said again, as one may have been sent meanwhile.
    return _discard(tx, File.id.in_(ids) & unsent) if ids else 0


def lessons_with_files_of(tx: Transaction, user_id: int) -> dict[int, list[str]]:
    """Return the ids of what somebody has uploaded, by lesson."""
    found: dict[int, list[str]] = {}
    for file in of_user(tx, user_id):
        found.setdefault(file.lesson_id, []).append(file.id)
    return found


def discarded(tx: Transaction, limit: int) -> list[str]:
    """Return the ids of some deleted files, whose rows are still there."""
    query = File.select(File.id).where(File.deleted)
    return [row["id"] for row in tx.rows(query.limit(limit))]


def forget(tx: Transaction, file_ids: Sequence[str]) -> None:
    """Remove the rows of deleted files, whose bytes are gone."""
    for ids in chunks(file_ids):
        tx.write(File.delete().where(File.id.in_(ids), File.deleted))


def ids(tx: Transaction) -> set[str]:
    """Return the ids of all files that are there."""
    return {row["id"] for row in tx.rows(File.select(File.id).where(~File.deleted))}


def _grouped(
    tx: Transaction, query: Prepared, name: str, owners: Collection[int]
) -> dict[int, list[FileRecord]]:
    found: dict[int, list[FileRecord]] = {}
    for ids in chunks(owners):
        for row in query.rows(tx, *ids):
            found.setdefault(row[name], []).append(_record(row))
    return found


def _unused() -> Any:
    return File.message.is_null() & File.held_id.is_null()


def _shared() -> Any:
    return (File.purpose == "board") | File.message.is_null(False)


def _discard(tx: Transaction, which: Any) -> int:
    # The name may be a person's; and nothing of it counts any more.
    change = File.update(deleted=True, name="", bytes=0, sha256="")
    return tx.write(change.where(which, ~File.deleted))


def _query() -> Any:
    return File.select(
        File.number,
        File.id,
        File.lesson.alias("lesson_id"),
        File.user.alias("user_id"),
        File.purpose,
        File.name,
        File.type,
        File.bytes,
        File.sha256,
        File.created_at,
        File.message.alias("message_id"),
        File.held_id,
    ).where(~File.deleted)


def _record(row: Row) -> FileRecord:
    return FileRecord(**row)


def _select_of_messages(*ids: Any) -> Any:
    return _query().where(File.message.in_(ids)).order_by(File.number)


def _select_of_held(*ids: Any) -> Any:
    return _query().where(File.held_id.in_(ids)).order_by(File.number)


_NAMES = {"lesson": "lesson_id", "user": "user_id", "message": "message_id"}
_OF_MESSAGES = Prepared(File, _select_of_messages, _NAMES)
_OF_HELD = Prepared(File, _select_of_held, _NAMES)
