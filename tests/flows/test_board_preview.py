"""What somebody is drawing just now, on the others' screens (contract 2.3 and 2.4)."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from handlers.board_commands import PREVIEW_BYTES
from rtserver.edge.sender import VOLATILE_BYTES
from tests.app_fixtures import MakeSchool
from tests.drawing import Drawer, board, drawer, element, two_drawers
from tests.flows.processes import Processes
from tests.flows.test_board_rights import change
from tests.raw_client import RawPeer
from tests.school import School

RawConnect = Callable[..., Awaitable[RawPeer]]
PIECE = {"id": "s1", "n": 0, "points": [[10, 20], [10.5, 21]]}


def piece(drawer: Drawer, **fields: Any) -> str:
    """Build the frame of a preview that isn't acked."""
    payload = PIECE | fields
    body = {"type": "board.preview", "channel": drawer.channel, "payload": payload}
    return json.dumps(body)


def sized(length: int) -> dict[str, Any]:
    """Return a preview whose payload has so many bytes."""
    bare = len(json.dumps({**PIECE, "style": ""}))
    return {**PIECE, "style": "s" * (length - bare)}


async def test_preview_reaches_the_others_with_the_servers_user_id(
    school: School,
) -> None:
    tutor, student, _ = await two_drawers(school)
    user = student.socket.welcome["user"]["id"]

    ack = await student.call("board.preview", **PIECE, user_id=999, strokeWidth=2)
    event = await tutor.next("board.preview")

    assert ack == {}
    assert event["payload"] == {**PIECE, "strokeWidth": 2, "user_id": user}
    assert "seq" not in event
    assert await student.socket.quiet() == []
    assert await student.state() == {}


async def test_previews_and_patches_come_in_the_order_sent(school: School) -> None:
    tutor, student, _ = await two_drawers(school)

    for stroke in range(5):
        for n in range(4):
            await student.socket.send(piece(student, id=f"s{stroke}", n=n))
        await student.draw(element(f"s{stroke}"))
    events = [e for e in await tutor.socket.quiet() if e["type"].startswith("board.")]

    told = [e["payload"].get("n", "patch") for e in events]
    assert told == [0, 1, 2, 3, "patch"] * 5


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"id": "s", "n": 0}, "bad_request"),
        (PIECE | {"id": ""}, "bad_request"),
        (PIECE | {"n": -1}, "bad_request"),
        (PIECE | {"points": [[1]]}, "bad_request"),
        (PIECE | {"points": [[1, "2"]]}, "bad_request"),
        (sized(PREVIEW_BYTES + 1), "too_large"),
    ],
)
async def test_unfit_preview_is_refused(
    sqlite_school: School, payload: dict[str, Any], code: str
) -> None:
    tutor, student, _ = await two_drawers(sqlite_school)

    error = await student.refused("board.preview", **payload)

    assert error["code"] == code
    assert await tutor.socket.quiet() == []


async def test_a_preview_may_be_as_large_as_its_limit(sqlite_school: School) -> None:
    tutor, student, _ = await two_drawers(sqlite_school)
    largest = sized(PREVIEW_BYTES)

    assert await student.call("board.preview", **largest) == {}
    event = await tutor.next("board.preview")
    assert event["payload"]["style"] == largest["style"]


async def test_right_to_preview_is_that_to_draw_while_connected(
    school: School,
) -> None:
    tutor, student, _ = await two_drawers(school)

    await change(school, student, board="view")
    await student.next("board.rights")
    held = await student.refused("board.preview", **PIECE)
    await student.socket.call("unsubscribe", student.channel)
    await student.subscribe()
    anew = await student.refused("board.preview", **PIECE)
    await change(school, student, board="draw")
    await student.next("board.rights")
    await student.call("board.preview", **PIECE)

    assert [held["code"], anew["code"]] == ["forbidden", "forbidden"]
    assert (await tutor.next("board.preview"))["payload"]["id"] == "s1"


async def test_nobody_previews_in_a_cancelled_lesson(make_school: MakeSchool) -> None:
    school = await make_school()
    _, student, lesson = await two_drawers(school)
    admin, path = await school.admin(), f"/api/lessons/{lesson}/"

    assert (await school.http("DELETE", path, admin)).status == 204
    assert (await student.refused("board.preview", **PIECE))["code"] == "conflict"


async def test_previews_over_the_rate_are_dropped_without_a_word(
    make_school: MakeSchool,
) -> None:
    school = await make_school(limits_commands_per_second=1, limits_commands_burst=20)
    tutor, student, _ = await two_drawers(school)

    for n in range(100):
        await student.socket.send(piece(student, n=n))
    shown = [e["payload"]["n"] for e in await tutor.socket.quiet()]

    assert 0 < len(shown) < 25
    assert shown == sorted(shown)
    assert not [f for f in student.socket.received if f["type"] == "error"]


async def test_who_does_not_read_misses_previews_and_no_patch(
    make_school: MakeSchool, raw_connect: RawConnect
) -> None:
    school = await make_school(limits_commands_burst=100_000)
    olena, taras = await school.person("Olena", "tutor"), await school.person("Taras")
    lesson = await school.lesson(tutors=[olena], students=[taras])
    slow = await raw_connect(school, school.token(taras), buffer_bytes=4096)
    command = {"type": "subscribe", "id": 1, "channel": board(lesson)}
    await slow.text(json.dumps(command))
    while b'"ack"' not in (await slow.frame())[1]:
        pass
    (session,) = school.services.sessions.live.of_user(taras)
    tutor = await drawer(school, olena, lesson)
    counters = school.services.figures.counters
    frame, sent, most = piece(tutor, **sized(PREVIEW_BYTES - 40)), 0, 0

    while counters.dropped < 200:
        await tutor.socket.send(frame)
        sent += 1
        if sent % 20 == 0:
            await tutor.draw(element("a", sent))
            most = max(most, session.connection.waiting_bytes)
    patches, shown = [], 0
    while sent // 20 != len(patches):
        _, payload = await slow.frame()
        told = json.loads(payload)
        shown += told["type"] == "board.preview"
        if told["type"] == "board.patch":
            patches.append(told["seq"])

    assert patches == list(range(1, sent // 20 + 1))
    assert 0 < shown <= sent - 200
    # A few patches more than previews may have, and what is being sent.
    assert most < 3 * VOLATILE_BYTES


async def test_previews_cross_over_in_their_order(processes: Processes) -> None:
    one, two = await processes.start(2)
    olena, taras, lesson = await processes.lesson()
    here = await drawer(one, olena, lesson)
    there = await drawer(two, taras, lesson)

    for n in range(10):
        await here.call("board.preview", **PIECE | {"n": n})
    shown = [(await there.next("board.preview"))["payload"] for _ in range(10)]

    assert [piece["n"] for piece in shown] == list(range(10))
    assert {piece["user_id"] for piece in shown} == {olena}
