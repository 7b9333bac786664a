"""Calendars over HTTP."""

import logging

import pytest
from icalendar import Calendar

from tests.school import School

MINE = "/api/users/me/calendar/"


async def opened(school: School, token: str) -> str:
    """Make an address, which no log may hold; give its path."""
    made = await school.http("POST", MINE, token)
    assert made.status == 201
    path = str(made.json["url"]).removeprefix(school.app.url)
    school.keep_private(path.rpartition("/")[2].removesuffix(".ics"))
    return path


async def test_a_calendar_program_reads_ones_lessons_without_a_login(
    school: School, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    olena = await school.person("Olena", "tutor")
    token = school.token(olena)
    await school.lesson(tutors=[olena])
    assert (await school.http("GET", MINE, token)).json == {"created_at": None}
    path = await opened(school, token)

    for address in (path, f"{path}/"):
        reply = await school.http("GET", address)
        assert reply.status == 200
        (event,) = Calendar.from_ical(reply.text).walk("VEVENT")
        assert event["SUMMARY"] == "Algebra"
    assert reply.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert reply.headers["Cache-Control"] == "private, no-cache"
    made_at = (await school.http("GET", MINE, token)).json["created_at"]
    assert made_at.endswith("Z")
    assert "/api/calendar/{signed}.ics" in caplog.text


async def test_what_has_not_changed_is_not_sent_again(sqlite_school: School) -> None:
    school = sqlite_school
    token = school.token(await school.person("Sofia"))
    path = await opened(school, token)
    etag = (await school.http("GET", path)).headers["ETag"]

    for method in ("GET", "HEAD"):
        again = await school.http(method, path, headers={"If-None-Match": etag})
        assert (again.status, again.text) == (304, "")
    other = await school.http("GET", path, headers={"If-None-Match": 'W/"x"'})
    assert other.status == 200


async def test_an_address_that_has_ended_is_not_found(sqlite_school: School) -> None:
    school = sqlite_school
    token = school.token(await school.person("Sofia"))
    path = await opened(school, token)

    ended = await school.http("DELETE", MINE, token)

    assert (ended.status, ended.text) == (204, "")
    for address in (path, "/api/calendar/x.ics"):
        gone = await school.http("GET", address)
        assert (gone.status, gone.json["code"]) == (404, "not_found")


async def test_an_admin_who_deactivates_somebody_ends_their_calendar(
    sqlite_school: School,
) -> None:
    school = sqlite_school
    sofia = await school.person("Sofia")
    path = await opened(school, school.token(sofia))

    body, admin = {"is_active": False}, await school.admin()
    await school.http("PATCH", f"/api/users/{sofia}/", admin, body)

    assert (await school.http("GET", path)).status == 404
