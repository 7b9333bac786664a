"""The page of an export."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest

from rtserver.privacy import page
from rtserver.privacy.export_tables import TABLES, ExportTable, Record
from store.transaction import Transaction

TEN = datetime(2026, 12, 1, 10, tzinfo=UTC)


def no_rows(tx: Transaction, user_id: int) -> Iterator[Record]:
    yield from ()


def shown(*records: Record) -> list[str]:
    """Return the cells of a page with a section of these."""
    table = ExportTable("words", "Words", "What was <said>.", no_rows, ["said_at"])
    cells = Cells()
    cells.feed(page.head(7, TEN))
    for piece in page.section(table, records):
        cells.feed(piece)
    cells.feed(page.tail())
    cells.close()
    assert cells.open == ["meta", "meta"]
    return cells.found


class Cells(HTMLParser):
    """The text of a page's cells; ``open`` are the tags that nothing closes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.open.append(tag)
        if tag == "td":
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        while self.open[-1] == "meta":
            self.open.insert(0, self.open.pop())
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "td":
            self.found[-1] += data


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("<script>&", "<script>&"),
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        (msgspec.Raw(b'{"a":"<b>"}'), '{"a":"<b>"}'),
        (msgspec.Raw(b"\xff"), "\ufffd"),
        (TEN.astimezone(timezone(timedelta(hours=2))), "2026-12-01 10:00:00"),
    ],
)
def test_a_value_is_shown_as_people_read_it(value: object, text: str) -> None:
    assert shown({"said_at": value}) == [text]


def test_a_record_without_a_column_has_an_empty_cell() -> None:
    assert shown({}, {"said_at": 1}) == ["", "1"]


def test_a_section_comes_in_pieces_that_are_each_small() -> None:
    pieces = list(page.section(TABLES[0], ({"id": id} for id in range(100))))

    assert len(pieces) > 100
    assert max(map(len, pieces)) < 1000
