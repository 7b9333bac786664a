"""The gates of streams: order, who follows, and from where on."""

import asyncio

from tests.rtserver.gate_fakes import Passed
from tests.school import until


async def test_next_event_passes_at_once() -> None:
    passed = Passed(chat=0)
    passed.gates.follow("chat", 0)

    passed.offer(1, 2, 3)

    assert passed.seqs == [1, 2, 3]
    assert passed.source.asked == []


async def test_event_passes_once_however_often_it_comes() -> None:
    passed = Passed(chat=0)
    passed.gates.follow("chat", 0)

    passed.offer(1, 1, 2, 1, 2)

    assert passed.seqs == [1, 2]


async def test_later_event_waits_for_its_predecessor() -> None:
    passed = Passed(chat=0)
    passed.gates.follow("chat", 0)

    passed.offer(3, 2)
    assert passed.seqs == []
    passed.offer(1)

    assert passed.seqs == [1, 2, 3]
    await passed.gates.close()


async def test_comparison_finds_what_no_event_told_of() -> None:
    passed = Passed(chat=2)
    passed.gates.follow("chat", 0)

    await passed.gates.compare()
    await passed.gates.wait_for("chat", 2)

    assert passed.seqs == [1, 2]


async def test_only_followed_streams_are_compared() -> None:
    passed = Passed(chat=5, other=5)
    passed.gates.follow("chat", 5)
    passed.gates.follow("other", 0)
    passed.gates.unfollow("other")

    await passed.gates.compare()

    assert passed.source.asked == []
    assert passed.seqs == []


async def test_stream_without_followers_passes_events_without_filling() -> None:
    passed = Passed(chat=7)

    passed.offer(4, 7)

    assert passed.seqs == [4, 7]
    assert passed.source.asked == []


async def test_position_before_what_was_missed_can_not_be_followed() -> None:
    passed = Passed(chat=7)
    passed.offer(4, 7)

    assert not passed.gates.follow("chat", 5)
    assert passed.gates.follow("chat", 6)
    assert passed.gates.follow("chat", 7)


async def test_position_before_that_of_the_first_follower_can_not_be_followed() -> None:
    passed = Passed(chat=7)
    passed.gates.follow("chat", 3)
    passed.gates.unfollow("chat")

    # Both read before either followed, and 6 and 7 never came here.
    assert passed.gates.follow("chat", 7)
    assert not passed.gates.follow("chat", 5)


async def test_following_drops_what_the_position_covers() -> None:
    passed = Passed(chat=3)

    passed.gates.follow("chat", 3)
    passed.offer(2, 3, 4)

    assert passed.seqs == [4]


async def test_reach_waits_for_the_event_itself() -> None:
    passed = Passed(chat=0)
    passed.gates.follow("chat", 0)
    reaching = asyncio.ensure_future(passed.gates.wait_for("chat", 1))
    await asyncio.sleep(0)  # lets it begin to wait

    assert not reaching.done()
    passed.offer(1)
    await reaching

    assert passed.source.asked == []


async def test_only_the_first_follower_and_the_last_ones_end_are_told() -> None:
    passed = Passed(chat=0)

    for _ in range(2):
        passed.gates.follow("chat", 0)
    for _ in range(3):
        passed.gates.unfollow("chat")

    assert passed.followed.changes == ["+chat", "-chat"]


async def test_follower_from_behind_what_passed_is_not_told_of() -> None:
    passed = Passed(chat=0)
    passed.offer(5)

    assert not passed.gates.follow("chat", 3)
    assert passed.followed.changes == []


async def test_streams_that_may_have_lost_something_are_compared_at_once() -> None:
    passed = Passed(chat=3, board=2)
    passed.gates.follow("chat", 0)
    passed.gates.follow("board", 0)

    passed.gates.compare_soon(["chat", "unknown"])
    await until(lambda: passed.seqs == [1, 2, 3])

    assert passed.source.asked == [("chat", 0)]


async def test_what_waits_when_the_last_follower_leaves_passes_at_once() -> None:
    passed = Passed(chat=4)
    passed.gates.follow("chat", 0)
    passed.offer(3, 4)
    waiting = asyncio.ensure_future(passed.gates.wait_for("chat", 3))
    await asyncio.sleep(0)  # lets it begin to wait

    passed.gates.unfollow("chat")

    assert passed.seqs == [3, 4]
    assert not passed.gates.is_complete_from("chat", 3)
    await waiting


async def test_nothing_from_before_a_position_passes_behind_it() -> None:
    passed = Passed(chat=9)
    passed.gates.follow("chat", 0)
    passed.offer(3)
    passed.gates.unfollow("chat")
    passed.gates.follow("chat", 9)
    passed.source.heads_now["chat"], passed.source.too_much = 20, True
    before = passed.seqs

    passed.offer(15)
    await passed.gates.wait_for("chat", 20)

    assert passed.seqs == [*before, 15]
