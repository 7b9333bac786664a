"""Elements of one version that say the same, or not, and what finding out costs."""

import asyncio
import json
from statistics import median

import pytest

from rtserver.boards.elements import read_stored
from rtserver.boards.repeats import Comparer, Repeats, Undecided
from tests.lesson_school import LESSON, OLENA, SOFIA
from tests.rtserver.board_fakes import LIMITS, canvas, element

ONE, SPACED, OTHER = (
    read_stored(raw)
    for raw in (
        b'{"id":"a","version":1,"x":[1,2]}',
        b'{"id":"a", "x":[1, 2.0], "version":1}',
        b'{"id":"a","version":1,"x":[1,3]}',
    )
)


def large(number, x):
    """Build an element that takes long to compare."""
    text = json.dumps({"id": f"e{number}", "version": 1, "p": [x] * 12_000})
    return read_stored(text.encode())


def test_a_plan_asks_what_it_would_have_to_read_and_is_made_with_the_answer():
    board = canvas(ONE)
    pairs = [(SPACED.raw, ONE.raw)]

    with pytest.raises(Undecided) as question:
        board.plan_patch([SPACED, element("b")], LIMITS)
    accepted = board.plan_patch([SPACED], LIMITS, {pairs[0]: True})
    rejected = board.plan_patch([SPACED], LIMITS, {pairs[0]: False})

    assert question.value.pairs == pairs
    assert (accepted.accepted, accepted.changed) == (["a"], [])
    assert (rejected.rejected, rejected.current) == (["a"], [ONE.raw])


def test_so_does_a_replacement():
    board = canvas(ONE)

    with pytest.raises(Undecided):
        board.plan_replace([OTHER], LIMITS)
    plan = board.plan_replace([OTHER], LIMITS, {(OTHER.raw, ONE.raw): False})

    assert [one.version for one in plan.stored] == [2]


def test_what_is_plain_is_never_asked():
    repeats = Repeats({})

    assert repeats.has(ONE, ONE)
    assert not repeats.has(element("a", 2), ONE)
    repeats.settle()


async def test_short_and_long_ones_are_compared_alike():
    short, long = [(SPACED, ONE), (OTHER, ONE)], [(large(1, 1), large(1, 2))] * 2
    comparer = Comparer()

    for pairs, same in ((short, [True, False]), (long, [False])):
        found = await comparer.compare([(new.raw, old.raw) for new, old in pairs])
        assert list(found.values()) == same


async def test_long_ones_are_compared_beside_the_loop():
    pair = large(1, 1).raw, large(1, 2).raw

    comparing = asyncio.create_task(Comparer().compare([pair]))
    await asyncio.sleep(0)

    assert not comparing.done()
    assert await comparing == {pair: False}


async def test_a_repeat_written_otherwise_is_accepted_and_other_content_is_not(node):
    await node.patch(ONE)

    again = await node.patch(SPACED, actor=SOFIA)
    other = await node.patch(OTHER, actor=SOFIA)
    both = await node.boards.replace(node.by(OLENA), [SPACED, element("b")])

    assert (again.seq, again.ack["accepted"]) == (None, ["a"])
    assert other.ack["rejected"] == ["a"]
    assert list(map(bytes, other.ack["current"])) == [ONE.raw]
    assert both.seq == 2
    board = await node.memory.get(LESSON)
    assert board.freeze().canvas.get("a").raw == SPACED.raw


async def test_two_that_draw_the_same_at_once_are_both_decided(node):
    done = await asyncio.gather(*(node.patch(e) for e in (ONE, SPACED, OTHER)))

    assert [each.ack["accepted"] for each in done] == [["a"], ["a"], []]


async def test_nobodys_transaction_is_held_up_by_what_has_to_be_compared(node):
    """An ordeal: other content of versions that the board has, as long as may be."""
    drawn, others = ([large(n, x) for n in range(4)] for x in (1, 2))
    await node.patch(*drawn)
    spans = []
    node.db.listeners.batch = lambda batch: spans.append(batch.seconds)

    for _ in range(7):
        await node.patch(*drawn)
    plain, spans[:] = median(spans), []
    for _ in range(7):
        assert len((await node.patch(*others, actor=SOFIA)).ack["rejected"]) == 4

    assert median(spans) < 8 * plain
