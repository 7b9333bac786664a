"""One stream's state: who waits for a seq, and what is no longer expected."""

import asyncio
from typing import NamedTuple

from rtserver.delivery.gate import Gate


class Event(NamedTuple):
    stream: str
    seq: int


async def test_waiters_go_on_once_their_seq_is_delivered_and_not_before() -> None:
    gate = Gate("chat:3", 0, now=0.0)
    first, second = gate.wait_for(1), gate.wait_for(2)

    gate.last_delivered = 1
    gate.wake_waiters()

    assert (first.done(), second.done()) == (True, False)
    gate.last_delivered = 2
    gate.wake_waiters()
    assert second.done()
    assert gate.waiters == []


async def test_waiter_who_gave_up_is_forgotten() -> None:
    gate = Gate("chat:3", 0, now=0.0)
    waiting = asyncio.create_task(wait(gate))
    await asyncio.sleep(0)  # lets it begin to wait
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)

    gate.wake_waiters()

    assert gate.waiters == []


async def wait(gate: Gate) -> None:
    await gate.wait_for(1)


def test_what_was_announced_beyond_the_head_is_expected_no_more() -> None:
    gate = Gate("chat:3", 4, now=0.0)
    gate.early = {3: Event("chat:3", 3), 6: Event("chat:3", 6)}
    gate.highest_known = 9

    gate.settle(expected=9)

    assert gate.highest_known == 6
    assert list(gate.early) == [6]


def test_what_was_announced_while_the_gap_was_read_is_still_expected() -> None:
    gate = Gate("chat:3", 4, now=0.0)
    gate.highest_known = 9

    gate.settle(expected=5)

    assert gate.highest_known == 9
