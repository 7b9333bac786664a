"""Locks of PostgreSQL that belong to no row; SQLite's writer needs none."""

from peewee import RawQuery

from store.transaction import Transaction

# Any numbers that no other program on the same database uses.
PRUNING = 0x72747365727603
FILE_ROOM = 0x72747365727604


def try_lock(tx: Transaction, number: int) -> bool:
    """Take a lock till the transaction ends, unless another process has it."""
    if not tx.is_postgres:
        return True
    query = "SELECT pg_try_advisory_xact_lock(%s) AS taken"
    (row,) = tx.rows(RawQuery(query, (number,)))
    return bool(row["taken"])
