"""Group commit: what waits is one transaction, in which nobody spoils another's."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import peewee
import pytest

from store.borrowed_connections import BorrowedConnections
from store.engine import open_engine
from store.errors import ConstraintViolated, StoreUnavailable
from store.models import Fact, Login
from store.transaction import Transaction
from store.writer import MAX_BATCH, Measured, PendingWrite, Writer

MIGRATED = ("epoch", "school")  # what a new database holds already


class Refused(Exception):
    """What a change may refuse with."""


@pytest.fixture
def pool(migrated_url: str) -> Iterator[Any]:
    """Connections of this test's own; what it has committed is taken back."""
    engine = open_engine(migrated_url, pool_size=3)
    yield engine
    with engine.connection_context():
        Fact.delete().where(Fact.name.not_in(MIGRATED)).execute(engine)
    engine.close_all()


@pytest.fixture
def runs() -> list[str]:
    """The names that changes were run with, in order."""
    return []


def change(apply: Callable[..., Any], *args: Any) -> PendingWrite:
    """Make a change that is applied by itself."""
    return alike(lambda tx, items: [apply(tx, *args)], None)


def alike(apply: Callable[[Transaction, list[Any]], Any], item: Any) -> PendingWrite:
    """Make a change that is applied together with others of the same function."""
    return PendingWrite(apply, item, settle=lambda outcome: None)


def commit(pool: Any, *changes: PendingWrite) -> list[Measured]:
    """Have changes committed that all wait when the writer begins."""
    measured: list[Measured] = []
    told: list[PendingWrite] = []
    writer = Writer(pool, BorrowedConnections(), list, told.extend, measured.append)
    for each in changes:
        writer.submit(each)
    writer.start()
    writer.stop(30)
    assert told == [each for each in changes if not each.abandoned]
    return measured


def put(tx: Transaction, name: str, runs: list[str] | None = None) -> str:
    if runs is not None:
        runs.append(name)
    tx.insert(Fact.insert(name=name, value="x"))
    tx.emit(name)
    return name


def refuse(tx: Transaction, name: str) -> None:
    tx.emit(name)
    raise Refused


def put_then_refuse(tx: Transaction, name: str) -> None:
    tx.after_commit(lambda: None)
    put(tx, name)
    raise Refused


def put_all(tx: Transaction, names: list[str]) -> list[str]:
    rows = [{"name": name, "value": str(len(names))} for name in names]
    tx.insert(Fact.insert_many(rows))
    tx.emit(tuple(names))
    return names


def facts(pool: Any) -> dict[str, str]:
    with pool.connection_context():
        query = Fact.select().where(Fact.name.not_in(MIGRATED)).order_by(Fact.name)
        rows = query.dicts().execute(pool)
        return {row["name"]: row["value"] for row in rows}


def outcomes(*changes: PendingWrite) -> list[Any]:
    """Return what each change came to, of an exception its type."""
    found = [each.outcome for each in changes]
    return [type(each) if isinstance(each, Exception) else each for each in found]


def test_what_waits_is_committed_in_one_transaction(pool: Any) -> None:
    changes = [change(put, name) for name in "abc"]

    (batch,) = commit(pool, *changes)

    assert (batch.changes, outcomes(*changes)) == (3, ["a", "b", "c"])
    assert [*facts(pool)] == ["a", "b", "c"]
    assert batch.waited >= 0 < batch.seconds


def test_a_transaction_takes_no_more_than_so_many_changes(pool: Any) -> None:
    writes = [change(put, str(n)) for n in range(MAX_BATCH + 3)]
    writes[-2].size = MAX_BATCH
    batches = commit(pool, *writes)
    assert [batch.changes for batch in batches] == [MAX_BATCH, MAX_BATCH + 1, 1]


def test_a_refusal_before_writing_fails_alone_and_nothing_runs_twice(
    pool: Any, runs: list[str]
) -> None:
    changes = change(put, "a", runs), change(refuse, "b"), change(put, "c", runs)

    commit(pool, *changes)

    assert outcomes(*changes) == ["a", Refused, "c"]
    assert ([*facts(pool)], runs) == (["a", "c"], ["a", "c"])


def test_a_refusal_after_writing_takes_its_own_writes_back_alone(
    pool: Any, runs: list[str]
) -> None:
    refused = change(put_then_refuse, "b")
    changes = change(put, "a", runs), refused, change(put, "c", runs)

    (batch,) = commit(pool, *changes)

    assert outcomes(*changes) == ["a", Refused, "c"]
    assert ([*facts(pool)], batch.changes) == (["a", "c"], 3)
    assert runs == ["a", "a", "c"]  # the second time each within its savepoint


def test_a_violated_key_fails_alone(pool: Any) -> None:
    changes = [change(put, name) for name in ("a", "a", "b")]

    commit(pool, *changes)

    assert outcomes(*changes) == ["a", ConstraintViolated, "b"]
    assert [*facts(pool)] == ["a", "b"]


def test_alike_changes_that_wait_side_by_side_are_applied_at_once(pool: Any) -> None:
    first, second = (alike(put_all, name) for name in "ab")
    apart, third = change(put, "c"), alike(put_all, "d")

    commit(pool, first, second, apart, third)

    assert facts(pool) == {"a": "2", "b": "2", "c": "x", "d": "1"}
    assert outcomes(first, second, apart, third) == ["a", "b", "c", "d"]
    events = [each.events for each in (first, second, apart, third)]
    assert events == [[], [("a", "b")], ["c"], [("d",)]]


def test_of_alike_changes_each_fails_alone_too(pool: Any) -> None:
    changes = [alike(put_all, name) for name in ("a", "b", "a")]

    commit(pool, *changes)

    assert outcomes(*changes) == ["a", "b", ConstraintViolated]
    assert facts(pool) == {"a": "1", "b": "1"}


def test_one_of_them_that_spoils_all_before_writing_fails_alone(pool: Any) -> None:
    def put_good(tx: Transaction, names: list[str]) -> list[str]:
        if "b" in names:
            raise Refused
        return put_all(tx, names)

    changes = [alike(put_good, name) for name in "abc"]

    commit(pool, *changes)

    assert outcomes(*changes) == ["a", Refused, "c"]
    assert [*facts(pool)] == ["a", "c"]


def test_an_outcome_that_is_an_exception_stands_for_one_refusal(pool: Any) -> None:
    def refuse_all(tx: Transaction, names: list[str]) -> list[Any]:
        return [Refused() if name == "a" else put(tx, name) for name in names]

    changes = [alike(refuse_all, name) for name in "abc"]

    commit(pool, *changes)

    assert outcomes(*changes) == [Refused, "b", "c"]
    assert [*facts(pool)] == ["b", "c"]


def test_what_failed_tells_nothing(pool: Any) -> None:
    changes = change(put, "a"), change(refuse, "b"), change(put_then_refuse, "c")

    commit(pool, *changes)

    assert [each.events for each in changes] == [["a"], [], []]
    assert [each.after for each in changes] == [[], [], []]


def test_what_comes_after_the_commit_comes_before_the_next_batch(
    pool: Any, runs: list[str]
) -> None:
    def put_and_call(tx: Transaction, name: str) -> None:
        put(tx, name, runs)
        tx.after_commit(lambda: runs.append(threading.current_thread().name))

    first = [change(put_and_call, "first")]
    first += [change(put, str(n)) for n in range(MAX_BATCH - 1)]
    commit(pool, *first, change(put, "next", runs))

    assert runs == ["first", "writer", "next"]


def test_what_nobody_waits_for_any_more_is_not_begun(pool: Any) -> None:
    changes = [change(put, name) for name in "ab"]
    changes[0].abandoned = True

    (batch,) = commit(pool, *changes)

    assert (batch.changes, [*facts(pool)]) == (1, ["b"])


def test_a_commit_that_fails_is_everybodys_failure(pool: Any) -> None:
    def spoil(tx: Transaction) -> None:
        if tx.is_postgres:
            column = "x int UNIQUE DEFERRABLE INITIALLY DEFERRED"
            tx.engine.execute_sql(f"CREATE TEMPORARY TABLE late ({column})")
            tx.engine.execute_sql("INSERT INTO late VALUES (1), (1)")
        else:
            tx.engine.execute_sql("PRAGMA defer_foreign_keys = 1")
            tx.insert(Login.insert(id="x", user=99, created_at=0))

    changes = change(put, "a"), change(spoil)
    commit(pool, *changes)

    assert outcomes(*changes) == [ConstraintViolated, ConstraintViolated]
    assert (facts(pool), changes[0].events) == ({}, [])


def lose(tx: Transaction, runs: list[str], times: int) -> str:
    """Lose the connection in the first so many runs."""
    put(tx, "lost", runs)
    if len(runs) <= times:
        if tx.is_postgres:
            tx.engine.execute_sql("SELECT pg_terminate_backend(pg_backend_pid())")
        raise peewee.OperationalError("disk I/O error")
    return "kept"


def test_a_connection_that_had_died_costs_nobody_a_change(
    pool: Any, runs: list[str]
) -> None:
    changes = change(put, "a"), change(lose, runs, 1)

    commit(pool, *changes)

    assert outcomes(*changes) == ["a", "kept"]
    assert [*facts(pool)] == ["a", "lost"]
    assert runs == ["lost", "lost"]


def test_a_database_that_stays_away_fails_all_and_the_next_batch_is_tried(
    pool: Any, runs: list[str]
) -> None:
    changes = change(put, "a"), change(lose, runs, 2)

    commit(pool, *changes)
    commit(pool, change(put, "b"))

    assert outcomes(*changes) == [StoreUnavailable, StoreUnavailable]
    assert [*facts(pool)] == ["b"]


LOST_IN_COMMIT = """CREATE TEMPORARY TABLE late (x int);
    CREATE FUNCTION pg_temp.die() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER die AFTER INSERT ON late
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pg_temp.die();
    INSERT INTO late VALUES (1)"""


@pytest.mark.parametrize("migrated_url", ["postgresql"], indirect=True)
def test_what_was_lost_while_it_was_committed_is_not_run_again(
    pool: Any, runs: list[str]
) -> None:
    lost = change(lambda tx: tx.engine.execute_sql(LOST_IN_COMMIT))
    changes = change(put, "a", runs), lost

    commit(pool, *changes)

    assert outcomes(*changes) == [StoreUnavailable, StoreUnavailable]
    assert runs == ["a"]
