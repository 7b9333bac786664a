"""The chat over HTTP."""

from typing import Any, NamedTuple

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from rtserver.accounts.api_keys import ApiKeys
from tests.school import Reply, School


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/chat/messages/"),
        ("GET", "/api/chat/history/"),
        ("GET", "/api/chat/changes/"),
    ],
)
async def test_an_api_key_has_no_chat_however_it_asks(
    shared_school: School, method: str, path: str
) -> None:
    services = shared_school.services
    _, key = await ApiKeys(services.db, services.clock).add("platform")
    headers = {"Authorization": f"Api-Key {key}"}
    body: Any = {} if method == "POST" else None

    reply = await shared_school.http(method, path, body=body, headers=headers)

    assert (reply.status, reply.json["code"]) == (403, "forbidden")


class Talk(NamedTuple):
    """Somebody's requests to the chat of one lesson."""

    school: School
    user: int
    lesson: int

    async def ask(self, method: str, path: str, body: Any = None) -> Reply:
        token = self.school.token(self.user)
        return await self.school.http(method, f"/api/chat/{path}", token, body)

    async def post(self, text: str, **more: Any) -> Reply:
        body = {"lesson_id": self.lesson, "text": text, **more}
        return await self.ask("POST", "messages/", body)


@pytest.fixture
def talk(io_loop: AsyncIOLoop, shared_school: School) -> Talk:
    """A tutor's lesson without a message."""

    async def make() -> Talk:
        olena = await shared_school.person("Olena", "tutor")
        lesson = await shared_school.lesson(tutors=[olena])
        return Talk(shared_school, olena, lesson)

    made: Talk = io_loop.run_sync(make)
    return made


async def test_a_message_is_made_once_and_found_again_with_200(talk: Talk) -> None:
    made = await talk.post("Hello?", client_id="a")
    again = await talk.post("Hello?", client_id="a")
    read = await talk.ask("GET", f"messages/{made.json['id']}/")

    assert (made.status, again.status, read.status) == (201, 200, 200)
    assert made.json == again.json == read.json


async def test_a_message_is_edited_and_emptied(talk: Talk) -> None:
    path = f"messages/{(await talk.post('Helo?')).json['id']}/"

    edited = await talk.ask("PATCH", path, {"text": "Hello?"})
    gone = await talk.ask("DELETE", path)
    left = await talk.ask("GET", path)

    assert (edited.status, edited.json["text"]) == (200, "Hello?")
    assert (gone.status, gone.text) == (204, "")
    assert (left.json["deleted"], left.json["text"], left.json["seq"]) == (True, "", 3)


@pytest.mark.parametrize("path", ["history/", "changes/"])
@pytest.mark.parametrize("query", ["", "?lesson_id=", "?lesson_id=0", "?lesson_id=x"])
async def test_lists_name_the_lesson_that_they_need(
    talk: Talk, path: str, query: str
) -> None:
    reply = await talk.ask("GET", path + query)

    assert reply.status == 400
    assert reply.json["errors"][0]["path"] == "lesson_id"


async def test_changes_go_on_behind_since_or_behind_the_cursor(talk: Talk) -> None:
    for number in range(4):
        await talk.post(f"message {number}")

    path = f"changes/?lesson_id={talk.lesson}&limit=2"
    first = await talk.ask("GET", f"{path}&since=1")
    cursor = first.json["next"]
    second = await talk.ask("GET", f"{path}&since=1&cursor={cursor}")

    pages = [[one["seq"] for one in page.json["results"]] for page in (first, second)]
    assert (pages, second.json["next"]) == ([[2, 3], [4]], None)


async def test_a_cursor_of_the_history_is_none_of_the_changes(talk: Talk) -> None:
    for number in range(2):
        await talk.post(f"message {number}")
    history = await talk.ask("GET", f"history/?lesson_id={talk.lesson}&limit=1")

    path = f"changes/?lesson_id={talk.lesson}&cursor={history.json['next']}"
    reply = await talk.ask("GET", path)

    assert reply.status == 400
    assert reply.json["errors"][0]["path"] == "cursor"
