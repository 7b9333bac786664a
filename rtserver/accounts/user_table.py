"""A school's people as a spreadsheet writes them: CSV (contract 3.1).

Whatever is wrong is gathered with its line, as an editor counts lines, so that all of
it can be mended at once.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rtserver.accounts.requests import clean_name
from rtserver.errors import Invalid
from rtserver.input.text import (
    clean_email,
    clean_locale,
    clean_timezone,
    email_key,
)

REQUIRED = ("email", "name", "role")
COLUMNS = (*REQUIRED, "locale", "timezone", "invite")
# More are of no use to a person, and would make an answer much larger than the file.
MAX_FAULTS = 1000


class LineFault(NamedTuple):
    """A fault in a line of the file, at a column; "" is the line itself."""

    line: int
    path: str
    message: str


class InvalidLines(Invalid):
    """A file in which something is wrong; nothing of it was done."""

    def __init__(self, faults: Sequence[LineFault]) -> None:
        first = faults[0]
        super().__init__(f"line {first.line}: {first.path or 'row'}: {first.message}")
        self.lines = tuple(faults[:MAX_FAULTS])

    @property
    def extra(self) -> Mapping[str, Any]:
        return {"errors": [fault._asdict() for fault in self.lines]}


class TableRow(NamedTuple):
    """A person of the file: clean columns, without those whose cells are empty."""

    line: int
    key: str
    values: Mapping[str, str]
    invite: bool


@dataclass(slots=True)
class UserTable:
    """A file's lines as people, and its faults: at most one a cell."""

    rows: list[TableRow] = field(default_factory=list)
    _faults: dict[tuple[int, str], str] = field(default_factory=dict)

    @property
    def faults(self) -> list[LineFault]:
        """Return what is wrong, by lines."""
        return sorted(LineFault(*cell, why) for cell, why in self._faults.items())

    @property
    def is_sound(self) -> bool:
        """Return whether nothing is wrong so far."""
        return not self._faults

    @property
    def is_hopeless(self) -> bool:
        """Return whether so much is wrong that there is no use in looking further."""
        return len(self._faults) >= MAX_FAULTS

    def blame(self, line: int, path: str, message: str) -> None:
        """Note what is wrong in a line; what was found first at a place counts."""
        self._faults.setdefault((line, path), message)

    def copy(self) -> "UserTable":
        """Return another one to look for more faults, beside those found so far."""
        return UserTable(self.rows, dict(self._faults))

    def require_sound(self) -> None:
        """Raise ``InvalidLines`` if anything is wrong."""
        if self._faults:
            raise InvalidLines(self.faults)


def read_table(data: bytes) -> UserTable:
    """Read a file; blank lines, and rows of empty cells, are passed over."""
    table = UserTable()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        table.blame(line, "", "is not UTF-8: save the file as CSV in UTF-8")
        return table
    lines = _records(text, table)
    names = _header(next(lines, (1, [])), table)
    if names is None:
        return table
    seen: dict[str, int] = {}
    for line, cells in lines:
        _add(table, line, _named(table, line, names, cells), seen)
        if table.is_hopeless:
            break
    return table


def _records(text: str, table: UserTable) -> Iterator[tuple[int, list[str]]]:
    """Yield each record that has anything in it, with the line where it begins."""
    head = text.partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            table.blame(line, "", 'is no CSV: see to its quotes (" is written "")')
            return
        if any(cells):
            yield line, cells


def _header(record: tuple[int, list[str]], table: UserTable) -> list[str] | None:
    """Return the names of the columns; None where they don't fit."""
    line, cells = record
    names = [cell.lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    for name, times in Counter(names).items():
        if name not in COLUMNS:
            table.blame(line, name, f"is no column: there are {', '.join(COLUMNS)}")
        elif times > 1:
            table.blame(line, name, "is there more than once")
    for name in REQUIRED:
        if name not in names:
            table.blame(line, name, "is missing in the first line")
    return names if table.is_sound else None


def _named(
    table: UserTable, line: int, names: list[str], cells: list[str]
) -> dict[str, str]:
    """Return the cells that aren't empty, by column."""
    if any(cells[len(names) :]):
        table.blame(line, "", f"has more than {len(names)} cells")
    return {name: cell for name, cell in zip(names, cells, strict=False) if cell}


def _add(
    table: UserTable, line: int, cells: dict[str, str], seen: dict[str, int]
) -> None:
    values: dict[str, str] = {}
    for name, cell in cells.items():
        try:
            values[name] = _CLEANERS[name](cell)
        except Invalid as fault:
            for one in fault.faults:
                table.blame(line, name, one.message)
    if "email" not in cells:
        table.blame(line, "email", "is missing")
    if "email" not in values:
        return
    key = email_key(values["email"])
    if (first := seen.setdefault(key, line)) != line:
        table.blame(line, "email", f"is in line {first} already")
        return
    invite = values.pop("invite", "") == "true"
    table.rows.append(TableRow(line, key, values, invite))


def _one_of(path: str, *words: str) -> Callable[[str], str]:
    """Return what takes some words, however a spreadsheet writes them."""

    def clean(cell: str) -> str:
        if cell.lower() not in words:
            raise Invalid.at(path, f"expected {', '.join(words)}")
        return cell.lower()

    return clean


_CLEANERS: Mapping[str, Callable[[str], str]] = {
    "email": clean_email,
    "name": clean_name,
    "role": _one_of("role", "admin", "tutor", "student"),
    "locale": clean_locale,
    "timezone": clean_timezone,
    "invite": _one_of("invite", "true", "false"),
}
