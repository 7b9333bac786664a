"""Archives over HTTP: what is in them, who gets them, and what is cut off."""

import io
import json
import zipfile
from typing import Any

import pytest

from rtserver.accounts.api_keys import ApiKeys
from tests.drawing import board, element
from tests.pictures import png
from tests.raw_client import read_all
from tests.school import Reply, School
from tests.uploading import Owner, folder, large_png, owners


@pytest.fixture
def people(io_loop, school: School) -> tuple[Owner, Owner, Owner]:
    made: tuple[Owner, Owner, Owner] = io_loop.run_sync(lambda: owners(school))
    return made


async def archive(owner: Owner, query: str = "", token: str | None = "") -> Reply:
    path = f"/api/lessons/{owner.lesson}/archive/{query}"
    own = owner.token if token == "" else token
    return await owner.school.http("GET", path, own)


async def unpacked(owner: Owner) -> dict[str, bytes]:
    reply = await archive(owner)
    assert reply.status == 200, reply.text
    with zipfile.ZipFile(io.BytesIO(reply.body)) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


async def say(owner: Owner, text: str, *files: str) -> Any:
    body = {"lesson_id": owner.lesson, "text": text, "files": files}
    path = "/api/chat/messages/"
    return (await owner.school.http("POST", path, owner.token, body)).json


async def draw(owner: Owner, *elements: Any) -> None:
    socket = await owner.school.connect(owner.user)
    await socket.call("subscribe", board(owner.lesson))
    await socket.call("board.patch", board(owner.lesson), elements=list(elements))


async def test_all_that_stands_in_a_lesson_is_there_and_nothing_else(people) -> None:
    tutor, sofia, _ = people
    sent, unsent = await sofia.upload_new(1), await sofia.upload_new(2)
    shown = await tutor.upload_new(3, purpose="board")
    cleared = await tutor.upload_new(4, purpose="board")
    gone = await sofia.upload_new(5)
    await say(sofia, "½ + ⅓?", sent["id"])
    deleted = await say(sofia, "forget this", gone["id"])
    path = f"/api/chat/messages/{deleted['id']}/"
    await tutor.school.http("DELETE", path, sofia.token)
    picture = {"type": "image", "status": "saved"}
    await draw(
        tutor,
        element("a", fileId=shown["id"], **picture),
        element("b", fileId=cleared["id"], isDeleted=True, **picture),
    )
    mode = {"chat": "moderated"}
    await tutor.school.http("PATCH", f"/api/lessons/{tutor.lesson}/", tutor.token, mode)
    await say(sofia, "held back", unsent["id"])

    found = await unpacked(tutor)

    names = {f"files/{one['id']}.png" for one in (sent, shown)}
    plain = {"lesson.json", "chat.json", "chat.html", "board.excalidraw"}
    assert set(found) == plain | {"attendance.csv"} | names
    messages = json.loads(found["chat.json"])
    assert [one["text"] for one in messages] == ["½ + ⅓?"]
    assert messages[0]["files"][0]["id"] == sent["id"]
    page = found["chat.html"].decode()
    assert "½ + ⅓?" in page and "forget" not in page and "held" not in page
    drawn = json.loads(found["board.excalidraw"])
    assert [one["id"] for one in drawn["elements"]] == ["a"]
    assert set(drawn["files"]) == {shown["id"]}
    assert found["attendance.csv"].startswith(b"\xef\xbb\xbfuser_id,name,role")
    lesson = json.loads(found["lesson.json"])
    assert (lesson["id"], lesson["title"]) == (tutor.lesson, "Algebra")
    assert len(lesson["members"]) == 3


async def test_its_tutors_alone_get_it(people) -> None:
    tutor, sofia, _ = people
    school = tutor.school
    stranger = Owner(school, await school.person("Ivan", "tutor"), tutor.lesson)
    await school.admin()
    admin = await school.services.accounts.users.find("admin@example.org")
    boss = Owner(school, admin.id, tutor.lesson)
    _, key = await ApiKeys(school.services.db, school.services.clock).add("platform")

    asked = [(tutor, 200), (sofia, 403), (stranger, 404), (boss, 403)]
    for who, status in asked:
        assert (await archive(who)).status == status
        path = f"/api/lessons/{tutor.lesson}/archive/tickets/"
        assert (await school.http("POST", path, who.token)).status == status
    path = f"/api/lessons/{tutor.lesson}/archive/"
    headers = {"Authorization": f"Api-Key {key}"}
    assert (await school.http("GET", path, headers=headers)).status == 403
    assert (await archive(tutor, token=None)).status == 401


async def test_a_ticket_opens_it(people) -> None:
    tutor, _, _ = people
    lesson = await tutor.school.lesson(tutors=[tutor.user])
    path = f"/api/lessons/{tutor.lesson}/archive/tickets/"
    ticket = (await tutor.school.http("POST", path, tutor.token)).json["ticket"]

    opened = await archive(tutor, f"?ticket={ticket}", None)
    other = await archive(tutor._replace(lesson=lesson), f"?ticket={ticket}", None)

    assert (opened.status, other.status) == (200, 401)
    assert opened.headers["Content-Type"] == "application/zip"
    told = opened.headers["Content-Disposition"]
    assert told == f'attachment; filename="lesson-{tutor.lesson}.zip"'


async def test_head_tells_no_length_that_it_has_not(people) -> None:
    tutor, _, _ = people
    path = f"/api/lessons/{tutor.lesson}/archive/"

    reply = await tutor.school.http("HEAD", path, tutor.token)

    assert (reply.status, reply.body) == (200, b"")
    assert reply.headers["Content-Type"] == "application/zip"
    assert "Content-Length" not in reply.headers


async def test_one_that_fails_midway_is_cut_off_and_logged_once(people, caplog) -> None:
    tutor, _, _ = people
    sent = [(await tutor.upload(large_png(100_000))).json["id"]]
    sent.append((await tutor.upload(png())).json["id"])
    await say(tutor, "look", *sent)
    (folder(tutor.school) / sent[-1]).unlink()

    path = f"/api/lessons/{tutor.lesson}/archive/"
    came = await read_all(tutor.school.services.port, path, tutor.token)

    assert came.startswith(b"HTTP/1.1 200 OK")
    assert not came.endswith(b"0\r\n\r\n")
    [line] = [r.getMessage() for r in caplog.records if r.levelname == "ERROR"]
    assert "unexpected FileNotFoundError" in line and sent[-1] not in line
