"""Selections whose SQL is made once: making it takes longer than running it."""

from collections.abc import Callable
from typing import Any

import peewee

from store.transaction import Row, Transaction

_Made = tuple[str, tuple[Any, ...]]
# Longer lists of values are rare, and their SQL would fill the memory.
MOST_KEPT = 32


class Prepared:
    """A SELECT of a model that is run often, with other values each time.

    ``make`` builds the query from as many stand-ins as there are values: a list of ids
    has one SQL for each length. The values are given as the database takes them.
    Columns that aren't the model's own come as the database gives them.
    """

    def __init__(self, model: type[peewee.Model], make: Callable[..., Any]) -> None:
        self._model = model
        self._make = make
        self._made: dict[tuple[bool, int], _Made] = {}

    def rows(self, tx: Transaction, *values: Any) -> list[Row]:
        """Run it; return its rows as dicts."""
        key = tx.is_postgres, len(values)
        sql, params = self._made.get(key) or self._sql(tx, key)
        given = [values[p.place] if isinstance(p, _Place) else p for p in params]
        return tx.rows(self._model.raw(sql, *given))

    def first(self, tx: Transaction, *values: Any) -> Row | None:
        """Run it; return its first row or None."""
        rows = self.rows(tx, *values)
        return rows[0] if rows else None

    def _sql(self, tx: Transaction, key: tuple[bool, int]) -> _Made:
        _, count = key
        places = [
            peewee.Value(_Place(place), converter=False) for place in range(count)
        ]
        sql, params = self._make(*places).bind(tx.engine).sql()
        made = sql, tuple(params)
        if count <= MOST_KEPT:
            self._made[key] = made
        return made


class _Place:
    """Where among the parameters a value goes."""

    __slots__ = ("place",)

    def __init__(self, place: int) -> None:
        self.place = place
