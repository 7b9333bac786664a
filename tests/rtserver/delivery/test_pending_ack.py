"""An ack that is given where its event passes: once, and never too late."""

import asyncio

import pytest

from rtserver.delivery.pending_ack import Receipt
from rtserver.errors import Unavailable


async def test_ack_is_given_once() -> None:
    sent: list[object] = []

    with Receipt(sent.append) as receipt:
        receipt.give("first")
        receipt.give("second")
        await receipt.given(1.0)

    assert sent == ["first"]


async def test_ack_may_come_while_it_is_waited_for() -> None:
    sent: list[object] = []

    with Receipt(sent.append) as receipt:
        asyncio.get_running_loop().call_soon(receipt.give, "now")
        await receipt.given(5.0)

    assert sent == ["now"]


async def test_ack_that_comes_too_late_is_silent() -> None:
    sent: list[object] = []

    with pytest.raises(Unavailable), Receipt(sent.append) as receipt:
        await receipt.given(0.001)
    receipt.give("late")

    assert sent == []


async def test_command_that_fails_isnt_acked_any_more() -> None:
    sent: list[object] = []

    with pytest.raises(ValueError), Receipt(sent.append) as receipt:
        raise ValueError
    receipt.give("late")

    assert sent == []
