"""Make a database's files forget what its tables have forgotten.

SQLite overwrites what is deleted (``secure_delete``), but where it moves rows between
pages, copies may stay in a page's free space. VACUUM writes all pages anew.
"""

import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from store.engine import POSTGRES_OPTIONS

# While it is written anew nobody else can write: about a second for so much.
MAX_BESIDE_A_SERVER = 134_217_728
PATIENCE = 10.0
# How long writers may be kept waiting while old readers are waited for.
HOLD_UP = 0.1


def sqlite(
    path: Path,
    *,
    served: bool,
    most: int = MAX_BESIDE_A_SERVER,
    patience: float = PATIENCE,
) -> bool:
    """Write the file anew, and empty its log; False where somebody is in the way.

    Beside a server (``served``) a file of over ``most`` bytes isn't written anew.
    """
    small = not served or path.stat().st_size <= most
    try:
        with closing(sqlite3.connect(path, patience, isolation_level=None)) as link:
            if small:
                link.execute("VACUUM")
            return _empty_log(link, patience) and small
    except sqlite3.OperationalError:
        return False


def empty_log(path: Path) -> bool:
    """Empty the log of a file that is served; False where somebody is in the way."""
    try:
        with closing(sqlite3.connect(path, HOLD_UP, isolation_level=None)) as link:
            return _empty_log(link, patience=1.0)
    except sqlite3.Error:
        return False


def postgres(url: str, tables: Iterable[str]) -> bool:
    """Have dead rows removed; False where this user may not."""
    import psycopg2
    from psycopg2 import sql

    try:
        with closing(psycopg2.connect(url, **POSTGRES_OPTIONS)) as link:
            link.autocommit = True
            with link.cursor() as cursor:
                for table in tables:
                    cursor.execute(sql.SQL("VACUUM {}").format(sql.Identifier(table)))
            return not link.notices
    except psycopg2.Error:
        return False


def _empty_log(link: sqlite3.Connection, patience: float) -> bool:
    """Move the log into the file, and cut it, as soon as nobody reads there."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        (busy, _, _) = link.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy:
            return True
        time.sleep(0.05)
    return False
