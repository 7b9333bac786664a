"""Ids that are made here, beside those that platforms choose."""

from typing import Any

from peewee import fn

from store.transaction import Transaction

# Those made here stay below. A platform may choose its own above, and without this
# bound the next id would soon be one that JavaScript can't count to.
MADE_BELOW = 2**52


def next_id(tx: Transaction, model: Any) -> int:
    """Find SQLite's next id; its transaction has the whole database to itself."""
    highest = fn.MAX(model.id).alias("id")
    row = tx.first(model.select(highest).where(model.id < MADE_BELOW))
    return (row["id"] if row and row["id"] else 0) + 1
