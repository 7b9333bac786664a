"""The boards' service: changes of several processes, lost answers, batches."""

import asyncio
import json

import pytest

from rtserver.boards.elements import read_stored
from rtserver.errors import Forbidden, NotFound
from store import lessons
from store.errors import StoreUnavailable
from tests.lesson_school import (
    ADMIN,
    LESSON,
    OLENA,
    PLATFORM,
    STRANGER,
    TARAS,
    opened_with_lesson,
)
from tests.lossy_way import LossyWay
from tests.rtserver.board_fakes import element
from tests.rtserver.board_nodes import Node


async def test_event_comes_with_the_ack_of_its_author(node):
    changed = await node.patch(element("a"))
    (told,) = node.events

    told.on_delivered()

    assert (told.stream, told.seq) == (f"board:{LESSON}", 1)
    assert told.event.sender == "c_1"
    assert node.acks == [[changed]]
    assert changed.ack["seq"] == changed.seq == 1


async def test_change_that_changes_nothing_takes_no_seq_and_tells_nobody(node):
    await node.patch(element("a"))
    again = await node.patch(element("a"))

    assert (again.seq, again.ack["accepted"]) == (None, ["a"])
    assert node.acks == []
    assert len(node.events) == 1
    assert await node.db.read(lessons.board_seqs, [LESSON]) == {LESSON: 1}


async def test_run_takes_effect_in_its_order_and_each_ack_brings_those_before(node):
    outcomes = await node.patches(
        [element("a")], [element("a")], [element("b")], [element("b", 2)]
    )
    for told in node.events:
        told.on_delivered()

    assert [each.seq for each in outcomes] == [1, None, 2, 3]
    assert node.acks == [outcomes[:1], outcomes[:3], outcomes]


async def test_what_comes_behind_an_undecided_patch_waits_for_its_comparison(node):
    await node.patch(element("a", x=1))
    repeat = read_stored(b'{"x":1.0,"id":"a","version":1}')
    run = [[element("b")], [repeat], [element("a", 2)]]

    (before,) = await node.patches(*run)
    (compared,) = await node.patches(*run[1:])
    (behind,) = await node.patches(*run[2:])

    assert (before.seq, compared.seq, behind.seq) == (2, None, 3)
    assert compared.ack["accepted"] == behind.ack["accepted"] == ["a"]


async def test_run_whose_acks_grow_long_is_cut_off(node):
    await node.patch(element("a", 9, text="x" * 40_000))

    outcomes = await node.patches(*[[element("a")]] * 5)

    assert [each.ack["rejected"] for each in outcomes] == [["a"], ["a"]]


async def test_changes_of_two_processes_are_in_one_order(node, other):
    await asyncio.gather(
        *(each.patch(element(f"{n}")) for n in range(20) for each in (node, other))
    )

    seqs = [event.seq for each in (node, other) for event in each.events]
    assert sorted(seqs) == list(range(1, len(seqs) + 1))
    assert 20 <= len(seqs) <= 40
    assert await node.shown() == await other.shown()


@pytest.fixture
def lossy_way(io_loop, migrated_postgres_url):
    """A way to PostgreSQL on which an answer can get lost."""
    way = io_loop.run_sync(LossyWay(migrated_postgres_url).open)
    yield way
    io_loop.run_sync(way.close)


@pytest.fixture
def far_node(io_loop, lossy_way):
    """A process whose way to its database that is."""
    with opened_with_lesson(io_loop, lossy_way.url) as school:
        yield Node(school.db, school.clock)


async def test_change_whose_answer_was_lost_counts_once(far_node, lossy_way):
    await far_node.patch(element("a"))

    lossy_way.lose_an_answer()
    with pytest.raises(StoreUnavailable):
        await far_node.patch(element("b"))
    again = await far_node.patch(element("b"))

    assert (again.seq, again.ack["accepted"]) == (None, ["b"])
    assert await far_node.shown() == (2, {"a", "b"})


@pytest.mark.parametrize(
    ("actor", "error"),
    [(STRANGER, NotFound), (TARAS, Forbidden), (ADMIN, Forbidden)],
)
async def test_outsiders_neither_draw_nor_look(node, actor, error):
    with pytest.raises(error):
        await node.patch(element("a"), actor=actor)
    with pytest.raises(error):
        await node.boards.view(actor, LESSON)


async def test_platforms_have_no_board(node):
    with pytest.raises(Forbidden):
        await node.boards.view(PLATFORM, LESSON)


async def test_view_is_cut_into_chunks_that_make_one_document(node):
    for start in range(0, 300, 100):
        await node.patch(
            *(element(f"{n}", t="x" * 900) for n in range(start, start + 100))
        )

    view = await node.boards.view(OLENA, LESSON)
    chunks = list(view.chunks())

    assert len(chunks) > 3
    assert max(map(len, chunks)) < 70_000
    document = json.loads(b"".join(chunks))
    assert (document["seq"], len(document["elements"])) == (3, 300)
