"""The tables of an export."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from tornado.platform.asyncio import AsyncIOLoop

from rtserver.access.actor import Actor
from rtserver.privacy.export_tables import TABLES
from store.models import BoardEntry
from tests.lesson_school import LESSON, OLENA, SOFIA, opened_with_lesson
from tests.rtserver.board_fakes import element
from tests.rtserver.board_nodes import Node


@pytest.fixture
def school(io_loop: AsyncIOLoop, database_url: str) -> Iterator[Any]:
    with opened_with_lesson(io_loop, database_url) as school:
        yield school


async def rows(school: Any, name: str, user: Actor = SOFIA) -> list[Any]:
    """Return the rows of a table as the export's JSON has them."""
    [table] = [table for table in TABLES if table.name == name]
    found = await school.db.read(lambda tx: list(table.rows(tx, user.user_id)))
    return [json.loads(msgspec.json.encode(row)) for row in found]


def test_each_table_is_a_file_of_its_own_that_says_what_it_is() -> None:
    assert len({table.name for table in TABLES}) == len(TABLES)
    for table in TABLES:
        assert table.title and table.about.endswith(".") and table.columns


async def test_nothing_is_kept_of_somebody_who_is_not_there(school: Any) -> None:
    for table in TABLES:
        assert await rows(school, table.name, Actor(99, "", "student")) == []


async def test_columns_of_the_page_are_columns_of_the_table(school: Any) -> None:
    await Node(school.db, school.clock).patch(element("a"), actor=SOFIA)

    for table in TABLES:
        for row in await rows(school, table.name):
            assert set(table.columns) <= set(row), table.name


async def test_a_drawing_belongs_to_who_changed_it_last(school: Any) -> None:
    node = Node(school.db, school.clock)
    await node.patch(element("a"), element("b"), element("c"), actor=SOFIA)
    await node.patch(element("b", 2), element("c", 2, deleted=True))

    hers = await rows(school, "board_elements")

    assert [row["element"]["id"] for row in hers] == ["a"]
    theirs = await rows(school, "board_elements", OLENA)
    assert [row["element"]["id"] for row in theirs] == ["b"]


async def test_a_change_of_a_board_is_json_and_no_text_of_json(school: Any) -> None:
    await Node(school.db, school.clock).patch(element("a", x=1.5), actor=SOFIA)

    [change] = await rows(school, "board_changes")

    assert change["elements"] == [
        {"id": "a", "version": 1, "versionNonce": 0, "x": 1.5}
    ]


async def test_a_change_that_is_stored_packed_is_exported_as_it_was_drawn(
    school: Any,
) -> None:
    points = [[n, n] for n in range(200)]
    await Node(school.db, school.clock).patch(element("a", points=points), actor=SOFIA)
    stored = await school.db.read(lambda tx: tx.first(BoardEntry.select()))

    [change] = await rows(school, "board_changes")

    assert not bytes(stored["elements"]).startswith(b"[")
    assert change["elements"][0]["points"] == points


async def test_a_damaged_board_is_named_and_stops_no_export(school: Any) -> None:
    node = Node(school.db, school.clock)
    for id in "ab":
        await node.patch(element(id), actor=SOFIA)
    lost = BoardEntry.delete().where(BoardEntry.seq == 2)
    await school.run(lambda tx: tx.write(lost))

    assert await rows(school, "board_elements") == [
        {"lesson_id": LESSON, "element": None, "damaged": True}
    ]
