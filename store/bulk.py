"""Insert very many rows: ten times as quick as Peewee builds such a query."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from store.chunks import chunks
from store.transaction import Row, Transaction


def insert(
    tx: Transaction,
    model: Any,
    rows: Iterable[Mapping[str, Any]],
    *,
    returning: Sequence[str] = (),
) -> list[Row]:
    """Insert rows with the same columns each; return those columns that are asked for.

    What a row leaves out is its model's default.
    """
    found: list[Row] = []
    defaults = model._meta.get_default_dict()
    for some in chunks(rows):
        full = [{**defaults, **row} for row in some]
        fields = [model._meta.combined[name] for name in full[0]]
        values = [
            field.db_value(row[name])
            for row in full
            for name, field in zip(full[0], fields, strict=True)
        ]
        cursor = tx.engine.execute_sql(
            _query(tx, model, [field.column_name for field in fields], len(full))
            + (f" RETURNING {', '.join(map(_quoted, returning))}" if returning else ""),
            values,
        )
        tx.writes += 1
        if returning:
            found += [dict(zip(returning, row, strict=True)) for row in cursor]
    return found


def _query(tx: Transaction, model: Any, columns: Sequence[str], count: int) -> str:
    one = f"({', '.join([tx.engine.param] * len(columns))})"
    names = ", ".join(map(_quoted, columns))
    table = _quoted(model._meta.table_name)
    return f"INSERT INTO {table} ({names}) VALUES {', '.join([one] * count)}"


def _quoted(name: str) -> str:
    return f'"{name}"'
