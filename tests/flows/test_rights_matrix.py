"""Who may what with a lesson, over HTTP and sockets: as the one table has it."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from handlers import dispatch, routes
from rtserver.access.actor import Actor, api_key_actor
from rtserver.access.rights import Right
from rtserver.accounts.api_keys import ApiKeys
from rtserver.errors import Conflict, Forbidden
from store import held_messages, lessons
from tests import rights_matrix as matrix
from tests.app_fixtures import MakeSchool
from tests.patience import PATIENCE
from tests.school import School

# By kind: the account's role, and the place in the lesson, if any.
KINDS = {
    "admin": ("admin", None),
    "platform": ("api_key", None),
    "tutor outside": ("tutor", None),
    "student outside": ("student", None),
    "invited tutor": ("tutor", ("tutor", "invited", "draw")),
    "invited student": ("student", ("student", "invited", "draw")),
    "tutor": ("tutor", ("tutor", "accepted", "draw")),
    "student": ("student", ("student", "accepted", "draw")),
    "onlooker": ("student", ("student", "accepted", "view")),
    "tutor as student": ("tutor", ("student", "accepted", "draw")),
    "admin inside": ("admin", ("student", "accepted", "draw")),
    "removed": ("student", ("student", "accepted", "draw")),
}
STATES = ("scheduled", "cancelled")
MODES = ("open", "tutors", "moderated")
SCOPES = ("/api/lessons/{", "/api/chat/", "/api/boards/", "/api/files")
OTHERS = {"ping", "auth", "auth.refresh", "unsubscribe"}


class Place:
    """A lesson in one state and mode, and somebody of every kind."""

    def __init__(self, school: School, state: str, mode: str) -> None:
        self.school, self.state, self.mode = school, state, mode
        self.services = school.services
        self.actors: dict[str, Actor] = {}
        self.ids: dict[str, dict[str, int]] = {}

    async def open(self) -> "Place":
        self.tutor = await self._person("Olena", "tutor")
        self.pupil = await self._person("Sofia", "student")
        self.lesson = await self.school.lesson(
            tutors=[self.tutor], students=[self.pupil]
        )
        for kind, (role, place) in KINDS.items():
            await self._add(kind, role, place)
        _, self.key = await ApiKeys(self.services.db, self.services.clock).add("p")
        await self._remove()
        await self.services.db.write(self._settle, lessons=[self.lesson])
        return self

    async def _person(self, name: str, role: str) -> int:
        return await self.school.person(f"{name}{next(_NUMBERS)}", role)

    async def _add(self, kind: str, role: str, place: Any) -> None:
        if role == "api_key":
            self.actors[kind], user = api_key_actor(1, kind), 0
        else:
            user = await self._person(kind.title().replace(" ", ""), role)
            self.actors[kind] = Actor(user, kind, role)
        spare = await self._person("Spare", "student")
        path = f"/api/lessons/{self.lesson}/members/"
        admin = await self.school.admin()
        for id, (as_role, state, board) in (
            (spare, ("student", "invited", "draw")),
            *([(user, place)] if place else []),
        ):
            body = {"user_id": id, "role": as_role, "state": state, "board": board}
            assert (await self.school.http("POST", path, admin, body)).status == 201
        inside = place is not None and place[1] == "accepted"
        own = user if inside else self.pupil
        say = self.school.say
        self.ids[kind] = {
            "lesson": self.lesson,
            "tutor": self.tutor,
            "spare": spare,
            "own": (await say(own, self.lesson, "Hello"))["id"],
            "others": (await say(self.pupil, self.lesson, "Hello"))["id"],
        }
        wishes = {"wished": self.pupil, "unwished": self.pupil, "withdrawn": own}
        self.ids[kind] |= await self.services.db.write(self._hold, wishes)

    def _hold(self, tx: Any, wishes: dict[str, int]) -> dict[str, int]:
        now = self.services.clock.now()
        plain = {"lesson_id": self.lesson, "text": "May I?", "at": now}
        plain |= {"client_id": None, "sent_digest": None}
        return {
            name: held_messages.insert(tx, author_id=author, **plain).id
            for name, author in wishes.items()
        }

    async def _remove(self) -> None:
        user = self.actors["removed"].user_id
        path = f"/api/lessons/{self.lesson}/members/{user}/"
        gone = await self.school.http("DELETE", path, await self.school.admin())
        assert gone.status == 204

    def _settle(self, tx: Any) -> None:
        lessons.set_chat(tx, self.lesson, self.mode)
        if self.state == "cancelled":
            lessons.cancel(tx, self.lesson)

    async def due(self, query: Any, kind: str, *more: Any) -> Any:
        db, actor = self.services.db, self.actors[kind]
        return await db.read(query, actor, self.lesson, *more)

    async def ask(self, kind: str, method: str, path: str, body: Any) -> int:
        user = self.actors[kind].user_id
        if user is None:
            headers = {"Authorization": f"Api-Key {self.key}"}
            reply = await self.school.http(method, path, body=body, headers=headers)
        else:
            token = self.school.token(user)
            reply = await self.school.http(method, path, token, body)
        return reply.status


_NUMBERS = itertools.count(1)


@pytest.fixture(params=itertools.product(STATES, MODES), ids="-".join)
def place(
    request: pytest.FixtureRequest, io_loop: AsyncIOLoop, make_school: MakeSchool
) -> Iterator[Place]:
    async def make() -> Place:
        return await Place(await make_school(), *request.param).open()

    yield io_loop.run_sync(make, timeout=PATIENCE)


async def test_over_http_everybody_may_what_the_table_says(place: Place) -> None:
    wrong = []
    for kind in place.actors:
        for route in matrix.ROUTES:
            refused = await place.due(matrix.refusal, kind, route.rights)
            path = route.path.format(**place.ids[kind])
            body = matrix.named(route.body, place.ids[kind]) if route.body else None
            got = await place.ask(kind, route.method, path, body)
            wanted = refused.status if refused else route.ok
            if got != wanted:
                wrong.append((kind, route.method, route.path, got, wanted))
        wanted = await place.due(matrix.post, kind)
        body = {"lesson_id": place.lesson, "text": "Hi"}
        got = await place.ask(kind, "POST", "/api/chat/messages/", body)
        if got != wanted:
            wrong.append((kind, "POST", "message", got, wanted))
    assert wrong == []


async def test_over_a_socket_everybody_may_what_the_table_says(place: Place) -> None:
    wrong = []
    for kind, actor in place.actors.items():
        if actor.user_id is None:
            continue  # an Api-Key has no socket
        socket, open_channels = await place.school.connect(actor.user_id), set()
        for command in matrix.COMMANDS:
            ids = place.ids[kind]
            channel = command.channel and command.channel.format(**ids)
            payload = matrix.named(command.payload, ids)
            answer = await socket.ask(command.type, channel, payload)
            got = answer["payload"].get("code") if answer["type"] == "error" else None
            refused = await place.due(matrix.refusal, kind, command.rights)
            wanted = _code(place, command, refused)
            if command.type == "subscribe" and got is None:
                open_channels.add(channel)
            elif channel and channel not in open_channels and got == "not_subscribed":
                wanted = got if wanted else "what the table allows"
            if got != wanted:
                wrong.append((kind, command.type, got, wanted))
        wrong += [(kind, *each) for each in await foreign(place, socket, actor)]
        await socket.close()
    assert wrong == []


def _code(place: Place, command: matrix.Command, refused: Any) -> str | None:
    """Return the error's code; who lacks a right isn't told more (contract 2.2)."""
    if refused is None and command.writes and place.state == "cancelled":
        refused = Conflict
    if refused is None:
        return None
    return "conflict" if refused is Conflict else Forbidden.code


async def foreign(place: Place, socket: Any, actor: Actor) -> list[Any]:
    """Subscribe to one's own channels and to another's; return what went wrong."""
    wrong = []
    for kind in ("chat:user", "notifications:user"):
        for user, wanted in ((actor.user_id, "ack"), (place.pupil, "error")):
            answer = await socket.ask("subscribe", f"{kind}:{user}", {})
            if answer["type"] != wanted:
                wrong.append((kind, user, answer["type"]))
    return wrong


def test_every_address_and_command_of_a_lesson_is_in_the_matrix() -> None:
    addresses = {
        (method.upper(), path)
        for path, handler in routes.ROUTES
        if path.startswith(SCOPES)
        for method in ("get", "post", "put", "patch", "delete")
        if method in vars(handler)
    }
    tried = {(route.method, _pattern(route.path)) for route in matrix.ROUTES}
    tried |= {(method, _plain(path)) for method, path in matrix.ELSEWHERE}
    assert {(method, _plain(path)) for method, path in addresses} == tried
    commands = {command.type for command in matrix.COMMANDS}
    assert commands == set(dispatch.ROUTES) - OTHERS


def test_every_right_is_asked_for_by_something() -> None:
    entries = (*matrix.ROUTES, *matrix.COMMANDS)
    used = {right for entry in entries for right in entry.rights if right}
    of_posts = {Right.HAVE_HELD, Right.SAY, Right.READ_HELD}
    of_others = {Right.ANSWER_INVITATION, Right.JOIN_CALL}
    of_files = {Right.UPLOAD_TO_CHAT, Right.DELETE_FILES, Right.MODERATE_FILES}
    assert used | of_posts | of_others | of_files == set(Right)


def _plain(path: str) -> str:
    """Reduce a route to what is compared: every id alike."""
    return "/".join("{}" if part[:1] == "{" else part for part in path.split("/"))


def _pattern(path: str) -> str:
    return _plain(path.partition("?")[0].rstrip("/"))
