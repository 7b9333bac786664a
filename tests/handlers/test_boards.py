"""A board over HTTP."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import tornado.netutil

from handlers.routes import application
from rtserver.access.actor import Actor
from rtserver.boards.view import BoardView
from rtserver.edge.limits import HttpLimits
from rtserver.edge.server import BoundedServer
from tests.drawing import element, two_drawers
from tests.raw_client import read_all
from tests.school import School


async def test_http_gives_the_snapshot_too(school: School) -> None:
    tutor, _, lesson = await two_drawers(school)
    await tutor.draw(element("a", text="Ґ"))
    user = tutor.socket.welcome["user"]["id"]

    for path in (f"/api/boards/{lesson}/", f"/api/boards/{lesson}"):
        reply = await school.http("GET", path, school.token(user))

        assert reply.status == 200
        assert reply.json["seq"] == 1
        assert reply.json["elements"] == [element("a", text="Ґ")]
        assert reply.json.keys() == {"seq", "epoch", "elements", "taken_at"}


async def test_a_large_board_is_sent_whole_and_without_a_length(
    shared_school: School,
) -> None:
    tutor, _, lesson = await two_drawers(shared_school)
    for number in range(10):
        await tutor.draw(element(f"e{number}", text="Ґ" * 20_000))
    user = tutor.socket.welcome["user"]["id"]

    path = f"/api/boards/{lesson}/"
    reply = await shared_school.http("GET", path, shared_school.token(user))

    assert reply.headers["Content-Type"] == "application/json; charset=utf-8"
    assert "Content-Length" not in reply.headers
    assert {each["id"] for each in reply.json["elements"]} == {
        f"e{number}" for number in range(10)
    }


async def test_a_board_that_fails_midway_is_cut_off_and_logged_once(
    shared_school: School, caplog: pytest.LogCaptureFixture
) -> None:
    tutor, _, _ = await two_drawers(shared_school)
    token = shared_school.token(tutor.socket.welcome["user"]["id"])

    statuses: list[int] = []

    async with serving(shared_school.services, FailingBoards(), statuses) as port:
        came = await read_all(port, "/api/boards/1/", token)

    assert came.startswith(b"HTTP/1.1 200 OK") and b"xxx" in came
    assert not came.endswith(b"0\r\n\r\n")
    [line] = [r.getMessage() for r in caplog.records if r.levelname == "ERROR"]
    assert "unexpected ValueError" in line and "Тарас" not in line
    assert statuses == [500]


class FailingBoards:
    """Boards of which half a snapshot can be made."""

    async def view(self, actor: Actor, lesson_id: int) -> BoardView:
        return BoardView(1, "e", datetime.now(UTC), Failing())


class Failing(Sequence[bytes]):
    """Elements of which the third can't be made."""

    def __len__(self) -> int:
        return 3

    def __getitem__(self, index: Any) -> Any:
        if index == 2:
            raise ValueError("Тарас")
        return b'"%b"' % (b"x" * 70_000)


@asynccontextmanager
async def serving(
    services: Any, boards: Any, statuses: list[int]
) -> AsyncIterator[int]:
    """Serve other boards to the same school; give the port."""
    parts = services.boards._replace(service=boards)
    app = application(
        replace(services, boards=parts),
        log_function=lambda handler: statuses.append(handler.get_status()),
    )
    server = BoundedServer(app, lambda open: True, HttpLimits())
    [sock] = tornado.netutil.bind_sockets(0, "127.0.0.1")
    await server.listen([sock])
    yield sock.getsockname()[1]
    server.stop()
    await server.close_all_connections()


async def test_a_board_of_others_is_not_there(shared_school: School) -> None:
    olena = await shared_school.person("Olena", "tutor")
    lesson = await shared_school.lesson(tutors=[olena])
    stranger = shared_school.token(await shared_school.person("Ivan", "tutor"))

    for id in (lesson, 2**53 - 1, 2**53):
        reply = await shared_school.http("GET", f"/api/boards/{id}/", stranger)

        assert (reply.status, reply.json["code"]) == (404, "not_found")
