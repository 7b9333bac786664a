"""Queries whose SQL is made once: making it takes longer than running it.

The same goes for reading their rows by Peewee, which looks at each value on its own.
"""

from collections.abc import Callable, Mapping
from typing import Any

import peewee

from store.transaction import Row, Transaction

_Made = tuple[str, tuple[Any, ...]]
_Convert = Callable[[Any], Any]
# What the drivers give and take of these is what Peewee would make of it.
AS_GIVEN = frozenset(
    {
        peewee.AutoField,
        peewee.IntegerField,
        peewee.BigIntegerField,
        peewee.CharField,
        peewee.TextField,
        peewee.ForeignKeyField,
    }
)
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
        self._columns: tuple[list[str], list[tuple[str, _Convert]]] | None = None

    def rows(self, tx: Transaction, *values: Any) -> list[Row]:
        """Run it; return its rows as dicts."""
        sql, given = self._given(tx, values)
        cursor = tx.engine.execute_sql(sql, given)
        names, converts = self._columns = self._columns or self._read(cursor)
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        for name, convert in converts:
            for row in rows:
                row[name] = convert(row[name])
        return list(rows)

    def first(self, tx: Transaction, *values: Any) -> Row | None:
        """Run it; return its first row or None."""
        rows = self.rows(tx, *values)
        return rows[0] if rows else None

    def returning(self, tx: Transaction, *values: Any) -> list[Row]:
        """Run one that writes; return the rows that it returns as dicts."""
        tx.writes += 1
        return self.rows(tx, *values)

    def write(self, tx: Transaction, *values: Any) -> None:
        """Run one that writes and returns nothing."""
        sql, given = self._given(tx, values)
        tx.writes += 1
        tx.engine.execute_sql(sql, given)

    def _read(self, cursor: Any) -> tuple[list[str], list[tuple[str, _Convert]]]:
        """Return what the columns are called, and how to read those that need it."""
        names: list[str] = []
        converts: list[tuple[str, _Convert]] = []
        for column, *_ in cursor.description:
            field = self._model._meta.combined.get(column)
            name = column if field is None else field.name
            names.append((self._names or {}).get(name, name))
            if field is not None and type(field) not in AS_GIVEN:
                converts.append((names[-1], field.python_value))
        return names, converts

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
