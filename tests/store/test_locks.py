"""In which order the rows of streams are locked; PostgreSQL's rows alone."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest

from store import locks
from store.engine import begin_write, open_engine
from store.models import Lesson, User
from store.transaction import Transaction
from tests.patience import PATIENCE
from tests.processes import wait_until
from tests.store.rows import add_lesson, add_member, add_user


class Wanted(NamedTuple):
    """What a change names."""

    lessons: frozenset[int] = frozenset()
    users: frozenset[int] = frozenset()


@pytest.fixture
def pool(migrated_postgres_url: str) -> Iterator[Any]:
    """Connections to a PostgreSQL with lessons 1 and 2 and users 1, 2 and 3."""
    engine = open_engine(migrated_postgres_url, pool_size=5)
    with engine.connection_context(), engine.atomic():
        for number in (1, 2):
            add_lesson(Transaction(engine), number)
        for number in (1, 2, 3):
            add_user(Transaction(engine), number)
    yield engine
    engine.close_all()


@contextmanager
def begun(engine: Any) -> Iterator[Transaction]:
    """A transaction that is rolled back."""
    with engine.connection_context():
        begin_write(engine)
        try:
            yield Transaction(engine)
        finally:
            engine.rollback()


def free(engine: Any, model: Any) -> list[int]:
    """Return the rows that nobody has locked, seen over another connection."""
    found: list[int] = []

    def look() -> None:
        with begun(engine) as tx:
            query = model.select(model.id).order_by(model.id)
            rows = tx.rows(query.for_update("FOR UPDATE SKIP LOCKED"))
            found.extend(row["id"] for row in rows)

    thread = threading.Thread(target=look)
    thread.start()
    thread.join(10)
    return found


def test_rows_that_changes_name_are_locked_and_no_others(pool: Any) -> None:
    changes = [Wanted(lessons=frozenset({1})), Wanted(users=frozenset({1, 3, 99}))]

    with begun(pool) as tx:
        locks.take(tx, changes)

        assert (free(pool, Lesson), free(pool, User)) == ([2], [2])
    assert (free(pool, Lesson), free(pool, User)) == ([1, 2], [1, 2, 3])


@pytest.mark.parametrize(
    ("model", "held", "free_lessons", "free_users"),
    [
        (Lesson, 1, [2], [1, 2, 3]),
        (Lesson, 2, [], [1, 2, 3]),
        (User, 1, [], [2, 3]),
        (User, 2, [], [3]),
    ],
)
def test_lessons_are_locked_before_users_and_each_in_the_order_of_ids(
    pool: Any, model: Any, held: int, free_lessons: list[int], free_users: list[int]
) -> None:
    with begun(pool) as tx:
        tx.rows(model.select(model.id).where(model.id == held).for_update())
        thread = threading.Thread(target=take_all, args=(pool,))
        thread.start()
        wait_until(lambda: waits_for_a_lock(tx))

        seen = free(pool, Lesson), free(pool, User)
    thread.join(10)

    assert seen == (free_lessons, free_users)


def take_all(engine: Any) -> None:
    """Lock both lessons, and the first two users."""
    both = frozenset({2, 1})
    with begun(engine) as tx:
        locks.take(tx, [Wanted(users=both), Wanted(lessons=both)])


def waits_for_a_lock(tx: Transaction) -> bool:
    """Return whether anybody waits for a lock on this server."""
    query = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    (waiting,) = tx.engine.execute_sql(query).fetchone()
    return bool(waiting)


def test_rows_that_refer_to_a_locked_one_are_inserted_meanwhile(pool: Any) -> None:
    def join() -> None:
        with begun(pool) as other:
            add_member(other, 1, 3)
            joined.set()

    joined = threading.Event()
    with begun(pool) as tx:
        locks.take(tx, [Wanted(lessons=frozenset({1}), users=frozenset({3}))])
        thread = threading.Thread(target=join)
        thread.start()

        assert joined.wait(PATIENCE)
    thread.join(10)
