"""Write everything that is kept about a person into one ZIP file."""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import msgspec

from rtserver.files.folder import FileFolder
from rtserver.files.kinds import archive_name
from rtserver.privacy import page
from rtserver.privacy.export_tables import TABLES, ExportTable, Record
from store import facts, files
from store.transaction import Transaction

FORMAT = 1
PAGE = "index.html"
FILES = "files"
MANIFEST = "manifest.json"
_encode = msgspec.json.Encoder().encode


class Request(NamedTuple):
    """A request for an export: of whom, into which file, when, and from where."""

    user_id: int
    file: Path
    now: datetime
    folder: FileFolder


def write(tx: Transaction, request: Request) -> dict[str, int]:
    """Write the file, for its owner's eyes only; return the number of records by table.

    All is of one moment. Raises ``FileExistsError`` rather than overwrite anything;
    what was begun and can't be finished is removed.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(request.file, flags, 0o600), "wb") as file:
        try:
            return _write(tx, request, file)
        except BaseException:
            request.file.unlink()
            raise


def _write(tx: Transaction, request: Request, file: IO[bytes]) -> dict[str, int]:
    counts: dict[str, int] = {}
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for table in TABLES:
            with _member(archive, f"{table.name}.json", request.now) as out:
                counts[table.name] = _write_json(out, table.rows(tx, request.user_id))
        names = _write_files(tx, request, archive)
        with _member(archive, PAGE, request.now) as out:
            for piece in _page(tx, request):
                out.write(piece.encode("utf-8", "replace"))
        with _member(archive, MANIFEST, request.now) as out:
            manifest = _manifest(tx, request, counts, names)
            out.write(msgspec.json.format(_encode(manifest)))
    return counts


def _write_files(tx: Transaction, request: Request, archive: ZipFile) -> list[str]:
    """Write the bytes of what the person has uploaded; return their names.

    Those that are lost are left out.
    """
    written = []
    for file in files.of_user(tx, request.user_id):
        name = f"{FILES}/{archive_name(file)}"
        with (
            suppress(FileNotFoundError),
            request.folder.place(file.id).open("rb") as source,
            _member(archive, name, request.now) as out,
        ):
            shutil.copyfileobj(source, out)
            written.append(name)
    return written


def _member(archive: ZipFile, name: str, now: datetime) -> IO[bytes]:
    """Begin a file of the archive, whatever its size will be."""
    info = ZipInfo(name, now.timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return archive.open(info, "w", force_zip64=True)


def _write_json(out: IO[bytes], records: Iterator[Record]) -> int:
    """Write an array, a record a line; return the number of records."""
    number = 0
    out.write(b"[")
    for record in records:
        out.write(b",\n" if number else b"\n")
        out.write(_encode(record))
        number += 1
    out.write(b"\n]\n")
    return number


def _page(tx: Transaction, request: Request) -> Iterator[str]:
    yield page.head(request.user_id, request.now)
    for table in TABLES:
        yield from page.section(table, table.rows(tx, request.user_id))
    yield page.tail()


def _manifest(
    tx: Transaction, request: Request, counts: dict[str, int], names: list[str]
) -> dict[str, Any]:
    told = [_described(table, counts[table.name]) for table in TABLES]
    told += [{"file": name, "what": "A file that they uploaded."} for name in names]
    told.append({"file": PAGE, "what": "The same for people, in part."})
    return {
        "format": FORMAT,
        "made_at": request.now,
        "school": facts.school(tx),
        "user_id": request.user_id,
        "files": told,
    }


def _described(table: ExportTable, number: int) -> dict[str, Any]:
    return {"file": f"{table.name}.json", "what": table.about, "records": number}
