"""The commands of a board: what they need before they do anything."""

import json
from typing import Any

import pytest

from tests.drawing import element, two_drawers
from tests.school import School


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"x": 1}, "bad_request"),
        ({"x": "1", "y": 2}, "bad_request"),
        ({"x": 1, "y": 2, "name": "n" * 1024}, "too_large"),
    ],
)
async def test_unfit_cursor_is_refused(
    shared_school: School, payload: dict[str, Any], code: str
) -> None:
    tutor, student, _ = await two_drawers(shared_school)

    error = await student.refused("board.cursor.move", **payload)

    assert error["code"] == code
    assert await tutor.socket.quiet() == []


@pytest.mark.parametrize(
    "type",
    [
        "board.patch",
        "board.reset",
        "board.snapshot.send",
        "board.snapshot.request",
        "board.cursor.move",
    ],
)
async def test_board_command_needs_a_subscription(
    shared_school: School, type: str
) -> None:
    tutor, _, _ = await two_drawers(shared_school)
    await tutor.socket.call("unsubscribe", tutor.channel)

    error = await tutor.refused(type, elements=[], x=1, y=1)

    assert error["code"] == "not_subscribed"
    assert error["channel"] == tutor.channel


@pytest.mark.parametrize(
    "type",
    ["board.patch", "board.reset", "board.snapshot.send", "board.snapshot.request"],
)
async def test_command_without_an_id_is_refused(
    shared_school: School, type: str
) -> None:
    tutor, student, _ = await two_drawers(shared_school)
    payload = {"elements": [element("a")]}
    frame = {"type": type, "channel": tutor.channel, "payload": payload}

    await tutor.socket.send(json.dumps(frame))
    error = await tutor.next("error")

    assert (error["id"], error["payload"]["code"]) == (None, "bad_request")
    assert error["payload"]["errors"][0]["path"] == "id"
    assert await student.socket.quiet() == []


async def test_board_commands_are_for_boards(shared_school: School) -> None:
    tutor, _, _ = await two_drawers(shared_school)
    user = tutor.socket.welcome["user"]["id"]
    payload = {"elements": [element("a")]}

    chat = await tutor.socket.ask("board.patch", f"chat:user:{user}", payload)
    none = await tutor.socket.ask("board.patch", None, payload)
    odd = await tutor.socket.ask("board.patch", "board:lesson:x", payload)

    codes = [answer["payload"]["code"] for answer in (chat, none, odd)]
    assert codes == ["bad_request", "bad_request", "unknown_channel"]
    assert chat["payload"]["errors"][0]["path"] == "channel"
