"""Tables as CSV, which spreadsheet programs open as what they are."""

import csv
import io
from collections.abc import Iterable

Cell = str | int

# By these a spreadsheet takes a text for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_table(head: Iterable[str], rows: Iterable[Iterable[Cell]]) -> bytes:
    """Write a table in UTF-8 with a BOM; a text that looks like a formula gets a ``'``.

    Whoever opens it gets the people's own names, and never what these would compute.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
