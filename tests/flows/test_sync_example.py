"""examples/sync.py against a real server: how a platform keeps its school in step."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import tornado.httpserver
import tornado.netutil
import tornado.web

from rtserver.accounts.api_keys import ApiKeys
from store.ids import MADE_BELOW as OURS
from tests.docs_examples import ROOT, page
from tests.school import School

EXAMPLES = ROOT / "examples"


def test_its_variables_are_not_taken_for_settings_of_the_server() -> None:
    assert "RTSERVER_" not in (EXAMPLES / "sync.py").read_text("utf-8")


class Platform:
    """A platform's export and its Api-Key."""

    def __init__(self, school: School, key: str, folder: Path) -> None:
        self.export = json.loads((EXAMPLES / "export.json").read_text("utf-8"))
        self.headers = {"Authorization": f"Api-Key {key}"}
        self._school = school
        self._key = key
        self._file = folder / "export.json"

    async def sync(self) -> str:
        """Run the script over the export as it is now; give all that it says."""
        self._file.write_text(json.dumps(self.export), "utf-8")
        return await sync(self._school.app.url, self._key, self._file)

    async def read(self, path: str) -> Any:
        reply = await self._school.http("GET", path, headers=self.headers)
        assert reply.status == 200, reply.text
        return reply.json

    async def told(self, user: int) -> list[str]:
        """Return the events that one of the platform's users was notified of."""
        token = self._school.token(OURS + user)
        reply = await self._school.http("GET", "/api/notifications/", token)
        return [one["event"] for one in reply.json["results"]]


@pytest.fixture
def platform(school: School, io_loop: Any, tmp_path: Path) -> Platform:
    keys = ApiKeys(school.services.db, school.services.clock)
    _, key = io_loop.run_sync(lambda: keys.add("Our website"))
    return Platform(school, key, tmp_path)


async def sync(url: str, key: str, file: Path) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(EXAMPLES / "sync.py"), str(file)),
        env={"SYNC_URL": url, "SYNC_KEY": key},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return out.decode()


async def test_twice_synced_is_there_once(platform: Platform) -> None:
    first = await platform.sync()
    before = await platform.read("/api/users/"), await platform.read("/api/lessons/")
    second = await platform.sync()
    after = await platform.read("/api/users/"), await platform.read("/api/lessons/")

    shown = page("docs/integrating.md")
    assert f"examples/export.json\n{first}" in shown
    assert f"examples/export.json\n{second}" in shown
    assert after == before
    assert [len(each["results"]) for each in after] == [3, 2]
    assert await platform.told(18) == ["lesson.scheduled"] * 2


async def test_what_the_server_made_itself_is_left_alone(
    platform: Platform, school: School
) -> None:
    tutor = await school.person("James", "tutor")
    lesson = await school.lesson(tutors=[tutor])

    await platform.sync()

    assert (await platform.read(f"/api/users/{tutor}/"))["is_active"]
    assert (await platform.read(f"/api/lessons/{lesson}/"))["status"] == "scheduled"


async def test_moved_lesson_is_moved_and_told_once(platform: Platform) -> None:
    await platform.sync()
    platform.export["lessons"][0]["ends_at"] = "2030-12-01T18:30:00+02:00"
    await platform.sync()
    await platform.sync()

    lesson = await platform.read(f"/api/lessons/{OURS + 5}/")
    assert lesson["ends_at"] == "2030-12-01T16:30:00Z"
    assert (await platform.told(19)) == ["lesson.rescheduled", "lesson.scheduled"]


async def test_who_and_what_is_gone_is_taken_away(platform: Platform) -> None:
    await platform.sync()
    gone = platform.export["users"].pop()
    platform.export["lessons"][0]["students"].remove(gone["id"])
    platform.export["lessons"].pop()
    await platform.sync()

    assert not (await platform.read(f"/api/users/{OURS + gone['id']}/"))["is_active"]
    lesson = await platform.read(f"/api/lessons/{OURS + 5}/")
    assert [member["name"] for member in lesson["members"]] == ["Olena", "Taras"]
    cancelled = await platform.read(f"/api/lessons/{OURS + 6}/")
    assert cancelled["status"] == "cancelled"


async def test_cancelled_lesson_is_cancelled_or_never_made(platform: Platform) -> None:
    await platform.sync()
    platform.export["lessons"][0]["cancelled"] = True
    platform.export["lessons"].append({"id": 7, "cancelled": True})

    assert "0 refused" in await platform.sync()
    assert "0 refused" in await platform.sync()

    lesson = await platform.read(f"/api/lessons/{OURS + 5}/")
    assert lesson["status"] == "cancelled"


async def test_what_is_refused_is_named_and_the_rest_is_brought(
    platform: Platform,
) -> None:
    platform.export["users"][2]["email"] = "olena@school.example"

    said = await platform.sync()

    assert "5 sent, 3 made, 2 refused" in said
    assert f"/api/users/{OURS + 19}/: 409 email: another user has" in said
    assert f"/api/lessons/{OURS + 5}/: 422 members[2].user_id: there is no" in said
    assert (await platform.read(f"/api/lessons/{OURS + 6}/"))["title"] == "Geometry"


async def test_export_that_lost_most_people_locks_nobody_out(
    platform: Platform,
) -> None:
    await platform.sync()
    platform.export["users"] = platform.export["users"][:1]

    assert "3 people are there, the export has 1: stopped." in await platform.sync()
    users = (await platform.read("/api/users/"))["results"]
    assert all(user["is_active"] for user in users)


async def test_list_of_more_than_a_page_is_read_whole(platform: Platform) -> None:
    people = platform.export["users"]
    for id in range(100, 205):
        email = f"s{id}@school.example"
        people.append({"id": id, "email": email, "name": "S", "role": "student"})
    await platform.sync()
    del people[105:]
    await platform.sync()

    first = await platform.read("/api/users/?limit=100")
    rest = await platform.read(f"/api/users/?limit=100&cursor={first['next']}")
    active = [u for u in first["results"] + rest["results"] if u["is_active"]]
    assert len(active) == 105


class Shaky(tornado.web.RequestHandler):
    """Fails every other request as a server does whose database is away."""

    def initialize(self, statuses: list[int]) -> None:
        self.statuses = statuses

    def get(self) -> None:
        self.statuses.append(200 if self.statuses[-1:] == [503] else 503)
        self.set_status(self.statuses[-1])
        self.set_header("Retry-After", "0")
        self.write({"results": [], "next": None})


async def test_temporary_failures_are_tried_again(tmp_path: Path) -> None:
    statuses: list[int] = []
    rules = [(".*", Shaky, {"statuses": statuses})]
    [listener] = tornado.netutil.bind_sockets(0, "127.0.0.1")
    server = tornado.httpserver.HTTPServer(tornado.web.Application(rules))  # type: ignore[arg-type]
    server.add_socket(listener)
    file = tmp_path / "export.json"
    file.write_text('{"users": [], "lessons": []}')

    said = await sync(f"http://127.0.0.1:{listener.getsockname()[1]}", "rtk_", file)

    server.stop()
    assert said == "0 sent, 0 made, 0 refused\n"
    assert statuses == [503, 200] * 3
