"""Files where several processes share a folder."""

from tests.flows.processes import Processes
from tests.school import until
from tests.uploading import Owner, names


async def test_what_one_process_takes_another_shows_and_deletes(
    processes: Processes, tmp_path
) -> None:
    one, other = await processes.start(2, files_dir=tmp_path / "files")
    olena, taras, lesson = await processes.lesson()
    here, there = Owner(one, olena, lesson), Owner(other, taras, lesson)
    watching = await other.chatting(taras)
    made = await here.upload_new()
    body = {"lesson_id": lesson, "text": "", "files": [made["id"]]}
    await one.http("POST", "/api/chat/messages/", here.token, body)

    event = await watching.next("chat.message.new")
    assert event["payload"]["files"][0]["id"] == made["id"]
    ticket = (await there.tickets(made["id"])).json["tickets"][made["id"]]
    path = f"/api/files/{made['id']}/?ticket={ticket}"
    assert (await one.http("GET", path)).status == 200
    assert (await there.get(made["id"])).status == 200

    tutor = Owner(other, olena, lesson)
    assert (await tutor.delete(made["id"])).status == 204

    assert names(one) == set()
    assert (await one.http("GET", path)).status == 404
    assert (await watching.next("chat.message.deleted"))["payload"]["files"] == []


async def test_a_process_that_starts_leaves_anothers_uploads_alone(
    processes: Processes, tmp_path
) -> None:
    [one] = await processes.start(1, files_dir=tmp_path / "files")
    olena, _, lesson = await processes.lesson()
    owner = Owner(one, olena, lesson)
    sending = await owner.sending("Content-Length: 150000")
    await sending.send(b"x" * 70_000)
    await _until_names(one, 1)

    await processes.start(1, files_dir=tmp_path / "files")

    assert len(names(one)) == 1
    sending.close()
    await _until_names(one, 0)


async def _until_names(school, count: int) -> None:
    await until(lambda: len(names(school)) == count)
