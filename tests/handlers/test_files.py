"""Files over HTTP: who may see them, in whole and in part, and who deletes them."""

import asyncio
import os
from contextlib import suppress
from typing import Any, NamedTuple

import pytest

from rtserver.accounts.api_keys import ApiKeys
from tests.pictures import SMALL
from tests.raw_client import read_all, small_socket
from tests.school import School
from tests.uploading import Owner, folder, large_png, owners


class People(NamedTuple):
    """A lesson's tutor and students, and who isn't in it."""

    tutor: Owner
    sofia: Owner
    taras: Owner
    stranger: Owner
    invited: Owner
    admin: Owner


@pytest.fixture
def people(io_loop, shared_school: School) -> People:
    async def make() -> People:
        school = shared_school
        tutor, sofia, taras = await owners(school)
        lesson = tutor.lesson
        stranger = Owner(school, await school.person("Ivan", "tutor"), lesson)
        invited = Owner(school, await school.person("Ira"), lesson)
        path = f"/api/lessons/{lesson}/members/"
        body = {"user_id": invited.user, "role": "student"}
        assert (await school.http("POST", path, tutor.token, body)).status == 201
        await school.admin()
        found = await school.services.accounts.users.find("admin@example.org")
        admin = Owner(school, found.id, lesson)
        return People(tutor, sofia, taras, stranger, invited, admin)

    made: People = io_loop.run_sync(make)
    return made


WHO = ("tutor", "sofia", "taras", "stranger", "invited", "admin")


async def statuses(people: People, file_id: str) -> list[int]:
    return [(await getattr(people, who).get(file_id)).status for who in WHO]


async def test_a_file_of_the_board_is_its_members(people: People) -> None:
    made = await people.sofia.upload_new(purpose="board")

    assert await statuses(people, made["id"]) == [200, 200, 200, 404, 403, 403]


async def test_before_it_is_sent_a_file_is_its_owners_and_the_tutors(
    people: People,
) -> None:
    made = await people.sofia.upload_new()

    assert await statuses(people, made["id"]) == [200, 200, 403, 404, 403, 403]


async def test_a_file_that_isnt_there_is_nobodys(people: People) -> None:
    for id in ("f_" + "0" * 32, "f_x"):
        assert await statuses(people, id) == [404] * 6


async def test_who_may_upload_for_what(people: People) -> None:
    picture = SMALL["image/png"]
    for purpose in ("chat", "board"):
        for who, status in zip(WHO, [201, 201, 201, 404, 403, 403], strict=True):
            reply = await getattr(people, who).upload(picture, purpose=purpose)
            assert (who, reply.status) == (who, status)


async def test_who_only_looks_at_the_board_uploads_nothing_for_it(
    people: People,
) -> None:
    path = f"/api/lessons/{people.tutor.lesson}/members/{people.sofia.user}/"
    await people.tutor.school.http("PATCH", path, people.tutor.token, {"board": "view"})

    board = await people.sofia.upload(SMALL["image/png"], purpose="board")
    chat = await people.sofia.upload(SMALL["image/png"])

    assert (board.status, chat.status) == (403, 201)


@pytest.mark.parametrize(
    ("mode", "status"), [("tutors", 403), ("moderated", 201), ("open", 201)]
)
async def test_whoever_may_write_may_upload(
    people: People, mode: str, status: int
) -> None:
    path = f"/api/lessons/{people.tutor.lesson}/"
    await people.tutor.school.http("PATCH", path, people.tutor.token, {"chat": mode})

    student = await people.sofia.upload(SMALL["image/png"])
    tutor = await people.tutor.upload(SMALL["image/png"])

    assert (student.status, tutor.status) == (status, 201)


async def test_in_a_cancelled_lesson_files_are_only_read(people: People) -> None:
    made = await people.sofia.upload_new()
    path = f"/api/lessons/{people.tutor.lesson}/"
    await people.tutor.school.http("DELETE", path, people.tutor.token)

    assert (await people.sofia.get(made["id"])).status == 200
    assert (await people.sofia.upload(SMALL["image/gif"], "image/gif")).status == 409
    assert (await people.sofia.delete(made["id"])).status == 409


async def test_one_that_is_shorter_than_told_is_cut_off_and_logged_once(
    people: People, caplog: pytest.LogCaptureFixture
) -> None:
    made, school = await people.sofia.upload_new(), people.sofia.school
    with (folder(school) / made["id"]).open("ab") as file:
        file.truncate(20)

    path = f"/api/files/{made['id']}/"
    came = await read_all(school.services.port, path, people.sofia.token)

    head, _, body = came.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK") and len(body) == 20 < made["bytes"]
    [line] = [r.getMessage() for r in caplog.records if r.levelname == "ERROR"]
    assert "unexpected EOFError" in line


async def test_a_platform_has_no_files(people: People) -> None:
    services = people.tutor.school.services
    _, key = await ApiKeys(services.db, services.clock).add("platform")
    made = await people.tutor.upload_new()
    query = f"lesson_id={people.tutor.lesson}"
    asked: list[tuple[str, str, Any]] = [
        ("GET", f"/api/files/?{query}", None),
        ("POST", f"/api/files/?{query}&name=a&for=chat", {}),
        ("GET", f"/api/files/{made['id']}/", None),
        ("DELETE", f"/api/files/{made['id']}/", None),
        ("POST", "/api/files/tickets/", {"ids": [made["id"]]}),
    ]
    for method, path, body in asked:
        headers = {"Authorization": f"Api-Key {key}"}
        reply = await people.tutor.school.http(method, path, body=body, headers=headers)
        assert (path, reply.status) == (path, 403)


async def test_a_picture_is_shown_and_a_document_saved(people: People) -> None:
    for type, data in SMALL.items():
        made = await people.tutor.upload(data, type, name="Дерево 1.x")
        reply = await people.tutor.get(made.json["id"])

        shown = "attachment" if type == "application/pdf" else "inline"
        told = reply.headers["Content-Disposition"]
        assert told.startswith(f"{shown}; filename=")
        assert "filename*=UTF-8''%D0%94%D0%B5%D1%80%D0%B5%D0%B2%D0%BE%201.x" in told
        assert reply.headers["Cache-Control"] == "private, no-cache"
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Content-Security-Policy"].endswith("sandbox")
        assert reply.headers["Content-Length"] == str(len(data))


async def test_who_has_it_already_hears_304_once_the_right_is_checked(
    people: People,
) -> None:
    made = await people.sofia.upload_new()
    tag = {"If-None-Match": f'"{made["sha256"]}"'}

    again = await people.sofia.get(made["id"], **tag)
    foreign = await people.taras.get(made["id"], **tag)

    assert (again.status, again.body) == (304, b"")
    assert again.headers["ETag"] == f'"{made["sha256"]}"'
    assert foreign.status == 403


async def test_a_part_is_read(people: People) -> None:
    data = large_png(200_000)
    made = (await people.tutor.upload(data)).json

    reply = await people.tutor.get(made["id"], Range="bytes=70000-139999")

    assert (reply.status, reply.body) == (206, data[70_000:140_000])
    assert reply.headers["Content-Range"] == "bytes 70000-139999/200000"
    assert (await people.tutor.get(made["id"])).body == data


async def test_of_another_file_no_part_is_read_but_all(people: People) -> None:
    made = await people.tutor.upload_new()
    same = {"Range": "bytes=0-9", "If-Range": f'"{made["sha256"]}"'}

    part = await people.tutor.get(made["id"], **same)
    whole = await people.tutor.get(made["id"], **{**same, "If-Range": '"other"'})

    assert (part.status, whole.status) == (206, 200)


async def test_a_part_that_isnt_there_is_416(people: People) -> None:
    made = await people.tutor.upload_new()

    for wanted in ("bytes=99999-", "bytes=0-1,3-4", "bytes=x"):
        reply = await people.tutor.get(made["id"], Range=wanted)

        assert (reply.status, reply.json["code"]) == (416, "bad_request")
        assert reply.headers["Content-Range"] == f"bytes */{made['bytes']}"


async def test_the_head_alone_says_how_long_it_is(people: People) -> None:
    made = await people.tutor.upload_new()
    path = f"/api/files/{made['id']}/"

    reply = await people.tutor.school.http("HEAD", path, people.tutor.token)

    assert (reply.status, reply.body) == (200, b"")
    assert reply.headers["Content-Length"] == str(made["bytes"])


async def test_a_list_holds_what_one_may_see_newest_first(people: People) -> None:
    board = await people.sofia.upload_new(1, purpose="board")
    mine = await people.sofia.upload_new(2)
    other = await people.taras.upload_new(3)

    async def ids(owner: Owner) -> list[str]:
        return [one["id"] for one in (await owner.list()).json["results"]]

    assert await ids(people.tutor) == [other["id"], mine["id"], board["id"]]
    assert await ids(people.sofia) == [mine["id"], board["id"]]
    assert await ids(people.taras) == [other["id"], board["id"]]
    found = [(await getattr(people, who).list()).status for who in WHO[3:]]
    assert found == [404, 403, 403]


async def test_a_list_comes_in_pages(people: People) -> None:
    made = [(await people.tutor.upload_new(number))["id"] for number in range(3)]

    first = (await people.tutor.list(limit=2)).json
    second = (await people.tutor.list(limit=2, cursor=first["next"])).json

    pages = [[one["id"] for one in page["results"]] for page in (first, second)]
    assert pages == [made[:0:-1], made[:1]]
    assert second["next"] is None


async def test_its_owner_and_tutors_delete_a_file(people: People) -> None:
    made = await people.sofia.upload_new(purpose="board")
    for who, status in (("taras", 403), ("stranger", 404), ("admin", 403)):
        assert (await getattr(people, who).delete(made["id"])).status == status
    for who in ("sofia", "tutor"):
        made = await people.sofia.upload_new(len(who), purpose="board")
        assert (await getattr(people, who).delete(made["id"])).status == 204
        assert not (folder(people.tutor.school) / made["id"]).exists()
        assert (await people.sofia.get(made["id"])).status == 404


async def test_lost_bytes_are_not_found(people: People) -> None:
    made = await people.sofia.upload_new()
    (folder(people.tutor.school) / made["id"]).unlink()

    assert (await people.sofia.get(made["id"])).status == 404


async def test_of_what_nobody_takes_little_is_read(people: People) -> None:
    made = (await people.tutor.upload(large_png(9_000_000))).json
    school, loop = people.tutor.school, asyncio.get_running_loop()
    with small_socket(school.services.port) as slow:
        slow.setblocking(False)
        head = f"GET /api/files/{made['id']}/ HTTP/1.1\r\nHost: x\r\n"
        head += f"Authorization: Bearer {people.tutor.token}\r\n\r\n"
        await loop.sock_sendall(slow, head.encode())
        came = len(await loop.sock_recv(slow, 4096))
        for _ in range(20):
            assert (await people.tutor.list()).status == 200

        # What hasn't been read yet isn't sent any more.
        os.truncate(folder(school) / made["id"], 0)
        with suppress(ConnectionError):
            while piece := await loop.sock_recv(slow, 65536):
                came += len(piece)
    assert came < 7_000_000  # the kernel has some millions of them
