"""Who may do what on a board, and from when on (contract 1, 2.3, 3.3)."""

from typing import Any

import pytest

from rtserver.accounts.api_keys import ApiKeys
from tests.client import CommandFailed
from tests.drawing import Drawer, board, drawer, element, two_drawers
from tests.school import School


async def member_path(drawer: Drawer) -> str:
    lesson = drawer.channel.split(":")[2]
    return f"/api/lessons/{lesson}/members/{drawer.socket.welcome['user']['id']}/"


async def change(school: School, drawer: Drawer, **fields: Any) -> None:
    """Change a member, as an admin does."""
    path = await member_path(drawer)
    reply = await school.http("PATCH", path, await school.admin(), fields)
    assert reply.status == 200, reply.text


async def remove(school: School, drawer: Drawer) -> None:
    path = await member_path(drawer)
    assert (await school.http("DELETE", path, await school.admin())).status == 204


async def test_viewer_sees_and_draws_nothing(school: School) -> None:
    tutor, student, _ = await two_drawers(school)
    await change(school, student, board="view")
    await student.subscribe()

    errors = [
        await student.refused("board.patch", elements=[element("a")]),
        await student.refused("board.reset"),
        await student.refused("board.snapshot.send", elements=[]),
    ]
    await student.call("board.cursor.move", x=1, y=1)
    await tutor.draw(element("a"))

    assert [error["code"] for error in errors] == ["forbidden"] * 3
    assert student.ack["board"] == "view"
    assert (await student.state()).keys() == {"a"}


async def test_student_draws_but_doesnt_reset_or_replace(school: School) -> None:
    _, student, _ = await two_drawers(school)
    await student.draw(element("a"))

    errors = [
        await student.refused("board.reset"),
        await student.refused("board.snapshot.send", elements=[]),
    ]

    assert [error["code"] for error in errors] == ["forbidden"] * 2
    assert (await student.state()).keys() == {"a"}


async def test_right_to_draw_ends_and_returns_while_connected(school: School) -> None:
    tutor, student, _ = await two_drawers(school)
    user = student.socket.welcome["user"]["id"]

    await change(school, student, board="view")
    told = [await each.next("board.rights") for each in (tutor, student)]
    refused = await student.refused("board.patch", elements=[element("a")])
    await change(school, student, board="draw")
    again = await tutor.next("board.rights")
    await student.draw(element("a"))

    assert [event["payload"] for event in told] == [
        {"user_id": user, "board": "view"},
        {"user_id": user, "board": "view"},
    ]
    assert refused["code"] == "forbidden"
    assert again["payload"]["board"] == "draw"


async def test_strangers_invited_ones_and_admins_get_no_board(school: School) -> None:
    tutor, _, lesson = await two_drawers(school)
    invited = await school.person("Ira")
    body = {"user_id": invited, "role": "student"}
    token = school.token(tutor.socket.welcome["user"]["id"])
    await school.http("POST", f"/api/lessons/{lesson}/members/", token, body)
    stranger = await school.person("Ivan")
    admin = await school.admin()

    messages = set()
    for token, status in (
        (school.token(stranger), 404),
        (school.token(invited), 403),
        (admin, 403),
    ):
        reply = await school.http("GET", f"/api/boards/{lesson}/", token)
        assert reply.status == status
        socket = await school.open(token)
        for id in (lesson, 999):
            with pytest.raises(CommandFailed) as refused:
                await socket.call("subscribe", board(id))
            messages.add((refused.value.code, refused.value.payload["message"]))
    assert len(messages) == 1
    assert messages.pop()[0] == "forbidden"


async def test_boards_that_arent_there_are_404(school: School) -> None:
    tutor, _, _ = await two_drawers(school)
    token = school.token(tutor.socket.welcome["user"]["id"])

    statuses = [
        (await school.http("GET", f"/api/boards/{id}/", token)).status
        for id in (999, 0, 2**53)
    ]

    assert statuses == [404, 404, 404]
    assert (await school.http("GET", "/api/boards/1/")).status == 401


async def test_who_is_removed_loses_the_board_at_once(school: School) -> None:
    tutor, student, _ = await two_drawers(school)

    await remove(school, student)
    notice = await student.next("unsubscribed")
    await tutor.draw(element("a"))
    after = await student.refused("board.patch", elements=[element("b")])

    assert notice["channel"] == student.channel
    assert notice["payload"] == {"channel": student.channel, "reason": "removed"}
    assert after["code"] == "not_subscribed"
    assert await student.socket.quiet() == []
    assert (await student.refused("subscribe"))["code"] == "forbidden"


async def test_who_is_removed_takes_no_queued_patch_along(school: School) -> None:
    tutor, student, _ = await two_drawers(school)
    frame = (
        '{"type":"board.patch","id":"%d","channel":"%s",'
        '"payload":{"elements":[{"id":"%d","version":1}]}}'
    )
    for number in range(60):
        await student.socket.send(frame % (number, student.channel, number))

    await remove(school, student)
    board_then = await tutor.state()
    await student.socket.quiet()

    acked = [f for f in student.socket.received if f["type"] == "ack"]
    assert await tutor.state() == board_then
    assert len(acked) - 2 <= len(board_then)


async def test_who_is_invited_again_isnt_subscribed_any_more(school: School) -> None:
    tutor, student, _ = await two_drawers(school)

    await change(school, student, state="invited")
    await student.next("unsubscribed")

    assert (await student.refused("subscribe"))["code"] == "forbidden"
    await change(school, student, state="accepted")
    await student.subscribe()
    await tutor.draw(element("a"))
    assert (await student.next("board.patch"))["seq"] == 1


async def test_cancelled_board_can_only_be_looked_at(school: School) -> None:
    tutor, student, lesson = await two_drawers(school)
    await tutor.draw(element("a"))
    await school.http("DELETE", f"/api/lessons/{lesson}/", await school.admin())

    errors = [
        await student.refused("board.patch", elements=[element("b")]),
        await tutor.refused("board.reset"),
        await tutor.refused("board.snapshot.send", elements=[]),
    ]
    late = await drawer(school, student.socket.welcome["user"]["id"], lesson)

    assert [error["code"] for error in errors] == ["conflict"] * 3
    assert (await late.state()).keys() == {"a"}


async def test_new_tutor_may_reset(school: School) -> None:
    _, student, _ = await two_drawers(school)
    await student.draw(element("a"))

    await change(school, student, role="tutor")

    assert await student.call("board.reset") == {"seq": 2}


async def test_api_keys_get_no_board(school: School) -> None:
    _, _, lesson = await two_drawers(school)
    keys = ApiKeys(school.services.db, school.services.clock)
    _, key = await keys.add("platform")
    headers = {"Authorization": f"Api-Key {key}"}

    reply = await school.http("GET", f"/api/boards/{lesson}/", headers=headers)

    assert reply.status == 403
