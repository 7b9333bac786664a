"""Files that are on their way (table ``file_uploads``), and the room kept for them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from peewee import fn

from store import advisory
from store.chunks import chunks
from store.models_files import File, FileUpload
from store.transaction import Transaction


def alone(tx: Transaction) -> bool:
    """Return whether nobody else shares room out just now; so till the end."""
    return advisory.try_lock(tx, advisory.FILE_ROOM)


def taken(
    tx: Transaction, now: datetime, *, besides: str, lesson_id: int | None = None
) -> int:
    """Return the bytes that a lesson's files have, or the school's; uploads too."""
    alive = (FileUpload.alive_until > now) & (FileUpload.id != besides)
    if lesson_id is None:
        return _sum(tx, File.bytes, None) + _sum(tx, FileUpload.bytes, alive)
    coming = alive & (FileUpload.lesson == lesson_id)
    kept = _sum(tx, File.bytes, File.lesson == lesson_id)
    return kept + _sum(tx, FileUpload.bytes, coming)


def reserve(
    tx: Transaction, upload_id: str, *, lesson_id: int, size: int, until: datetime
) -> None:
    """Keep room for an upload, in place of what was kept for it before."""
    values = {"bytes": size, "alive_until": until}
    insert = FileUpload.insert(id=upload_id, lesson=lesson_id, **values)
    conflict = {"conflict_target": [FileUpload.id], "update": values}
    tx.insert(insert.on_conflict(**conflict))


def renew(tx: Transaction, upload_ids: Collection[str], until: datetime) -> None:
    """Say that some uploads are alive."""
    for ids in chunks(upload_ids):
        change = FileUpload.update(alive_until=until)
        tx.write(change.where(FileUpload.id.in_(ids)))


def end(tx: Transaction, upload_id: str) -> bool:
    """Give an upload's room back; False if that was done already."""
    return tx.write(FileUpload.delete().where(FileUpload.id == upload_id)) > 0


def end_dead(tx: Transaction, now: datetime) -> None:
    """Give back what is kept for uploads whose processes are gone."""
    tx.write(FileUpload.delete().where(FileUpload.alive_until <= now))


def end_all(tx: Transaction) -> None:
    """Give back all room that is kept: no server is there that would use it."""
    tx.write(FileUpload.delete())


def ids(tx: Transaction) -> set[str]:
    """Return the ids of all that is on its way."""
    return {row["id"] for row in tx.rows(FileUpload.select(FileUpload.id))}


def _sum(tx: Transaction, field: Any, which: Any) -> int:
    query = field.model.select(fn.SUM(field).alias("bytes"))
    row = tx.first(query if which is None else query.where(which))
    return int(row["bytes"] or 0) if row else 0
