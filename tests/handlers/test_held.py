"""Held messages over HTTP."""

from typing import Any, NamedTuple

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from rtserver.accounts.api_keys import ApiKeys
from tests.school import Reply, School


class Talk(NamedTuple):
    """A moderated lesson of a tutor and a student."""

    school: School
    olena: int
    taras: int
    lesson: int

    async def ask(self, user: int, method: str, path: str, body: Any = None) -> Reply:
        token = self.school.token(user)
        return await self.school.http(method, f"/api/chat/{path}", token, body)

    async def hold(self, text: str = "May I?", **more: Any) -> Reply:
        body = {"lesson_id": self.lesson, "text": text, **more}
        return await self.ask(self.taras, "POST", "messages/", body)


@pytest.fixture
def talk(io_loop: AsyncIOLoop, shared_school: School) -> Talk:
    async def make() -> Talk:
        olena = await shared_school.person("Olena", "tutor")
        taras = await shared_school.person("Taras")
        lesson = await shared_school.lesson(tutors=[olena], students=[taras])
        talk = Talk(shared_school, olena, taras, lesson)
        path, mode = f"/api/lessons/{lesson}/", {"chat": "moderated"}
        token = shared_school.token(olena)
        changed = await shared_school.http("PATCH", path, token, mode)
        assert (changed.status, changed.json["chat"]) == (200, "moderated")
        return talk

    made: Talk = io_loop.run_sync(make)
    return made


async def test_what_is_held_is_answered_by_202_and_listed(talk: Talk) -> None:
    held = await talk.hold(client_id="c1", files=[])
    again = await talk.hold(client_id="c1")
    listed = await talk.ask(talk.olena, "GET", f"held/?lesson_id={talk.lesson}")

    assert (held.status, again.status, listed.status) == (202, 202, 200)
    assert held.json == again.json == listed.json["results"][0]
    assert listed.json["next"] is None
    assert held.json == {
        **{name: held.json[name] for name in ("held_id", "author", "created_at")},
        "lesson_id": talk.lesson,
        "text": "May I?",
        "files": [],
        "client_id": "c1",
    }


async def test_it_is_approved_once(talk: Talk) -> None:
    held = (await talk.hold(client_id="c1")).json["held_id"]

    made = await talk.ask(talk.olena, "POST", f"held/{held}/approve/")
    twice = await talk.ask(talk.olena, "POST", f"held/{held}/approve/")
    sent = await talk.hold(client_id="c1")

    assert (made.status, twice.status, sent.status) == (201, 409, 200)
    assert made.json == sent.json and made.json["text"] == "May I?"


async def test_it_is_rejected_or_withdrawn(talk: Talk) -> None:
    one, two = [(await talk.hold(client_id=key)).json["held_id"] for key in "ab"]

    gone = [
        await talk.ask(talk.olena, "POST", f"held/{one}/reject/"),
        await talk.ask(talk.taras, "DELETE", f"held/{two}/"),
    ]
    late = [await talk.hold(client_id=key) for key in "ab"]

    assert [(reply.status, reply.text) for reply in gone] == [(204, "")] * 2
    assert [reply.status for reply in late] == [409, 409]


@pytest.mark.parametrize("query", ["", "?lesson_id=x", "?lesson_id=1&cursor=x"])
async def test_the_list_names_the_lesson_and_takes_its_own_cursors(
    talk: Talk, query: str
) -> None:
    reply = await talk.ask(talk.olena, "GET", f"held/{query}")

    assert (reply.status, reply.json["code"]) == (400, "bad_request")


async def test_files_that_are_not_there_hold_nothing(talk: Talk) -> None:
    reply = await talk.hold(files=["f_1"])

    assert (reply.status, reply.json["code"]) == (409, "conflict")
    listed = await talk.ask(talk.olena, "GET", f"held/?lesson_id={talk.lesson}")
    assert listed.json["results"] == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "held/?lesson_id=1"),
        ("POST", "held/1/approve/"),
        ("POST", "held/1/reject/"),
        ("DELETE", "held/1/"),
    ],
)
async def test_an_api_key_has_nothing_to_do_with_it(
    shared_school: School, method: str, path: str
) -> None:
    services = shared_school.services
    _, key = await ApiKeys(services.db, services.clock).add("platform")
    headers = {"Authorization": f"Api-Key {key}"}

    reply = await shared_school.http(method, f"/api/chat/{path}", headers=headers)

    assert (reply.status, reply.json["code"]) == (403, "forbidden")
