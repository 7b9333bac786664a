"""Every example of the API documents, tried on the demo school."""

import json
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from handlers.api_docs.openapi import Described, described
from handlers.api_docs.socket_table import COMMANDS
from handlers.base import ApiHandler
from handlers.routes import ROUTES
from rtserver.mail.unsubscribe import MailSubscription, UnsubscribeLinks
from tests.api_documents import (
    answer_schema,
    asyncapi_document,
    faults,
    openapi_document,
)
from tests.app_fixtures import MakeSchool
from tests.pictures import png
from tests.rtserver.cli_runs import Cli
from tests.school import SECRET, Reply, School

OPERATIONS = list(described(ROUTES))
ADMIN, OLENA, TARAS, OLIVER = 1, 2, 4, 7
PLACEHOLDER_TOKEN = "eyJhbGciOi…"
BOARD, ROOM = "board:lesson:1", "room:lesson:1"
PNG = {"Content-Type": "image/png"}

DemoSchool = Callable[[], Awaitable[School]]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The database of a demo school, and everybody's password."""
    cli = Cli(tmp_path_factory.mktemp("demo"), auth_secret=SECRET)
    made = cli.value("demo")
    return cli.data / "rtserver.db", made["users"][0]["password"]


@pytest.fixture
def demo_school(
    demo: tuple[Path, str], make_school: MakeSchool, tmp_path: Path
) -> DemoSchool:
    """Start a server on a copy of the demo school."""

    def start() -> Awaitable[School]:
        copy = shutil.copy(demo[0], tmp_path / "demo.db")
        calls = "https://meet.demo.example/{room}"
        logo = tmp_path / "logo.svg"
        logo.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
        return make_school(f"sqlite:///{copy}", calls_url=calls, school_logo_file=logo)

    return start


@pytest.mark.parametrize("each", OPERATIONS, ids=lambda e: f"{e.method} {e.route}")
async def test_example_is_answered_as_documented(
    each: Described, demo: tuple[Path, str], demo_school: DemoSchool
) -> None:
    school = await demo_school()
    body = await filled(each.operation.example, school, demo[1])
    file = await uploaded(school) if "/files/" in each.route else {}
    raw, headers = (png(), PNG) if each.operation.uploads else (None, {})
    if isinstance(body, str):  # a file that is text
        media = {"Content-Type": each.operation.uploads[0]}
        raw, headers, body = body.encode(), media, None

    at = await links(each, school)
    reply = await school.http(
        each.method.upper(),
        address(each, **at, **file),
        token(each, school),
        body,
        raw=raw,
        headers=headers,
    )

    assert reply.status in each.operation.answers and reply.status < 300, reply.text
    assert_fits(each, reply)


@pytest.mark.parametrize(
    "each",
    [each for each in OPERATIONS if not each.is_public],
    ids=lambda e: f"{e.method} {e.route}",
)
async def test_without_a_token_the_answer_is_documented(
    each: Described, demo_school: DemoSchool
) -> None:
    school = await demo_school()

    reply = await school.http(each.method.upper(), address(each))

    assert reply.status == 401
    assert_fits(each, reply)


def assert_fits(each: Described, reply: Reply) -> None:
    schema = answer_schema(each, reply.status)
    if schema is not None:
        assert faults(openapi_document(), schema, reply.json) == []


async def links(each: Described, school: School) -> dict[str, str]:
    """Return what stands in the address of a link, which only the school can make."""
    if "signed" not in each.placeholders:
        return {}
    if "calendar" not in each.route:
        return {
            "signed": UnsubscribeLinks(SECRET).sign(MailSubscription(4, "chat.message"))
        }
    made = await school.http("POST", "/api/users/me/calendar/", school.token(OLENA))
    return {"signed": made.json["url"].rpartition("/")[2].removesuffix(".ics")}


async def uploaded(school: School) -> dict[str, str]:
    """Upload a file for the demo school's board; give its id."""
    path = "/api/files/?lesson_id=1&name=tree.png&for=board"
    token = school.token(OLENA)
    reply = await school.http("POST", path, token, raw=png(), headers=PNG)
    return {"id": reply.json["id"]}


def address(each: Described, **links: str) -> str:
    known = {**each.operation.at, **links}
    at = {name: known.get(name, 1) for name in each.placeholders}
    queries = [q for q in each.operation.query if q.example is not None]
    query = "&".join(f"{q.name}={q.example}" for q in queries)
    return each.path.format(**at) + (f"?{query}" if query else "")


def token(each: Described, school: School) -> str | None:
    """Return the token of somebody who may."""
    if not issubclass(each.handler, ApiHandler) or each.handler.public:
        return None
    if each.operation.who == "who is invited":
        return school.token(OLIVER)
    if each.route.startswith("/api/chat/held/") and each.method == "delete":
        return school.token(TARAS)
    managers = each.operation.who.startswith("admins")
    return school.token(ADMIN if managers else OLENA)


async def filled(example: Any, school: School, password: str) -> Any:
    """Put what only the running school knows in the place of what is cut."""
    if not isinstance(example, dict):
        return example
    known = {**example}
    if "refresh" in known:
        login = {"email": "olena@demo.example", "password": password}
        reply = await school.http("POST", "/api/auth/token/", None, login)
        known["refresh"] = reply.json["refresh"]
    if "password" in known:
        known["password"] = password
    if "token" in known:
        links = school.services.accounts.links
        known["token"] = (await school.services.db.write(links.of_command, 4)).token
    return known


async def test_examples_of_commands_are_acked_as_documented(
    demo_school: DemoSchool,
) -> None:
    school = await demo_school()
    socket = await school.open()
    document = asyncapi_document()
    for type, command in COMMANDS.items():
        channel, payload = command.sample
        if channel in (BOARD, ROOM):
            await socket.call("subscribe", channel)
        text = json.dumps(payload).replace(
            json.dumps(PLACEHOLDER_TOKEN), json.dumps(school.token(OLENA))
        )
        answer = await socket.ask(type, channel, json.loads(text))

        schema = document["components"]["messages"][f"ack.{type}"]["payload"]
        assert faults(document, schema, answer) == [], type
