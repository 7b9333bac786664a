"""The commands of a board: what they need before they do anything."""

import json
from typing import Any

import pytest

from handlers.board_commands import CURSOR_BYTES
from tests.app_fixtures import MakeSchool
from tests.drawing import element, two_drawers
from tests.school import School


def sized(length: int) -> dict[str, Any]:
    """Return a cursor whose payload has so many bytes."""
    bare = len(json.dumps({"x": 1, "y": 2, "name": ""}))
    return {"x": 1, "y": 2, "name": "n" * (length - bare)}


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"x": 1}, "bad_request"),
        ({"x": "1", "y": 2}, "bad_request"),
        ({"x": 1, "y": 2, "name": "n" * 1024}, "too_large"),
        (sized(CURSOR_BYTES + 1), "too_large"),
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
        "board.preview",
    ],
)
async def test_board_command_needs_a_subscription(
    shared_school: School, type: str
) -> None:
    tutor, _, _ = await two_drawers(shared_school)
    await tutor.socket.call("unsubscribe", tutor.channel)

    fields = {"elements": [], "x": 1, "y": 1, "id": "s", "n": 0, "points": []}
    error = await tutor.refused(type, **fields)

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


async def test_a_cursor_may_be_as_large_as_its_limit(shared_school: School) -> None:
    tutor, student, _ = await two_drawers(shared_school)
    largest = sized(CURSOR_BYTES)

    assert await student.call("board.cursor.move", **largest) == {}

    event = await tutor.next("board.cursor.move")
    assert event["payload"]["name"] == largest["name"]


@pytest.mark.parametrize(
    ("type", "fields"),
    [
        ("board.cursor.move", '"x":1,"y":2'),
        ("board.preview", '"id":"s","n":0,"points":[[1,2]]'),
    ],
)
@pytest.mark.parametrize(
    "own", ['"user_id":999', '"user\\u005fid":999', '"user_id":9,"\\u0075ser_id":null']
)
async def test_nobody_signs_for_another_however_the_key_is_written(
    shared_school: School, type: str, fields: str, own: str
) -> None:
    tutor, student, _ = await two_drawers(shared_school)
    payload = f"{{{fields},{own}}}"

    await student.socket.send(
        f'{{"type":"{type}","channel":"{student.channel}","payload":{payload}}}'
    )

    told = (await tutor.next(type))["payload"]
    assert told == {
        **json.loads(f"{{{fields}}}"),
        "user_id": student.socket.welcome["user"]["id"],
    }


async def test_each_change_is_acked_once_with_or_without_a_seq(
    shared_school: School,
) -> None:
    tutor, _, _ = await two_drawers(shared_school)

    acks = [await tutor.draw(element("a")) for _ in range(2)]
    acks.append(await tutor.call("board.reset"))

    assert [ack["seq"] for ack in acks] == [1, None, 2]
    answers = [f for f in tutor.socket.received if f["type"] in ("ack", "error")]
    assert len({answer["id"] for answer in answers}) == len(answers)


async def test_no_cursor_moves_in_a_cancelled_lesson(make_school: MakeSchool) -> None:
    school = await make_school()
    tutor, student, lesson = await two_drawers(school)
    await student.call("board.cursor.move", x=1, y=2)
    await tutor.next("board.cursor.move")

    admin, path = await school.admin(), f"/api/lessons/{lesson}/"
    assert (await school.http("DELETE", path, admin)).status == 204
    held = await student.refused("board.cursor.move", x=1, y=2)
    await student.socket.call("unsubscribe", student.channel)
    await student.subscribe()
    anew = await student.refused("board.cursor.move", x=1, y=2)

    assert [held["code"], anew["code"]] == ["conflict", "conflict"]
    assert await student.state() == {}
    cursors = [e for e in await tutor.socket.quiet() if e["type"].startswith("board.")]
    assert cursors == []
