"""An ack that is sent where its event passes: once, and never too late."""

import asyncio

import pytest

from rtserver.delivery.pending_ack import PendingAck
from rtserver.errors import Unavailable
from store.errors import StoreUnavailable


async def test_ack_is_sent_once() -> None:
    sent: list[object] = []

    with PendingAck(sent.append) as ack:
        ack.send("first")
        ack.send("second")
        await ack.sent(1.0)

    assert sent == ["first"]


async def test_ack_may_come_while_it_is_waited_for() -> None:
    sent: list[object] = []

    with PendingAck(sent.append) as ack:
        asyncio.get_running_loop().call_soon(ack.send, "now")
        await ack.sent(5.0)

    assert sent == ["now"]


async def test_ack_that_comes_too_late_is_silent() -> None:
    sent: list[object] = []

    with pytest.raises(Unavailable), PendingAck(sent.append) as ack:
        await ack.sent(0.001)
    ack.send("late")

    assert sent == []


async def test_command_that_fails_isnt_acked_any_more() -> None:
    sent: list[object] = []

    with pytest.raises(ValueError), PendingAck(sent.append) as ack:
        raise ValueError
    ack.send("late")

    assert sent == []


async def test_command_that_was_acked_at_its_deadline_isnt_answered_again() -> None:
    sent: list[object] = []

    with PendingAck(sent.append) as ack:
        ack.send("committed")
        raise StoreUnavailable("the change took too long")

    assert sent == ["committed"]


async def test_cancelling_a_command_isnt_held_up_by_its_ack() -> None:
    sent: list[object] = []

    with pytest.raises(asyncio.CancelledError), PendingAck(sent.append) as ack:
        ack.send("committed")
        raise asyncio.CancelledError
