"""The boards' service: changes of several processes, lost answers, batches."""

import asyncio
import json

import pytest

from rtserver.boards.elements import read_stored
from rtserver.errors import Conflict, Forbidden, LimitExceeded, NotFound
from store import board_journal, lessons
from store.errors import StoreUnavailable
from store.models import BoardEntry, User
from tests.lesson_school import (
    ADMIN,
    LESSON,
    OLENA,
    PLATFORM,
    SOFIA,
    STRANGER,
    TARAS,
    opened_with_lesson,
)
from tests.lossy_way import LossyWay
from tests.rtserver.board_fakes import element
from tests.rtserver.board_nodes import Node, snapshots_over


async def test_event_comes_with_the_ack_of_its_author(node):
    changed = await node.patch(element("a"))
    (told,) = node.events

    told.on_delivered()

    assert (told.stream, told.seq) == (f"board:{LESSON}", 1)
    assert told.event.sender == "c_1"
    assert node.acks == [changed]
    assert changed.ack["seq"] == changed.seq == 1


async def test_change_that_changes_nothing_takes_no_seq_and_tells_nobody(node):
    await node.patch(element("a"))
    again = await node.patch(element("a"))

    assert (again.seq, again.ack["accepted"]) == (None, ["a"])
    assert node.acks == [again]
    assert len(node.events) == 1
    assert await node.db.read(lessons.board_seqs, [LESSON]) == {LESSON: 1}


async def test_changes_of_two_processes_are_in_one_order(node, other):
    await asyncio.gather(
        *(each.patch(element(f"{n}")) for n in range(20) for each in (node, other))
    )

    seqs = [event.seq for each in (node, other) for event in each.events]
    assert sorted(seqs) == list(range(1, len(seqs) + 1))
    assert 20 <= len(seqs) <= 40
    assert await node.shown() == await other.shown()


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


@pytest.fixture
def lossy_way(io_loop, postgres_url):
    """A way to PostgreSQL on which an answer can get lost."""
    way = io_loop.run_sync(LossyWay(postgres_url).open)
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
