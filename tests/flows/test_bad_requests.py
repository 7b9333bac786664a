"""Whatever comes in over HTTP, the answer is the documented one and nothing happens."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest

from handlers.base import ApiHandler, BaseHandler
from handlers.routes import ROUTES
from tests.client import Socket
from tests.flows.bad_requests import (
    BAD_PREFERENCES,
    CODES,
    PREFERENCES,
    QUERIES,
    QUERY_VALUES,
    STATUS,
    WITHOUT_BODY,
    WITHOUT_QUERY,
    Request,
    requests,
)
from tests.flows.bad_values import NEVER, NO_JSON, OK, Case, cases
from tests.flows.test_bad_input import ROOMY, contents, settled
from tests.school import Reply, School
from tests.uploading import Owner

PASSWORD = "correct horse battery"
GUEST_BYTES = 16_384  # limits.guest_bytes
NOT_JSON = (b"", b" ", b"{", b"\xff", b"\xef\xbb\xbf{}", b"'", b"{}{}", b'{"a":}')
NO_OBJECTS = (b"[]", b"1", b"null", b'"x"', b"true", b"[{}]")


class Bench(NamedTuple):
    """People with their tokens, and a student who should hear nothing of it."""

    school: School
    tokens: dict[str, str | None]
    lesson: int
    requests: list[Request]
    never: Mapping[str, str]
    watching: Socket

    async def send(self, request: Request, text: str | bytes) -> Reply:
        raw = text.encode() if isinstance(text, str) else text
        token = self.tokens[request.who]
        return await self.school.http(request.method, request.path, token, raw=raw)


@pytest.fixture
def bench(io_loop, database_url, make_school) -> Bench:
    # Debug mode would more than double the time of thousands of requests.
    io_loop.asyncio_loop.set_debug(False)
    return io_loop.run_sync(lambda: prepared(make_school, database_url))


async def prepared(make_school, database_url) -> Bench:
    school = await make_school(database_url, **ROOMY)
    olena = await school.person("Olena", "tutor", password=PASSWORD)
    taras = await school.person("Taras")
    lesson = await school.lesson(tutors=[olena], students=[taras])
    message = await school.say(olena, lesson, "Hello")
    file = await Owner(school, olena, lesson).upload_new()
    admin = await school.admin()
    watching = await school.chatting(taras)
    await settled(school)
    return Bench(
        school,
        {"": None, "admin": admin, "tutor": school.token(olena)},
        lesson,
        requests(taras, lesson, message["id"], file["id"], PASSWORD),
        # Found before any database is asked, so once is enough.
        NO_JSON if database_url.startswith("sqlite") else NEVER,
        watching,
    )


# Bodies


def test_every_request_with_every_field_is_in_the_suite():
    given = requests(1, 1, 1, "x", PASSWORD)
    taken = {
        (method, path)
        for path, handler in ROUTES
        for method in ("POST", "PUT", "PATCH")
        if getattr(handler, method.lower()) is not getattr(BaseHandler, method.lower())
    }

    assert {placed(request) for request in given} == taken - WITHOUT_BODY - {
        PREFERENCES
    }
    for request in given:
        same = [each.fields for each in given if placed(each) == placed(request)]
        assert set(request.shape.__struct_fields__) <= set().union(*same)


def placed(request: Request) -> tuple[str, str]:
    """Return a request's method, and the route that it goes to."""
    for path, _ in ROUTES:
        if re.fullmatch(re.sub(r"\{[a-z_]+\}", "[0-9]+", path), request.path):
            return request.method, path
    raise LookupError(request.path)


def wanted(bench: Bench, *, ok: bool) -> Iterator[tuple[Request, Case]]:
    for request in bench.requests:
        fields, optional = request.fields, request.optional
        for case in cases(request.body, fields, optional, bench.never):
            if (case.expected == OK) == ok:
                yield request, case


async def test_a_bad_field_is_named_and_changes_nothing(bench):
    before = await contents(bench.school)
    wrong = []

    for request, case in wanted(bench, ok=False):
        reply = await bench.send(request, case.text)
        # Of whoever isn't signed in, long bodies aren't even read.
        long = request.path.startswith("/api/auth/") and len(case.text) > GUEST_BYTES
        if not (answered(reply, 413, "too_large") if long else fits(reply, case)):
            told = (request.method, request.path, case.path, case.name)
            wrong.append((*told, reply.status, reply.text[:200]))

    assert not wrong, "\n".join(map(str, wrong))
    assert await contents(bench.school) == before
    assert await bench.watching.quiet() == []


def fits(reply: Reply, case: Case) -> bool:
    """Return whether this is the answer to the case."""
    if case.expected is not None:
        code = CODES.get(case.expected, case.expected)
        return answered(reply, STATUS[case.expected], code)
    status = 400 if case.name in NO_JSON else 422
    return answered(reply, status, "bad_request") and names(reply.json, case.path)


def answered(reply: Reply, status: int, code: str) -> bool:
    """Return whether a problem document says so."""
    told = reply.json.get("status"), reply.json.get("code")
    return bool(reply.status == status and told == (status, code))


def names(problem: Any, path: str) -> bool:
    """Return whether a problem document names the path, or one below it, in words."""
    found, detail = problem["errors"][0]["path"], problem["detail"]
    is_named = found.startswith(path) and detail.startswith(f"{found}: ")
    return is_named and "regex" not in detail


async def test_what_only_looks_wrong_is_done(bench):
    for request, case in wanted(bench, ok=True):
        reply = await bench.send(request, case.text)
        told = (request.path, case.path, case.name, reply.text)
        assert reply.status in (200, 201, 202, 204, 409), told


async def test_a_body_that_is_no_json_or_no_object_is_told_so(bench):
    before = await contents(bench.school)

    for request in bench.requests:
        for bodies, status in ((NOT_JSON, 400), (NO_OBJECTS, 422)):
            for body in bodies:
                reply = await bench.send(request, body)
                assert answered(reply, status, "bad_request"), (request.path, body)
                assert reply.json["errors"][0]["message"]

    assert await contents(bench.school) == before


async def test_a_field_that_is_not_known_is_named(bench):
    before = await contents(bench.school)

    for request in bench.requests:
        reply = await bench.send(request, '{"no_such":1,"__proto__":{}}')
        assert answered(reply, 422, "bad_request")

    assert await contents(bench.school) == before


async def test_bad_preferences_are_named_and_change_nothing(bench):
    method, path = PREFERENCES
    token, before = bench.tokens["tutor"], await contents(bench.school)

    for body, place in BAD_PREFERENCES.items():
        reply = await bench.school.http(method, path, token, raw=body.encode())
        assert answered(reply, 422, "bad_request"), body
        assert reply.json["errors"][0]["path"].startswith(place), reply.text

    assert await contents(bench.school) == before


async def test_what_takes_no_body_looks_at_none(bench):
    method, path = "POST", "/api/notifications/read-all/"
    await bench.school.http(method, path, bench.tokens["tutor"])
    before = await contents(bench.school)

    for method, route in WITHOUT_BODY:
        path = re.sub(r"\{[a-z_]+\}", str(bench.lesson), route)
        for body in (*NOT_JSON, *NO_OBJECTS):
            reply = await bench.school.http(
                method, path, bench.tokens["tutor"], raw=body
            )
            assert reply.status < 500

    await bench.school.http("DELETE", "/api/users/me/calendar/", bench.tokens["tutor"])
    assert await contents(bench.school) == before


# Queries


def test_every_query_is_in_the_suite():
    taken = {
        path
        for path, handler in ROUTES
        if issubclass(handler, ApiHandler) and handler.get is not BaseHandler.get
    }

    assert taken == QUERIES.keys() | WITHOUT_QUERY


async def test_a_bad_query_is_named(bench):
    wrong = []
    for path, parameters in QUERIES.items():
        for name, special in parameters.items():
            for kind, value in QUERY_VALUES.items():
                reply = await queried(bench, path, {name: value})
                if not fits_query(reply, name, special.get(kind)):
                    wrong.append((path, name, kind, reply.status, reply.text[:200]))

    assert not wrong, "\n".join(map(str, wrong))


async def queried(bench: Bench, path: str, asked: dict[str, str]) -> Reply:
    if path.startswith(("/api/chat/", "/api/files")):
        asked = {"lesson_id": str(bench.lesson), **asked}
    if path == "/api/people":
        asked = {"q": "x", **asked}
    by_admins = ("/api/users", "/api/lessons", "/api/admin/outbox")
    who = "admin" if path in by_admins else "tutor"
    path = re.sub(r"\{[a-z_]+\}", str(bench.lesson), path)
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return await bench.school.http("GET", f"{path}?{query}", bench.tokens[who])


def fits_query(reply: Reply, name: str, expected: Any) -> bool:
    if expected == OK:
        return reply.status == 200
    if expected is not None:
        return answered(reply, STATUS[expected], expected)
    return answered(reply, 400, "bad_request") and names(reply.json, name)


async def test_a_parameter_that_is_there_twice_is_named(bench):
    for path, parameters in QUERIES.items():
        for name in parameters:
            reply = await queried(bench, path, {name: f"1&{name}=1"})
            assert answered(reply, 400, "bad_request")
            assert names(reply.json, name)


async def test_a_required_parameter_that_is_missing_is_named(bench):
    for path, name in (
        ("/api/chat/history", "lesson_id"),
        ("/api/chat/changes", "lesson_id"),
        ("/api/chat/held", "lesson_id"),
        ("/api/files", "lesson_id"),
        ("/api/users/online-status", "ids"),
        ("/api/people", "q"),
    ):
        reply = await bench.school.http("GET", path, bench.tokens["tutor"])

        assert answered(reply, 400, "bad_request")
        assert names(reply.json, name)
