"""An open transaction: what every function of a query module takes first."""

from collections.abc import Callable, Mapping
from typing import Any

import peewee

Row = Mapping[str, Any]


class Transaction:
    """One open transaction, with what is to follow its commit.

    Nothing of ``events`` and ``after`` happens unless it is committed. ``writes``
    counts the statements that may have changed something: a change that fails while it
    stands unmoved has left nothing to undo.
    """

    __slots__ = ("after", "engine", "events", "writes")

    def __init__(self, engine: peewee.Database) -> None:
        self.engine = engine
        self.events: list[object] = []
        self.after: list[Callable[[], None]] = []
        self.writes = 0

    @property
    def is_postgres(self) -> bool:
        return isinstance(self.engine, peewee.PostgresqlDatabase)

    def rows(self, query: Any) -> list[Row]:
        """Run a SELECT; return its rows as dicts."""
        return list(query.dicts().execute(self.engine))

    def first(self, query: Any) -> Row | None:
        """Run a SELECT; return its first row or None."""
        rows = self.rows(query)
        return rows[0] if rows else None

    def write(self, query: Any) -> int:
        """Run an INSERT, UPDATE or DELETE; return the number of rows it changed."""
        self.writes += 1
        return int(query.execute(self.engine))

    def insert(self, query: Any) -> None:
        """Run an INSERT whose result nobody needs."""
        self.writes += 1
        query.execute(self.engine)

    def returning(self, query: Any) -> list[Row]:
        """Run a writing query with RETURNING; return the rows it returns as dicts."""
        self.writes += 1
        return list(query.dicts().execute(self.engine))

    def emit(self, event: object) -> None:
        """Hand over an event, to be published if and when this commits."""
        self.events.append(event)

    def after_commit(self, call: Callable[[], None]) -> None:
        """Have ``call`` made in the writer's thread once this has committed.

        It comes before the next transaction begins, so what is kept in memory for the
        writer's own use stays in step with the database. It may not raise.
        """
        self.after.append(call)
