"""Files that forget what the tables have forgotten."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2

from store import scrub
from store.engine import open_engine
from tests.store import marked

MARK = b"forgotten-mark"


def filled(path: Path) -> Path:
    """Make a database in which so much came and went that pages were split."""
    marked.make(path)
    numbers = random.Random(1)
    engine = open_engine(f"sqlite:///{path}", pool_size=1)
    with engine.connection_context():
        for start in range(0, 4000, 500):
            with engine.atomic():
                for number in range(start, start + 500):
                    text = numbers.choice((MARK.decode(), "other")) + "x" * (
                        numbers.choice((5, 40, 300, 3000))
                    )
                    name = f"{numbers.random()}-{number}"
                    engine.execute_sql("INSERT INTO facts VALUES (?, ?)", (name, text))
        engine.execute_sql(
            "DELETE FROM facts WHERE value LIKE ?", (f"{MARK.decode()}%",)
        )
    engine.close_all()
    return path


def traces(path: Path) -> int:
    files = [Path(f"{path}{ending}") for ending in ("", "-wal", "-shm")]
    return sum(file.read_bytes().count(MARK) for file in files if file.exists())


@contextmanager
def connected(path: Path) -> Iterator[sqlite3.Connection]:
    """Somebody else who has the database open."""
    with closing(sqlite3.connect(path, isolation_level=None)) as link:
        link.execute("SELECT count(*) FROM facts").fetchall()
        yield link


def test_no_byte_of_a_deleted_row_is_left_in_file_and_log(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.db")
    with connected(path):
        assert traces(path) > 0

        assert scrub.sqlite(path, served=True) is True

        assert traces(path) == 0
        assert (tmp_path / "a.db-wal").stat().st_size == 0


def test_a_reader_in_the_way_is_told_of_and_harms_nothing(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.db")
    with connected(path) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM facts").fetchall()

        assert scrub.sqlite(path, served=True, patience=0.2) is False
    assert scrub.sqlite(path, served=False) is True
    assert traces(path) == 0


def test_a_large_database_is_not_written_anew_beside_a_server(tmp_path: Path) -> None:
    path = marked.make(tmp_path / "a.db")

    assert scrub.sqlite(path, served=True, most=4096) is False
    assert scrub.sqlite(path, served=False, most=4096) is True


def test_only_the_owner_of_tables_can_have_dead_rows_removed(postgres_url: str) -> None:
    with closing(psycopg2.connect(postgres_url)) as link, link, link.cursor() as cursor:
        cursor.execute("CREATE TABLE things (id int)")

    assert scrub.postgres(postgres_url, ["things"]) is True
    assert scrub.postgres(postgres_url, ["nowhere"]) is False
