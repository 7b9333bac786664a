"""Each line of log tells which request or connection it belongs to."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rtserver.process.logs import Logs
from rtserver.settings.model import LoggingSettings
from tests.app_fixtures import MakeSchool
from tests.drawing import two_drawers
from tests.school import School, until

MINE = "made-by.the_proxy"


class Lines:
    """The log, as JSON."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._file.read_text().splitlines()]

    def of(self, **members: Any) -> list[dict[str, Any]]:
        return [line for line in self.all() if members.items() <= line.items()]


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[Lines]:
    file = tmp_path / "log"
    with Logs.of(LoggingSettings(level="debug", format="json", file=file)):
        yield Lines(file)


class Broken:
    """A collaborator all of whose methods fail."""

    def __getattr__(self, name: str) -> Any:
        async def fail(*args: Any, **kwargs: Any) -> Any:
            raise ValueError(name)

        return fail


async def test_a_request_is_logged_by_route_status_and_user(
    lines: Lines, sqlite_school: School
) -> None:
    olena = await sqlite_school.person("Olena")
    token = sqlite_school.token(olena)
    reply = await sqlite_school.http("GET", f"/api/users/me/?token={token}", token)

    [line] = lines.of(request=reply.headers["X-Request-Id"])
    assert line["logger"] == "rtserver.access"
    assert (line["method"], line["route"], line["status"], line["user"]) == (
        *("GET", "/api/users/me", 200),
        olena,
    )
    assert line["ms"] > 0
    assert token not in json.dumps(lines.all())


async def test_whoever_is_not_known_is_left_out(
    lines: Lines, sqlite_school: School
) -> None:
    reply = await sqlite_school.http("GET", "/api/users/me/")

    [line] = lines.of(request=reply.headers["X-Request-Id"])
    assert line["status"] == 401 and "user" not in line


async def test_all_that_a_request_logs_has_its_id(
    lines: Lines, sqlite_school: School
) -> None:
    token = await sqlite_school.admin()
    services = sqlite_school.services
    services.accounts = services.accounts._replace(users=Broken())
    replies = [await sqlite_school.http("GET", "/api/users/", token) for _ in range(2)]

    for reply in replies:
        told = lines.of(request=reply.headers["X-Request-Id"])
        assert [line["logger"] for line in told] == ["handlers.base", "rtserver.access"]


@pytest.mark.parametrize(
    ("proxies", "sent", "kept"),
    [
        ("127.0.0.1", MINE, True),
        ("127.0.0.1", "with space", False),
        ("127.0.0.1", "x" * 65, False),
        ("192.0.2.1", MINE, False),
    ],
)
async def test_an_id_is_kept_from_a_trusted_proxy_alone(
    make_school: MakeSchool, proxies: str, sent: str, kept: bool
) -> None:
    school = await make_school(server_trusted_proxies=proxies)
    headers = {"X-Request-Id": sent}

    for path in ("/healthz", "/api/users/me/", "/nothing"):
        reply = await school.http("GET", path, headers=headers)
        assert (reply.headers["X-Request-Id"] == sent) is kept
        assert reply.headers["X-Request-Id"]


async def test_lines_of_a_socket_have_the_id_that_welcome_names(
    lines: Lines, sqlite_school: School
) -> None:
    olena = await sqlite_school.person("Olena")
    socket, other = [await sqlite_school.connect(olena) for _ in range(2)]
    sqlite_school.services.chat = Broken()
    await socket.ask("chat.read", None, {"lesson_id": 1, "seq": 1})
    await socket.close()
    await until(lambda: len(sqlite_school.services.clients) == 1)

    told = lines.of(connection=socket.welcome["connection_id"])
    messages = [line["message"].partition(" at ")[0] for line in told]
    assert messages == [
        *("opened", "signed in"),
        *("serving a command: unexpected ValueError", "closed with 1000"),
    ]
    assert told[1]["user"] == told[3]["user"] == olena
    assert len(lines.of(connection=other.welcome["connection_id"])) == 2


async def test_a_socket_that_a_request_ends_is_named_and_not_the_request_alone(
    lines: Lines, sqlite_school: School
) -> None:
    tutor, student, _ = await two_drawers(sqlite_school)
    path = f"/api/users/{student.socket.welcome['user']['id']}/"
    admin = await sqlite_school.admin()
    await sqlite_school.http("PATCH", path, admin, {"is_active": False})
    await student.socket.closed()
    await until(lambda: len(sqlite_school.services.clients) == 1)

    [line] = lines.of(message="closed with 4501")
    assert line["connection"] == student.socket.welcome["connection_id"]
    assert line["connection"] != tutor.socket.welcome["connection_id"]
