"""The import over HTTP: what it takes, and from whom."""

from typing import Any

import pytest

from tests.app_fixtures import MakeSchool
from tests.school import Reply, School

FILE = "email,name,role\ntaras@x.example,Тарас,student\n".encode()


async def post(
    school: School,
    raw: bytes,
    media: str | None = "text/csv",
    query: str = "",
    **more: Any,
) -> Reply:
    token = more.get("token") or await school.admin()
    headers = {"Content-Type": media} if media else {}
    path = f"/api/import/{query}"
    return await school.http("POST", path, token, headers=headers, raw=raw)


async def test_a_file_is_brought_in_once_it_is_no_trial(school: School) -> None:
    tried = await post(school, FILE, query="?dry_run=true")
    done = await post(school, FILE, "text/csv; charset=UTF-8", "?dry_run=false")
    again = await post(school, FILE)

    assert (tried.status, tried.json) == (200, {"created": 1, "updated": 0})
    assert (done.json, again.json["created"]) == (tried.json, 0)


async def test_faults_are_told_with_their_lines(sqlite_school: School) -> None:
    reply = await post(sqlite_school, FILE + b"x,Sofia,student\n")

    assert (reply.status, reply.json["code"]) == (422, "bad_request")
    (fault,) = reply.json["errors"]
    assert (fault["line"], fault["path"]) == (3, "email")


@pytest.mark.parametrize(
    "media", ["application/json", "text/csv; charset=windows-1251", "text/plain"]
)
async def test_other_bodies_are_415(sqlite_school: School, media: str) -> None:
    reply = await post(sqlite_school, FILE, media)

    assert (reply.status, reply.json["code"]) == (415, "unsupported_media_type")


async def test_a_body_over_the_limit_is_413(make_school: MakeSchool) -> None:
    school = await make_school(limits_body_bytes=1000)

    reply = await post(school, FILE + b"\n" * 1000)

    assert reply.status == 413


async def test_only_managers_and_only_true_or_false(sqlite_school: School) -> None:
    tutor = sqlite_school.token(await sqlite_school.person("Olena", "tutor"))

    assert (await post(sqlite_school, b"", token=tutor)).status == 403
    reply = await post(sqlite_school, FILE, query="?dry_run=1")
    assert (reply.status, reply.json["errors"][0]["path"]) == (400, "dry_run")
