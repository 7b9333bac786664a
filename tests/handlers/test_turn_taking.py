"""Of one user so many requests are answered at once, and nobody else waits for it."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import tornado.httpserver
import tornado.testing
import tornado.web

from handlers.turn_taking import TurnTaker
from rtserver.access.actor import Actor
from rtserver.access.turns import Turns
from rtserver.wiring.budgets import budgets
from tests.app_fixtures import MakeSchool
from tests.fakes import FakeClock
from tests.raw_client import small_socket
from tests.school import School, settings_for, until
from tests.uploading import PICTURE, Owner, owners

TARAS = Actor(7, "Taras", "student")
LONG = b"x" * (16 << 20)  # more than the kernel takes
ASK = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


class Answers(TurnTaker):
    """Answers at length, in pieces or at once."""

    def initialize(self, services: Any, *, in_pieces: bool) -> None:
        self.services, self.answers_in_pieces = services, in_pieces

    async def prepare(self) -> None:
        self.actor = TARAS
        await self.take_turn()

    def get(self) -> None:
        self.finish(LONG)


class Site:
    """A server of one such handler, in which a user has one turn."""

    def __init__(self, *, in_pieces: bool) -> None:
        self.turns = Turns(1)
        self.budgets = budgets(settings_for(Path(), ""), FakeClock())
        services = SimpleNamespace(turns=self.turns, budgets=self.budgets)
        given = {"services": services, "in_pieces": in_pieces}
        self.application = tornado.web.Application([("/", Answers, given)])
        sock, self.port = tornado.testing.bind_unused_port()
        self.server = tornado.httpserver.HTTPServer(self.application)
        self.server.add_sockets([sock])
        self.peers: list[socket.socket] = []

    @property
    def is_taken(self) -> bool:
        return self.turns.of(TARAS.require_user()).locked()

    def ask(self) -> socket.socket:
        """Ask, and take nothing off."""
        peer = small_socket(self.port)
        peer.sendall(ASK)
        self.peers.append(peer)
        return peer

    async def answer(self) -> bytes:
        """Ask, and return the status of the answer once it is there."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(ASK)
        status = await reader.readline()
        writer.close()
        return status

    def close(self) -> None:
        self.server.stop()
        for peer in self.peers:
            peer.close()


@pytest.fixture
def site(request: Any, io_loop: Any) -> Iterator[Site]:
    made = Site(in_pieces=getattr(request, "param", False))
    yield made
    made.close()


async def test_a_turn_lasts_until_the_answer_is_taken_or_its_reader_is_gone(
    site: Site,
) -> None:
    slow = site.ask()
    await until(lambda: site.is_taken)
    next = asyncio.create_task(site.answer())
    await asyncio.sleep(0.05)
    waited = not next.done()

    slow.close()

    assert waited and (await next).startswith(b"HTTP/1.1 200")
    await until(lambda: not site.is_taken)
    # Two answers, each of which counts as 1024 requests.
    assert site.budgets.requests.nearest() == {"7": 1.024}


@pytest.mark.parametrize("site", [True], indirect=True)
async def test_what_is_answered_in_pieces_takes_none(site: Site) -> None:
    site.ask()

    assert (await site.answer()).startswith(b"HTTP/1.1 200")
    assert not site.is_taken
    assert site.budgets.requests.nearest() == {}


async def begun(school: School, user: int) -> asyncio.StreamWriter:
    """Send the head of a request, whose body never comes."""
    _, writer = await asyncio.open_connection("127.0.0.1", school.services.port)
    head = (
        "POST /api/chat/messages/ HTTP/1.1",
        "Host: x",
        f"Authorization: Bearer {school.token(user)}",
        "Content-Length: 9",
    )
    before = len(school.services.requests)
    writer.write("\r\n".join([*head, "", ""]).encode())
    await until(lambda: len(school.services.requests) > before)
    return writer


async def me(owner: Owner) -> int:
    reply = await owner.school.http("GET", "/api/users/me/", owner.token)
    return reply.status


async def test_only_the_others_of_the_same_user_wait(make_school: MakeSchool) -> None:
    school = await make_school(limits_requests_at_once=2)
    tutor, sofia, _ = await owners(school)
    writers = [await begun(school, sofia.user) for _ in range(2)]
    await until(school.services.turns.of(sofia.user).locked)
    waiting = asyncio.create_task(me(sofia))

    answered = await me(tutor)
    kept = await sofia.upload(PICTURE)
    shown = await sofia.get(kept.json["id"])
    waits = not waiting.done()
    writers.pop().close()

    assert (answered, kept.status, shown.status) == (200, 201, 200)
    assert waits and await waiting == 200
    writers.pop().close()


async def test_a_turn_comes_back_however_a_request_ends(
    make_school: MakeSchool,
) -> None:
    school = await make_school(limits_requests_at_once=1)
    _, sofia, _ = await owners(school)
    path = "/api/chat/messages/"

    for _ in range(3):
        assert await me(sofia) == 200
        refused = await school.http("POST", path, sofia.token, {"lesson_id": 99})
        unknown = await school.http("GET", f"{path}99/", sofia.token)
        wrong = await school.http("DELETE", "/api/users/me/", sofia.token)
        assert (refused.status, unknown.status, wrong.status) == (422, 404, 405)
        (await begun(school, sofia.user)).close()

    assert await me(sofia) == 200


async def test_a_turn_comes_back_of_who_has_gone_before_it_came(
    make_school: MakeSchool,
) -> None:
    school = await make_school(limits_requests_at_once=1)
    _, sofia, _ = await owners(school)
    turn = school.services.turns.of(sofia.user)
    await turn.acquire()
    before = len(school.services.requests)
    (await begun(school, sofia.user)).close()
    await until(lambda: len(school.services.requests) == before)

    turn.release()

    await until(lambda: not turn.locked())
    assert await me(sofia) == 200
