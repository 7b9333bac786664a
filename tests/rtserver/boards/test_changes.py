"""Changes of boards that share a transaction."""

import asyncio
import json
from typing import Any

import pytest

from rtserver.boards.canvas import CanvasLimits, Totals
from rtserver.boards.elements import read_stored, tombstone
from rtserver.errors import Conflict, LimitExceeded, NotFound
from store import board_journal, lessons
from store.models import User
from tests.lesson_school import (
    LESSON,
    OLENA,
    SOFIA,
    STRANGER,
)
from tests.rtserver.board_fakes import element
from tests.rtserver.board_nodes import Node


async def test_alike_and_other_changes_of_one_batch_see_each_other(node):
    changes = [
        node.patch(element("a"), element("b")),
        node.patch(element("a", 2), actor=SOFIA),
        node.boards.reset(node.by()),
        node.patch(element("a", 2), element("c")),
        node.boards.replace(node.by(), [element("d")]),
        node.patch(element("e")),
    ]
    done = await asyncio.gather(*changes)

    assert [changed.seq for changed in done] == [1, 2, 3, 4, 5, 6]
    assert done[3].ack["rejected"] == ["a"]
    live = [raw for raw in (await node.boards.view(OLENA, LESSON)).elements]
    kept = {e.id for e in map(read_stored, live) if not e.deleted}
    assert kept == {"d", "e"}


async def test_one_that_is_refused_leaves_the_others_of_its_batch_alone(school):
    node = Node(school.db, school.clock, elements=2)

    done = await asyncio.gather(
        node.patch(element("a")),
        node.patch(element("b"), element("c")),
        node.patch(element("d"), actor=STRANGER),
        node.patch(element("b")),
        return_exceptions=True,
    )

    assert [type(each) for each in done[1:3]] == [LimitExceeded, NotFound]
    assert [done[0].seq, done[3].seq] == [1, 2]


async def test_inactive_user_draws_no_more(school, node):
    gone = User.update(is_active=False).where(User.id == SOFIA.user_id)
    await school.run(lambda tx: tx.write(gone))

    with pytest.raises(Exception, match="Sign in"):
        await node.patch(element("a"), actor=SOFIA)


async def test_cancelled_board_isnt_changed(school, node):
    await node.patch(element("a"))
    await school.run(lessons.cancel, LESSON)

    for change in (
        node.patch(element("b")),
        node.boards.reset(node.by()),
        node.boards.replace(node.by(), []),
    ):
        with pytest.raises(Conflict):
            await change
    assert await node.shown() == (1, {"a"})


async def test_journal_holds_what_was_sent_on(node):
    await node.patch(element("a", text="Ґ"), element("b"))
    await node.patch(element("a", text="Ґ"), element("b", 2))

    entries = await node.db.read(board_journal.since, LESSON, 0, limit=9)

    assert [entry.seq for entry in entries] == [1, 2]
    ids = [[e["id"] for e in json.loads(entry.elements)] for entry in entries]
    assert ids == [["a", "b"], ["b"]]
    assert {entry.user_id for entry in entries} == {OLENA.user_id}


@pytest.mark.parametrize("clear", ["reset", "replace"])
async def test_a_board_that_remembers_all_it_may_can_be_cleared(
    school: Any, clear: str
) -> None:
    node = Node(school.db, school.clock, tombstones=3)
    gone = [element(f"x{n}", deleted=True) for n in range(3)]
    await node.patch(element("rude"), *gone, actor=SOFIA)

    with pytest.raises(LimitExceeded):
        await node.patch(element("one more", deleted=True))
    if clear == "reset":
        await node.boards.reset(node.by())
    else:
        await node.boards.replace(node.by(), [])

    live = (await node.boards.view(OLENA, LESSON)).elements
    assert all(json.loads(raw)["isDeleted"] for raw in live)


async def test_a_flood_of_tombstones_leaves_everybody_the_eraser(node):
    most, drawn = CanvasLimits().tombstones, [element(f"e{n}") for n in range(9)]
    await node.patch(*drawn)
    graves = [tombstone(f"{number}", 1, 0) for number in range(most)]
    for start in range(0, most, 500):
        await node.patch(*graves[start : start + 500], actor=SOFIA)

    with pytest.raises(LimitExceeded):
        await node.patch(tombstone("one more", 1, 0), actor=SOFIA)
    erased = await node.patch(tombstone("e0", 2, 0))
    await node.boards.reset(node.by())

    assert erased.ack["accepted"] == ["e0"]
    board = await node.memory.get(LESSON)
    assert board.freeze().canvas.totals == Totals(tombstones=most + len(drawn))
