"""Queries whose SQL is made once: making it takes longer than running it."""

from collections.abc import Callable, Mapping
from typing import Any

import peewee

from store.transaction import Row, Transaction

_Made = tuple[str, tuple[Any, ...]]
# Longer lists of values are rare, and their SQL would fill the memory.
MAX_KEPT = 64


class Prepared:
    """A query of a model that is run often, with other values each time.

    ``make`` builds the query from as many stand-ins as there are values: a list of ids
    has one SQL for each length. The values are given as the database takes them.
    Columns that aren't the model's own come as the database gives them. Those that are
    have the model's names, unless ``names`` says what to call them instead.
    """

    def __init__(
        self,
        model: type[peewee.Model],
        make: Callable[..., Any],
        names: Mapping[str, str] | None = None,
    ) -> None:
        self._model = model
        self._make = make
        self._names = names
        self._made: dict[tuple[bool, int], _Made] = {}

    def rows(self, tx: Transaction, *values: Any) -> list[Row]:
        """Run it; return its rows as dicts."""
        sql, given = self._given(tx, values)
        rows = tx.rows(self._model.raw(sql, *given))
        if names := self._names:
            return [{names.get(k, k): v for k, v in row.items()} for row in rows]
        return rows

    def first(self, tx: Transaction, *values: Any) -> Row | None:
        """Run it; return its first row or None."""
        rows = self.rows(tx, *values)
        return rows[0] if rows else None

    def returning(self, tx: Transaction, *values: Any) -> list[Row]:
        """Run one that writes; return the rows that it returns as dicts."""
        sql, given = self._given(tx, values)
        return tx.returning(self._model.raw(sql, *given))

    def write(self, tx: Transaction, *values: Any) -> None:
        """Run one that writes and returns nothing."""
        sql, given = self._given(tx, values)
        tx.writes += 1
        tx.engine.execute_sql(sql, given)

    def _given(self, tx: Transaction, values: tuple[Any, ...]) -> tuple[str, list[Any]]:
        key = tx.is_postgres, len(values)
        sql, params = self._made.get(key) or self._sql(tx, key)
        return sql, [values[p.place] if isinstance(p, _Slot) else p for p in params]

    def _sql(self, tx: Transaction, key: tuple[bool, int]) -> _Made:
        _, count = key
        places = [peewee.Value(_Slot(place), converter=False) for place in range(count)]
        sql, params = self._make(*places).bind(tx.engine).sql()
        made = sql, tuple(params)
        if count <= MAX_KEPT:
            self._made[key] = made
        return made


class _Slot:
    """A slot among the parameters, into which a value goes."""

    __slots__ = ("place",)

    def __init__(self, place: int) -> None:
        self.place = place
