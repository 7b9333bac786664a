"""Random journals that are merged and pruned: what is left leads to the same boards."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from rtserver.boards.codec import encode_elements
from rtserver.boards.state import load
from rtserver.boards.verify import verify
from rtserver.errors import NotFound
from store import board_history, board_journal, board_marks, board_snapshots
from tests.lesson_school import LESSON
from tests.rtserver.board_fakes import KEEP, KeptBoard, element, state
from tests.rtserver.board_histories import replayed
from tests.rtserver.board_nodes import Node, upkeep_over
from tests.rtserver.boards.test_history import moment

STEPS = 60


async def drawn_at_random(board: KeptBoard, rng: Random) -> dict[int, Any]:
    """Change a board in all ways; return its state at each snapshot, and at the end."""
    states = {}
    for _ in range(STEPS):
        board.now += timedelta(seconds=rng.choice((0, 1, 4, 900)))
        id, version = rng.choice("abcde"), board.seq + 1
        if (chance := rng.random()) < 0.85:
            deleted = rng.random() < 0.2
            await board.patch(element(id, version, rng.randrange(9), deleted=deleted))
        elif chance < 0.92:
            await board.reset()
        else:
            await board.replace(element(id, version), element("f", version))
        if rng.random() < 0.1:
            await board.snapshot()
            states[board.seq] = state(board.canvas)
    return states | {board.seq: state(board.canvas)}


@pytest.mark.parametrize("seed", range(4))
async def test_every_snapshot_and_the_present_stay_what_they_were(
    node: Node, school: Any, seed: int
) -> None:
    board, rng = KeptBoard(school), Random(seed)
    board.now = node.clock.now()
    states = await drawn_at_random(board, rng)
    # What was drawn in the first two hours is older than a day.
    node.clock.advance(86_400 + 7200)

    await upkeep_over(node, full=timedelta(0)).tend(LESSON)
    merged = await board.db.read(lambda tx: list(board_journal.after(tx, LESSON, 0)))
    await upkeep_over(node, full=timedelta(0), kept=timedelta(days=1)).tend(LESSON)

    verdict = await board.db.read(verify, LESSON, KEEP)
    assert verdict.differences == ()
    loaded = await board.db.read(load, LESSON)
    assert state(loaded.canvas) == states[board.seq]
    pruned = (await board.db.read(board_marks.get, LESSON)).pruned
    for snapshot in await board.db.read(board_snapshots.of_lesson, LESSON):
        if snapshot.seq in states and snapshot.seq >= pruned:
            found = await moment(board, snapshot.seq)
            assert state(found.canvas) == states[snapshot.seq]
    await steps_lead_there(board, merged, pruned)


async def steps_lead_there(board: KeptBoard, merged: list[Any], pruned: int) -> None:
    """Look at each step that is kept: it is what the merged steps up to it lead to."""
    steps = await board.db.read(board_history.steps, LESSON, None, 999)
    for step in steps:
        upto = [entry for entry in merged if entry.seq <= step["seq"]]
        found = await moment(board, step["seq"])
        assert found.seq == step["seq"]
        assert visible(found.canvas) == visible(replayed(type(board.canvas)(), upto))
    assert 1 < pruned < board.seq
    assert (await moment(board, steps[-1]["seq"] - 1)).seq == steps[-1]["seq"] - 1
    with pytest.raises(NotFound):
        await moment(board, pruned - 1)


def visible(canvas: Any) -> bytes:
    live = [one for one in canvas.all() if not one.deleted]
    return encode_elements(sorted(live, key=lambda one: one.id))
