"""The gaps of streams: filled from the database, or too large to be filled."""

import asyncio

from tests.rtserver.gate_fakes import Event, Own, Passed
from tests.school import until


async def test_gap_is_filled_from_the_database_in_order() -> None:
    passed = Passed(chat=4)
    passed.gates.follow("chat", 0)

    passed.offer(1, 4)
    await passed.gates.wait_for("chat", 4)

    assert passed.seqs == [1, 2, 3, 4]
    assert passed.source.asked == [("chat", 1)]


async def test_gap_is_filled_once_the_database_is_back() -> None:
    passed = Passed(chat=2)
    passed.source.failures = 1
    passed.gates.follow("chat", 0)

    passed.offer(2)
    await passed.gates.wait_for("chat", 2)

    assert passed.seqs == [1, 2]


async def test_gap_is_read_again_if_some_of_it_came_meanwhile() -> None:
    passed = Passed(chat=2)
    passed.gates.follow("chat", 0)
    passed.source.meanwhile = lambda: passed.offer(1)

    await passed.gates.compare()
    await passed.gates.wait_for("chat", 2)

    assert passed.seqs == [1, 2]
    assert passed.source.asked == [("chat", 0), ("chat", 1)]


async def test_own_event_passes_itself_though_it_was_read_before_it_was_told() -> None:
    passed = Passed(chat=2)
    passed.gates.follow("chat", 0)
    own = Own("chat", 1)
    passed.source.telling = lambda: passed.gates.offer(own) and None

    await passed.gates.compare()
    await passed.gates.wait_for("chat", 2)

    assert passed.delivered.events == [own, Event("chat", 2)]
    assert passed.delivered.events[0] is own


async def test_author_is_acked_though_a_gap_that_stays_holds_the_own_event() -> None:
    passed = Passed(chat=9)
    passed.source.too_much = True
    passed.gates.follow("chat", 0)
    own = Own("chat", 9)
    passed.source.telling = lambda: passed.gates.offer(own) and None

    await passed.gates.compare()
    await passed.gates.wait_for("chat", 9)

    assert passed.delivered.gaps == ["chat"]
    assert passed.delivered.events == [own]


async def test_gap_too_large_to_fill_is_told_and_the_stream_goes_on() -> None:
    passed = Passed(chat=9)
    passed.source.too_much = True
    passed.gates.follow("chat", 0)

    passed.offer(8)
    await passed.gates.wait_for("chat", 9)
    passed.offer(10)

    assert passed.delivered.gaps == ["chat"]
    # What is known of the gap passes all the same: its author waits for an answer.
    assert passed.seqs == [8, 10]


async def test_position_within_a_gap_that_stays_is_covered_no_more() -> None:
    passed = Passed(chat=9)
    passed.source.too_much = True
    passed.gates.follow("chat", 0)
    before = passed.gates.is_complete_from("chat", 5)

    await passed.gates.wait_for("chat", 5)

    assert before
    assert not passed.gates.is_complete_from("chat", 5)
    assert not passed.gates.follow("chat", 8)
    assert passed.gates.is_complete_from("chat", 9)


async def test_event_beyond_a_filled_gap_is_not_passed_twice() -> None:
    passed = Passed(chat=3)
    passed.gates.follow("chat", 0)
    passed.offer(3)
    await passed.gates.wait_for("chat", 3)

    passed.offer(2, 3, 4)

    assert passed.seqs == [1, 2, 3, 4]
    assert (passed.gates.filled, passed.gates.lost_gaps) == (1, 0)


async def test_event_that_waits_passes_itself_when_its_gap_is_filled() -> None:
    passed = Passed(chat=3)
    passed.gates.follow("chat", 1)
    own = Own("chat", 3)

    passed.gates.offer(own)
    await passed.gates.wait_for("chat", 3)

    assert passed.delivered.events == [Event("chat", 2), own]
    assert passed.delivered.events[1] is own


async def test_event_that_waits_gives_way_to_what_there_is_by_now() -> None:
    passed = Passed(chat=3)
    passed.source.states = True
    passed.gates.follow("chat", 1)

    passed.gates.offer(Own("chat", 3))
    await passed.gates.wait_for("chat", 3)

    assert [type(event) for event in passed.delivered.events] == [Event, Event]


async def test_two_gaps_one_after_the_other_are_both_filled() -> None:
    passed = Passed(chat=2)
    passed.gates.follow("chat", 0)
    passed.offer(2)
    await passed.gates.wait_for("chat", 2)
    passed.source.heads_now["chat"] = 4

    passed.offer(4)
    await until(lambda: passed.seqs == [1, 2, 3, 4])

    assert passed.source.asked == [("chat", 0), ("chat", 2)]


async def test_closing_gives_up_on_gaps() -> None:
    passed = Passed(chat=2)
    passed.source.failures = 1000
    passed.gates.follow("chat", 0)
    passed.offer(2)

    await passed.gates.close()

    assert passed.seqs == []
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_what_is_learned_while_a_gap_is_read_is_not_forgotten_with_it() -> None:
    passed = Passed(chat=2)
    passed.gates.follow("chat", 0)
    reaching: list[asyncio.Task[None]] = []

    def commit_another() -> None:
        """Have somebody read the position of what the read under way doesn't hold."""
        if not reaching:
            passed.source.heads_now["chat"] = 3
            waiting = passed.gates.wait_for("chat", 3)
            reaching.append(asyncio.create_task(waiting))

    passed.source.meanwhile = commit_another
    await passed.gates.compare()
    await until(lambda: reaching and reaching[0].done())

    assert passed.seqs == [1, 2, 3]
    assert passed.source.asked == [("chat", 0), ("chat", 2)]
