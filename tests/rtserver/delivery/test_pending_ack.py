"""Acks that are sent where their events pass: in order, once, and never too late."""

import asyncio

import pytest

from rtserver.delivery.pending_ack import PendingAcks
from rtserver.errors import Unavailable
from store.errors import StoreUnavailable


async def test_ack_is_sent_once() -> None:
    sent: list[object] = []

    with PendingAcks(sent.append) as acks:
        acks.send(["first"])
        acks.send(["second"])
        await acks.sent(1, 1.0)

    assert sent == ["first"]


async def test_those_before_one_whose_event_passed_are_sent_with_it() -> None:
    sent: list[object] = []

    with PendingAcks(sent.append, 4) as acks:
        acks.send(["one"])
        acks.send(["one", "two", "three"])
        await acks.sent(3, 1.0)
        assert sent == ["one", "two", "three"]
        acks.send(["one", "two", "three", "four"])

    assert sent == ["one", "two", "three", "four"]


async def test_acks_may_come_while_they_are_waited_for() -> None:
    sent: list[object] = []

    with PendingAcks(sent.append, 2) as acks:
        for outcomes in (["now"], ["now", "then"]):
            asyncio.get_running_loop().call_soon(acks.send, outcomes)
        await acks.sent(2, 5.0)

    assert sent == ["now", "then"]


async def test_acks_that_come_too_late_are_silent() -> None:
    sent: list[object] = []

    with pytest.raises(Unavailable), PendingAcks(sent.append, 2) as acks:
        acks.send(["in time"])
        await acks.sent(2, 0.001)
    acks.send(["in time", "late"])

    assert sent == ["in time"]


async def test_command_that_fails_isnt_acked_any_more() -> None:
    sent: list[object] = []

    with pytest.raises(ValueError), PendingAcks(sent.append) as acks:
        raise ValueError
    acks.send(["late"])

    assert sent == []


async def test_commands_that_were_acked_at_the_deadline_arent_answered_again() -> None:
    sent: list[object] = []

    with PendingAcks(sent.append, 2) as acks:
        acks.send(["committed", "too"])
        raise StoreUnavailable("the changes took too long")

    assert sent == ["committed", "too"]


async def test_some_that_werent_acked_at_the_deadline_fail() -> None:
    sent: list[object] = []

    with pytest.raises(StoreUnavailable), PendingAcks(sent.append, 2) as acks:
        acks.send(["committed"])
        raise StoreUnavailable("the changes took too long")

    assert sent == ["committed"]


async def test_cancelling_a_command_isnt_held_up_by_its_ack() -> None:
    sent: list[object] = []

    with pytest.raises(asyncio.CancelledError), PendingAcks(sent.append) as acks:
        acks.send(["committed"])
        raise asyncio.CancelledError


async def test_an_ack_may_come_just_as_its_command_gives_up() -> None:
    sent: list[object] = []

    with PendingAcks(sent.append) as acks:
        waiting = asyncio.create_task(acks.sent(1, 1.0))
        await asyncio.sleep(0)
        waiting.cancel()
        acks.send(["committed"])

    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert sent == ["committed"]
