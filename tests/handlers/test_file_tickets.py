"""Tickets: files without a header, for a while."""

from urllib.parse import quote

import pytest

from tests.app_fixtures import MakeSchool
from tests.fakes import FakeClock
from tests.school import School
from tests.uploading import Owner, owners


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def school(io_loop, make_school: MakeSchool, clock: FakeClock) -> School:
    return io_loop.run_sync(lambda: make_school(clock=clock))


@pytest.fixture
def people(io_loop, school: School) -> tuple[Owner, Owner, Owner]:
    return io_loop.run_sync(lambda: owners(school))


async def ticket(owner: Owner, file_id: str) -> str:
    reply = await owner.tickets(file_id)
    assert reply.status == 200
    owner.school.keep_private(reply.json["tickets"][file_id])
    found: str = reply.json["tickets"][file_id]
    return found


async def status(school: School, file_id: str, ticket: str, **more: str) -> int:
    path = f"/api/files/{file_id}/?ticket={ticket}"
    return (await school.http("GET", path, headers=more)).status


async def test_a_ticket_shows_one_file_without_a_header(people) -> None:
    tutor, sofia, _ = people
    one, other = await sofia.upload_new(1), await sofia.upload_new(2)

    got = await ticket(sofia, one["id"])

    assert await status(tutor.school, one["id"], got) == 200
    assert await status(tutor.school, other["id"], got) == 401
    assert await status(tutor.school, one["id"], got, Range="bytes=0-3") == 206
    tag = f'"{one["sha256"]}"'
    assert await status(tutor.school, one["id"], got, **{"If-None-Match": tag}) == 304


async def test_what_one_may_not_see_is_left_out(people) -> None:
    _, sofia, taras = people
    mine, shared = await sofia.upload_new(1), await sofia.upload_new(2, purpose="board")

    reply = await taras.tickets(mine["id"], shared["id"], "f_unknown")

    assert set(reply.json["tickets"]) == {shared["id"]}


@pytest.mark.parametrize("bad", ["", "x", "x.y", "e30.AAAA", "ї"])
async def test_a_bad_ticket_is_no_ticket(people, bad: str) -> None:
    made = await people[1].upload_new()

    assert await status(people[0].school, made["id"], quote(bad)) == 401


async def test_a_ticket_ends_with_its_time(people, clock: FakeClock) -> None:
    _, sofia, _ = people
    made = await sofia.upload_new()
    got = await ticket(sofia, made["id"])

    clock.advance(899)
    assert await status(sofia.school, made["id"], got) == 200
    clock.advance(3)
    assert await status(sofia.school, made["id"], got) == 401


async def test_a_ticket_ends_with_the_right(people) -> None:
    tutor, sofia, _ = people
    made = await sofia.upload_new()
    got = await ticket(sofia, made["id"])

    path = f"/api/lessons/{tutor.lesson}/members/{sofia.user}/"
    assert (await tutor.school.http("DELETE", path, tutor.token)).status == 204

    assert await status(tutor.school, made["id"], got) == 404


async def test_a_ticket_ends_with_the_account(people) -> None:
    tutor, sofia, _ = people
    made = await sofia.upload_new()
    got = await ticket(sofia, made["id"])

    path, body = f"/api/users/{sofia.user}/", {"is_active": False}
    admin = await tutor.school.admin()
    assert (await tutor.school.http("PATCH", path, admin, body)).status == 200

    assert await status(tutor.school, made["id"], got) == 401


async def test_a_ticket_ends_with_the_login(school: School) -> None:
    user = await school.person("Ola", "tutor", "correct horse battery")
    owner = Owner(school, user, await school.lesson(tutors=[user]))
    made = await owner.upload_new()
    body = {"email": "ola@example.org", "password": "correct horse battery"}
    login = (await school.http("POST", "/api/auth/token/", body=body)).json
    ids = {"ids": [made["id"]]}
    reply = await school.http("POST", "/api/files/tickets/", login["access"], ids)
    got = reply.json["tickets"][made["id"]]
    assert await status(school, made["id"], got) == 200

    out = {"refresh": login["refresh"]}
    assert (await school.http("POST", "/api/auth/logout/", body=out)).status == 204

    assert await status(school, made["id"], got) == 401


async def test_a_ticket_deletes_nothing(people) -> None:
    _, sofia, _ = people
    made = await sofia.upload_new()
    got = await ticket(sofia, made["id"])

    path = f"/api/files/{made['id']}/?ticket={got}"
    assert (await sofia.school.http("DELETE", path)).status == 401


@pytest.mark.parametrize("ids", [[], ["f_x"] * 101, [1], "f_x", [""]])
async def test_up_to_a_hundred_ids_are_taken(people, ids) -> None:
    reply = await people[0].school.http(
        "POST", "/api/files/tickets/", people[0].token, {"ids": ids}
    )

    assert reply.status == 422
