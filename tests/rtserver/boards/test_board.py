"""One board in memory, and how it keeps up with the database."""

import json
from typing import Any

from rtserver.boards.board import BoardDraft
from store.models import BoardEntry
from store.records import BoardEntryRecord
from store.transaction import Transaction
from tests.lesson_school import (
    LESSON,
    TEN,
)
from tests.rtserver.board_fakes import element
from tests.rtserver.board_nodes import Node, snapshots_over


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


async def test_a_copy_stays_as_the_board_was(node: Node) -> None:
    await node.patch(element("a"))
    board = await node.memory.get(LESSON)

    before = board.freeze()
    await node.patch(element("b"))

    assert (before.seq, {e.id for e in before.canvas.all()}) == (1, {"a"})
    assert (board.seq, {e.id for e in board.freeze().canvas.all()}) == (2, {"a", "b"})


async def test_what_was_not_committed_never_happened(school: Any, node: Node) -> None:
    await node.patch(element("a"))
    board = await node.memory.get(LESSON)
    entry = BoardEntryRecord(LESSON, 2, "patch", 2, TEN)

    def planned(tx: Transaction) -> BoardDraft:
        draft = board.draft(tx, 1)
        draft.add(entry, [element("b")])
        return draft

    draft = await school.run(planned)
    assert (draft.seq, draft.entries) == (2, [entry])
    assert (board.seq, {e.id for e in board.freeze().canvas.all()}) == (1, {"a"})

    draft.take_effect()
    assert (board.seq, {e.id for e in board.freeze().canvas.all()}) == (2, {"a", "b"})


async def test_a_board_is_saved_while_nothing_has_changed_since(node: Node) -> None:
    await node.patch(element("a"))
    board = await node.memory.get(LESSON)
    assert not board.is_saved

    await snapshots_over(node).save(board)

    assert board.is_saved
    await node.patch(element("b"))
    assert not board.is_saved
