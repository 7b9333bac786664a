"""One board in memory, and how it keeps up with the database."""

import json

from store.models import BoardEntry
from tests.lesson_school import (
    LESSON,
)
from tests.rtserver.board_fakes import element
from tests.rtserver.board_nodes import snapshots_over


async def test_what_another_process_drew_wins_as_if_it_were_drawn_here(node, other):
    await node.patch(element("a"))
    await other.patch(element("a", 5))

    older = await node.patch(element("a", 4), element("b"))

    assert (older.seq, older.ack["rejected"]) == (3, ["a"])
    assert [json.loads(bytes(raw))["version"] for raw in older.ack["current"]] == [5]
    assert await other.shown() == (3, {"a", "b"})


async def test_memory_older_than_the_journal_is_loaded_anew(school, node, other):
    await node.patch(element("a"))
    for number in range(3):
        await other.patch(element(f"{number}"))
    await other.boards.reset(other.by())
    await school.run(lambda tx: tx.write(BoardEntry.delete().where(BoardEntry.seq < 4)))
    await snapshots_over(other).save(await other.memory.get(LESSON))

    changed = await node.patch(element("b"))

    assert changed.seq == 6
    assert await node.shown() == (6, {"a", "b", "0", "1", "2"})
