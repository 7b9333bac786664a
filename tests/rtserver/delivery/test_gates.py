"""The gate of a stream: order, gaps, and what can't be filled."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from rtserver.clock import Clock
from rtserver.delivery.gates import Gap, Gates
from store.errors import StoreUnavailable
from tests.rtserver.delivery_fakes import Delivered
from tests.school import until


class Event(NamedTuple):
    stream: str
    seq: int


class Own(Event):
    """An event as its own process knows it."""


class Stored:
    """A source whose streams are lists of seqs."""

    def __init__(self, **heads: int) -> None:
        self.heads_now = heads
        self.asked: list[tuple[str, int]] = []
        self.failures = 0
        self.too_much = self.states = False
        self.meanwhile: Callable[[], None] = lambda: None
        self.telling: Callable[[], None] = lambda: None

    async def after(self, stream: str, seq: int) -> Gap:
        self.asked.append((stream, seq))
        if self.failures:
            self.failures -= 1
            raise StoreUnavailable("down")
        head = self.heads_now[stream]
        self.meanwhile()
        if self.too_much:
            return Gap(None, head)
        missing = [Event(stream, n) for n in range(seq + 1, head + 1)]
        return Gap(missing, head, self.states)

    async def heads(self, streams: Sequence[str]) -> Mapping[str, int]:
        return {stream: self.heads_now[stream] for stream in streams}

    async def told(self, stream: str) -> None:
        self.telling()


class Followed:
    """Topics that write down what is followed no more, or from now on."""

    def __init__(self) -> None:
        self.changes: list[str] = []

    def follow(self, topic: str) -> None:
        self.changes.append(f"+{topic}")

    def unfollow(self, topic: str) -> None:
        self.changes.append(f"-{topic}")


class Passed:
    """Gates over a source, with what they have passed."""

    def __init__(self, **heads: int) -> None:
        self.source = Stored(**heads)
        self.delivered = Delivered()
        self.followed = Followed()
        self.gates = Gates(self.source, self.delivered, self.followed, Clock())

    @property
    def seqs(self) -> list[int]:
        return [event.seq for event in self.delivered.events]

    def offer(self, *seqs: int) -> None:
        for seq in seqs:
            self.gates.offer(Event("chat", seq))


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
