"""No token, message text, name, password or address of anyone in a line of log."""

import asyncio
import json
import logging

import pytest

from rtserver.accounts.api_keys import ApiKeys
from rtserver.process.logs import Logs
from rtserver.settings.model import LoggingSettings
from store.errors import StoreError
from tests.log_watch import LogWatch, watching
from tests.tokens import forged

# Every private thing that is sent below has this in it.
CANARY = "canary"
NAME, PASSWORD = "Canary-Olena-canary", "canary-password"
EMAIL = "canary-olena@example.org"
TEXT = "a canary sang"


@pytest.fixture
def log(tmp_path, log_watch):
    """The log as the server writes it at its most talkative; canaries are private."""
    log_watch.keep_private(CANARY, NAME)
    file = tmp_path / "rtserver.log"
    with Logs.of(LoggingSettings(level="debug", file=file)):
        yield file
    written = file.read_text()
    assert "rtserver.access" in written  # it is this one that is written to
    assert all(word.lower() not in written.lower() for word in log_watch.private)


@pytest.fixture
def people(io_loop, log, database_url, make_school):
    """A school with Olena, whose name and password are canaries, and a lesson."""

    async def prepare():
        school = await make_school(database_url, limits_bad_frames=1000)
        olena = await school.person(NAME, "tutor", password=PASSWORD)
        return school, olena, await school.lesson(tutors=[olena])

    return io_loop.run_sync(prepare)


async def test_accounts_leave_no_trace(people):
    school, olena, _ = people
    admin, me = await school.admin(), school.token(olena)
    login = {"email": f"{NAME.lower()}@example.org", "password": PASSWORD}
    tokens = (await school.http("POST", "/api/auth/token/", body=login)).json
    spent = {"refresh": tokens["refresh"]}
    person = {"email": EMAIL, "name": NAME, "role": "student", "password": PASSWORD}

    for method, path, token, body in [
        ("POST", "/api/auth/token/", None, {**login, "password": "canary-wrong"}),
        ("POST", "/api/auth/token/", None, {**login, "email": "canary"}),
        ("POST", "/api/auth/token/", None, {**login, "canary": 1}),
        ("POST", "/api/auth/token/refresh/", None, spent),
        ("POST", "/api/auth/token/refresh/", None, spent),
        ("POST", "/api/auth/token/refresh/", None, {"refresh": "rtr_canary"}),
        ("POST", "/api/auth/logout/", None, spent),
        ("POST", "/api/users/", admin, person),
        ("POST", "/api/users/", admin, person),
        ("POST", "/api/users/", admin, {**person, "email": "canary@@"}),
        ("POST", "/api/users/", admin, {**person, "name": "canary\0"}),
        ("POST", "/api/users/", admin, {**person, "password": "canary"}),
        ("PUT", "/api/users/4242/", admin, person),
        ("PATCH", f"/api/users/{olena}/", admin, {"name": "canary " * 99}),
        ("PATCH", "/api/users/me/", me, {"name": NAME, "timezone": "canary"}),
        ("PATCH", "/api/users/me/", me, {"password": PASSWORD}),
        ("GET", "/api/users/?cursor=canary", admin, None),
        ("GET", "/api/users/me/?token=canary", "canary", None),
        ("GET", f"/api/users/me/?token={me}", me, None),
        ("GET", "/api/canary/canary@example.org/", me, None),
        ("CANARY", "/canary", None, None),
    ]:
        assert (await school.http(method, path, token, body)).status != 500


async def test_lessons_and_messages_leave_no_trace(people):
    school, olena, lesson = people
    token = school.token(olena)
    course = {
        "title": "Canary songs",
        "starts_at": "2026-12-01T10:00:00Z",
        "ends_at": "2026-12-01T11:00:00Z",
    }
    said = {"lesson_id": lesson, "text": TEXT, "client_id": "canary"}
    message = (await school.http("POST", "/api/chat/messages/", token, said)).json

    for method, path, body in [
        ("POST", "/api/lessons/", course),
        ("POST", "/api/lessons/", {**course, "title": "canary\0"}),
        ("POST", "/api/lessons/", {**course, "starts_at": "canary"}),
        ("POST", "/api/lessons/", {**course, "members": [{"email": EMAIL}]}),
        ("POST", f"/api/lessons/{lesson}/members/", {"email": EMAIL, "role": "canary"}),
        ("POST", "/api/chat/messages/", said),
        ("POST", "/api/chat/messages/", {**said, "text": f"{TEXT}!"}),
        ("POST", "/api/chat/messages/", {**said, "text": "canary " * 1000}),
        ("PATCH", f"/api/chat/messages/{message['id']}/", {"text": f"{TEXT} again"}),
        ("GET", f"/api/chat/history/?lesson_id={lesson}&cursor=canary", None),
        ("DELETE", f"/api/chat/messages/{message['id']}/", None),
    ]:
        assert (await school.http(method, path, token, body)).status != 500


async def test_sockets_leave_no_trace(people):
    school, olena, lesson = people
    await school.open("canary")
    await school.open(path="/ws?token=canary")
    await school.open(path=f"/ws?token={school.token(olena)}")
    await school.open(forged(school, sub="canary", sid="canary"))
    unsigned = await school.open()
    await unsigned.send('{"type":"auth","payload":{"token":"canary","canary":NaN}}')
    await unsigned.send('{"type":"auth","id":"canary","payload":{"token":"canary"}}')
    assert await unsigned.closed() == 4501

    socket = await school.chatting(olena)
    for type, channel, payload in [
        ("canary", "canary", {"canary": "canary"}),
        ("subscribe", "chat:user:canary", {"since": "canary"}),
        ("auth.refresh", None, {"token": "canary"}),
        ("auth.refresh", None, {"token": school.token(olena)}),
        ("chat.typing", None, {"lesson_id": "canary"}),
        ("chat.read", None, {"lesson_id": lesson, "seq": 1, "text": "canary"}),
        ("board.patch", f"board:lesson:{lesson}", {"elements": ["canary"]}),
    ]:
        await socket.ask(type, channel, payload)
    await socket.connection.close(4000, "canary")


async def test_broken_http_leaves_no_trace(people):
    school, *_ = people
    for text in [
        b"GET /canary HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer canary\x01\r\n\r\n",
        b"GET /canary HTTP/9\r\nHost: x\r\n\r\n",
        b"canary canary\r\n\r\n",
        b"GET /api/users/me/ HTTP/1.1\r\nHost: x\r\ncanary\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: canary\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: canary\r\n\r\ncanary",
        b"POST /api/lessons/ HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\ncanary",
        b"GET /ws?token=canary HTTP/1.1\r\nHost: x\r\nUpgrade: canary\r\n\r\n",
    ]:
        _, writer = await asyncio.open_connection("127.0.0.1", school.services.port)
        writer.write(text)
        await writer.drain()
        writer.write_eof()
        writer.close()
    assert (await school.http("GET", "/healthz")).status == 200


async def test_an_api_key_leaves_no_trace(people):
    school, *_ = people
    _, key = await ApiKeys(school.services.db, school.services.clock).add("canary")

    for credentials in (f"Api-Key {key}", "Api-Key canary", f"Api-Key {key}canary"):
        headers = {"Authorization": credentials}
        await school.http("GET", "/api/users/", headers=headers)
        await school.open(headers=headers)


# Mistakes of our own


class Broken:
    """A collaborator all of whose methods fail, quoting what they were given."""

    def require_signer(self):
        """Let sign-ins come as far as to be given something."""

    def __getattr__(self, name):
        async def fail(*args, **kwargs):
            raise ValueError(name, *args, kwargs, NAME, EMAIL, PASSWORD, TEXT)

        return fail


async def test_an_unexpected_exception_is_told_without_its_text(people, log):
    school, olena, lesson = people
    token, socket = school.token(olena), await school.connect(olena)
    services, broken = school.services, Broken()
    services.chat = broken
    services.accounts = services.accounts._replace(users=broken, logins=broken)
    said = {"lesson_id": lesson, "text": TEXT}

    for path, body in [
        ("/api/chat/messages/", said),
        ("/api/auth/token/", {"email": EMAIL, "password": PASSWORD}),
    ]:
        reply = await school.http("POST", path, token, body)
        assert (reply.status, reply.json["code"]) == (500, "internal")
        assert CANARY not in reply.text
        assert reply.headers["X-Request-Id"] in log.read_text()
    answer = await socket.ask("chat.read", None, {"lesson_id": lesson, "seq": 1})
    assert answer["payload"]["code"] == "internal"
    assert CANARY not in str(answer)
    assert log.read_text().count("unexpected ValueError") == 3


async def test_a_sign_in_that_fails_unexpectedly_tells_nothing(people):
    school, *_ = people
    services = school.services
    services.accounts = services.accounts._replace(identity=Broken())

    first, second = await school.open("canary"), await school.open()
    await second.send(json.dumps({"type": "auth", "payload": {"token": "canary"}}))

    assert [await first.closed(), await second.closed()] == [1013, 1013]


async def test_a_change_that_fails_unexpectedly_tells_nothing(people):
    school, *_ = people

    def fail(tx, item):
        tx.engine.execute_sql("SELECT canary FROM canary")

    def quote(tx, item):
        raise ValueError(item)

    with pytest.raises(StoreError):
        await school.services.db.write(fail, TEXT)
    with pytest.raises(ValueError, match=TEXT):
        await school.services.db.write(quote, TEXT)


# The watch itself


@pytest.mark.parametrize("where", ["message", "argument", "exception", "cause"])
def test_the_watch_finds_a_leak_wherever_it_is(where):
    with watching() as watch:
        watch.keep_private(CANARY)
        leak(where)
        logging.getLogger("rtserver.test").debug("nothing here")

    assert len(watch.lines) == 2
    assert len(watch.leaks()) == 1


def leak(where):
    log = logging.getLogger("rtserver.test")
    if where == "message":
        log.debug("the canary sings")
    elif where == "argument":
        log.debug("it %.2s", "the canary")
    else:
        try:
            try:
                raise ValueError("canary")
            except ValueError as error:
                if where == "exception":
                    raise
                raise KeyError from error
        except Exception:
            log.exception("it sings")


def test_the_watch_passes_over_what_production_does_not_log():
    with watching() as watch:
        watch.keep_private(CANARY)
        logging.getLogger("peewee").debug(("SELECT ?", ["canary"]))
        logging.getLogger("tornado.general").info("canary")

    assert isinstance(watch, LogWatch)
    assert watch.lines == []
