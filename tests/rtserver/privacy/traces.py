"""Look for words in everything that a school keeps: rows, files, packed pieces."""

import email
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from email.policy import default
from pathlib import Path
from typing import Any

import psycopg2

from store.engine import is_sqlite, sqlite_path

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
_SQLITE_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"


def in_rows(url: str, *words: str) -> list[str]:
    """Return ``table: value`` for every value of any row that has a word in it."""
    return [
        f"{table}: {value!r:.200}"
        for table, value in _values(url)
        if _holds(value, words)
    ]


def in_files(folder: Path, *words: str) -> list[str]:
    """Return the files of a folder that hold a word, as bytes or as a mail's text."""
    return [
        str(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(_holds(text, words) for text in _readings(path))
    ]


def _values(url: str) -> Iterator[tuple[str, Any]]:
    with closing(_connected(url)) as link:
        cursor = link.cursor()
        cursor.execute(_SQLITE_TABLES if is_sqlite(url) else _TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT * FROM "{table}"')
            yield from ((table, value) for row in cursor.fetchall() for value in row)


def _connected(url: str) -> Any:
    if is_sqlite(url):
        # Read-only and unlocked, so that looking leaves no trace of its own.
        return sqlite3.connect(f"file:{sqlite_path(url)}?mode=ro", uri=True)
    return psycopg2.connect(url)


def _holds(value: Any, words: tuple[str, ...]) -> bool:
    if isinstance(value, memoryview | bytes):
        data = _unpacked(bytes(value))
    else:
        data = str(value).encode("utf-8", "replace")
    return any(word.encode().lower() in data.lower() for word in words)


def _unpacked(data: bytes) -> bytes:
    with suppress(zlib.error):
        return data + zlib.decompress(data)
    return data


def _readings(path: Path) -> Iterator[Any]:
    yield path.read_bytes()
    if path.suffix == ".eml":
        message = email.message_from_bytes(path.read_bytes(), policy=default)
        yield f"{message['To']} {message['Subject']}"
        for part in message.walk():
            if part.get_content_maintype() == "text":
                yield part.get_content()
