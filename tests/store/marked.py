"""SQLite databases of ours, told apart by marks, and programs killed at any step."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from store import migrate
from store.engine import open_engine
from tests.served import ROOT

# Every step by which a program changes files, told by Python before it is done.
KILLED_AT = """
import os, signal, sys
steps, folder = int(sys.argv[1]), sys.argv[2]
CHANGES = {"open", "os.rename", "os.link", "os.remove", "os.chown", "sqlite3.connect"}
def watch(event, args):
    global steps
    if event in CHANGES and folder in str(args[:2]):
        steps -= 1
        if steps == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
"""


def make(path: Path, *marks: str) -> Path:
    """Create a database at its latest schema."""
    engine = open_engine(f"sqlite:///{path}", pool_size=1)
    migrate.up(engine)
    engine.close_all()
    add(path, *marks)
    return path


def add(path: Path, *marks: str) -> None:
    """Add marks by an ordinary change."""
    with closing(sqlite3.connect(path)) as connection, connection:
        insert(connection, *marks)


def insert(connection: sqlite3.Connection, *marks: str) -> None:
    rows = [(f"mark {mark}",) for mark in marks]
    connection.executemany("INSERT INTO facts VALUES (?, '')", rows)


def marks(path: Path) -> list[str]:
    """Return the marks of a database that is sound."""
    query = "SELECT substr(name, 6) FROM facts WHERE name LIKE 'mark %' ORDER BY 1"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [mark for (mark,) in connection.execute(query)]


def epoch(path: Path) -> str:
    query = "SELECT value FROM facts WHERE name = 'epoch'"
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute(query).fetchone()[0])


def leave_log(path: Path, mark: str) -> None:
    """Add a mark as a process does that is killed: only the log holds it."""
    files = [Path(f"{path}{ending}") for ending in ("", "-wal", "-shm")]
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        with connection:
            insert(connection, mark)
        kept = {file: file.read_bytes() for file in files}
    for file, content in kept.items():
        file.write_bytes(content)


def killed_at(step: int, folder: Path, call: str) -> bool:
    """Run Python code, kill -9 it before it changes the folder for the nth time.

    Tells whether that came to be; if not, it has ended well.
    """
    command = [sys.executable, "-c", KILLED_AT + call, str(step), str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0
