"""A lock that belongs to no row."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from store import advisory
from store.engine import begin_write
from store.transaction import Transaction


def test_a_lock_is_taken_by_one_process_at_a_time(tx: Transaction, engine: Any) -> None:
    assert advisory.try_lock(tx, advisory.FILE_ROOM)
    assert advisory.try_lock(tx, advisory.FILE_ROOM)
    if not tx.is_postgres:
        return  # the writing transaction has the whole database

    def other() -> tuple[bool, bool]:
        with engine.connection_context():
            begin_write(engine)
            second = Transaction(engine)
            locks = (advisory.FILE_ROOM, advisory.PRUNING)
            taken = [advisory.try_lock(second, number) for number in locks]
            engine.rollback()
        return taken[0], taken[1]

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(other).result() == (False, True)
