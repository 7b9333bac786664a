"""When boards are saved, and by whom (contract 2.5)."""

import asyncio
from base64 import b64encode
from datetime import timedelta
from random import Random

import pytest

from rtserver.boards import state
from rtserver.boards.snapshots import UNUSED_SECONDS
from store import board_journal, board_snapshots
from store.errors import StoreUnavailable
from store.models import BoardSnapshotPart
from tests.lesson_school import LESSON
from tests.rtserver.board_fakes import element
from tests.rtserver.board_nodes import INTERVAL, Node, snapshots_over, upkeep_over


@pytest.fixture
def saves(node):
    return snapshots_over(node, {LESSON})


async def kept(node):
    found = await node.db.read(board_snapshots.of_lesson, LESSON)
    return [(snapshot.seq, snapshot.kind) for snapshot in found]


async def test_board_is_saved_once_its_interval_has_passed(node, saves):
    await node.patch(element("a"))
    node.clock.advance(INTERVAL - 1)
    await saves.sweep()
    early = await kept(node)
    node.clock.advance(1)

    await saves.sweep()
    node.clock.advance(INTERVAL)
    await saves.sweep()

    assert (early, await kept(node)) == ([], [(1, "regular")])
    assert saves.unsaved() == 0


async def test_last_subscriber_leaving_saves_at_once(node, saves):
    await node.patch(element("a"))

    saves.left(f"board:lesson:{LESSON}")
    saves.left("chat:user:1")
    await saves.close()

    assert await kept(node) == [(1, "regular")]


async def test_each_snapshot_is_told(node):
    told = []
    await node.patch(element("a"))

    await snapshots_over(node, saved=told.append).close()

    assert told == [LESSON]


async def test_two_saves_of_one_board_write_one_snapshot(node, saves):
    await node.patch(element("a"))
    board = await node.memory.get(LESSON)

    await asyncio.gather(*(saves.save(board) for _ in range(5)))

    figures, _ = node.metrics.page("")
    assert b"rtserver_board_snapshot_size_bytes_count 1.0" in figures
    assert await kept(node) == [(1, "regular")]


async def test_another_process_saves_no_sooner_than_the_interval(node, other, saves):
    await node.patch(element("a"))
    await other.patch(element("b"))
    node.clock.advance(INTERVAL)
    await saves.sweep()
    await other.patch(element("c"))
    await snapshots_over(other).sweep()
    between = await kept(node)
    node.clock.advance(INTERVAL)
    await snapshots_over(other).sweep()

    assert between == [(1, "regular")]
    assert await kept(node) == [(3, "regular"), (1, "regular")]


async def test_board_is_saved_too_after_the_clock_was_set_back(node, saves):
    await node.patch(element("a"))
    await saves.close()
    node.clock.set_back(timedelta(hours=2))
    await node.patch(element("b"))
    node.clock.advance(INTERVAL)

    await saves.sweep()

    assert await kept(node) == [(2, "regular"), (1, "regular")]


async def test_unused_board_is_forgotten_once_it_is_saved(node):
    saves = snapshots_over(node)
    await node.patch(element("a"))
    node.clock.advance(UNUSED_SECONDS + INTERVAL)

    await saves.sweep()

    assert len(node.memory) == 0
    assert await kept(node) == [(1, "regular")]


async def test_board_with_subscribers_stays(node, saves):
    await node.patch(element("a"))
    node.clock.advance(UNUSED_SECONDS + INTERVAL)

    await saves.sweep()

    assert len(node.memory) == 1


async def test_database_that_fails_leaves_the_board_unsaved_for_later(
    node, saves, caplog, monkeypatch
):
    async def write(*args, **kwargs):
        raise StoreUnavailable("the change took too long")

    await node.patch(element("a"))
    node.clock.advance(INTERVAL)

    with monkeypatch.context() as away:
        away.setattr(node.db, "write", write)
        await saves.sweep()
    failed = saves.unsaved()
    await saves.close()

    assert (failed, await kept(node)) == (1, [(1, "regular")])
    assert f"board {LESSON} isn't saved yet" in caplog.text


async def test_broken_snapshots_are_told_and_passed_over(school, node, saves, caplog):
    await node.patch(element("a"))
    await saves.close()
    await school.run(lambda tx: tx.write(BoardSnapshotPart.update(data=b"?")))

    fresh = Node(school.db, school.clock)

    assert await fresh.shown() == (1, {"a"})
    assert "1 snapshots can't be read back" in caplog.text
    (snapshot,) = await node.db.read(board_snapshots.of_lesson, LESSON)
    assert snapshot.broken


async def test_board_is_loaded_once_however_many_ask(node):
    boards = await asyncio.gather(*(node.memory.get(LESSON) for _ in range(5)))

    assert len(set(map(id, boards))) == 1
    assert len(node.memory) == 1


async def test_one_who_gives_up_doesnt_stop_the_load_for_others(node):
    first = asyncio.create_task(node.memory.get(LESSON))
    second = asyncio.create_task(node.memory.get(LESSON))
    await asyncio.sleep(0)  # both have begun to wait

    first.cancel()

    assert (await second).lesson_id == LESSON


async def test_a_flood_of_patches_leaves_no_more_than_the_journal_may_hold(node):
    """An ordeal: a board of 200 KB is drawn anew again and again."""
    upkeep = upkeep_over(node, most=1_000_000)
    saves = snapshots_over(node, {LESSON})
    sizes = []

    for version in range(1, 41):
        # What no packing makes much smaller.
        text = b64encode(Random(version).randbytes(200_000)).decode()
        await node.patch(element("a", version, text=text))
        if version % 4 == 0:
            node.clock.advance(INTERVAL)
            await saves.sweep()
            await upkeep.tend(LESSON)
            sizes.append(await node.db.read(board_journal.extent, LESSON, 0, limit=99))

    assert max(size.bytes for size in sizes) < 2_000_000
    assert [size.entries for size in sizes[-3:]] == [4, 4, 4]
    assert b"rtserver_board_journal_trimmed_total 36.0" in node.metrics.page("")[0]
    loaded = await node.db.read(state.load, LESSON)
    assert (loaded.seq, loaded.canvas.get("a").version) == (40, 40)
