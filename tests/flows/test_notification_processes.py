"""Notifications and mails where several processes are one server."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.models import Member
from tests.flows.happenings import drawing
from tests.flows.mailing import mails_to
from tests.flows.processes import Processes
from tests.flows.test_notifications import draw, listening, notified, stored
from tests.mail_school import with_own_mail
from tests.mail_server import MailServer
from tests.patience import PATIENCE
from tests.school import School, until


@pytest.fixture
def server() -> Iterator[MailServer]:
    server = MailServer().start()
    yield server
    server.stop()


async def started(
    processes: Processes, server: MailServer, **overrides: Any
) -> list[School]:
    return await processes.start(
        2,
        **overrides,
        server_base_url="https://school.example",
        smtp_host="127.0.0.1",
        smtp_port=server.port,
        smtp_security="none",
        smtp_sender="School <no-reply@school.example>",
    )


def own_mail(folder: Path) -> dict[str, Any]:
    """Return the setting that gives ``report.ready`` a mail."""
    return {"notifications_templates_dir": with_own_mail(folder / "own")}


async def test_notifications_cross_over_in_order(
    processes: Processes, server: MailServer
) -> None:
    one, two = await started(processes, server)
    taras = await one.person("Taras")
    socket = await listening(two, taras)

    for school in (one, two, one, two):
        await notified(school, taras)
    seqs = [(await socket.next("homework.graded"))["seq"] for _ in range(4)]

    assert seqs == [1, 2, 3, 4]


async def test_who_is_connected_elsewhere_gets_it_there_and_no_mail(
    processes: Processes, server: MailServer, tmp_path: Path
) -> None:
    one, two = await started(processes, server, **own_mail(tmp_path))
    taras = await one.person("Taras")
    socket = await listening(two, taras)

    (reply,) = await notified(one, taras, event="report.ready")
    await socket.next("report.ready")
    (mail,) = await mails_to(one, taras)

    assert mail.state == "dropped"
    assert reply.json["results"][0]["delivery"] == "ws"
    assert server.taken == []


async def test_two_workers_send_each_mail_once(
    processes: Processes, server: MailServer, tmp_path: Path
) -> None:
    schools = await started(processes, server, **own_mail(tmp_path))
    people = [await schools[0].person(f"Person{n}") for n in range(15)]
    everybody: Any = {"event": "report.ready", "user_ids": people}
    await schools[0].admin()

    await asyncio.gather(
        *(notified(school, people[0], **everybody) for school in schools)
    )
    await until(lambda: len(server.taken) >= 30)
    await mails_to(schools[0], *people)

    ids = Counter(taken.message["Message-ID"] for taken in server.taken)
    assert len(ids) == 30 and set(ids.values()) == {1}


async def test_a_mail_waits_for_nobody_known_while_redis_is_away(
    processes: Processes, server: MailServer, tmp_path: Path
) -> None:
    one, _ = await started(processes, server, **own_mail(tmp_path))
    taras = await one.person("Taras")
    await asyncio.to_thread(processes.redis.kill)

    await notified(one, taras, event="report.ready")

    await until(lambda: server.taken)
    assert server.taken[0].recipients == ["taras@example.org"]


async def test_who_is_on_the_board_elsewhere_is_not_told_of_it(
    processes: Processes, server: MailServer
) -> None:
    one, two = await started(processes, server, notifications_board_activity_interval=0)
    olena, petro, taras, ivan = [
        await one.person(name) for name in ("Olena", "Petro", "Taras", "Ivan")
    ]
    lesson = await one.lesson(tutors=[olena], students=[petro, taras, ivan])
    hers, his = [await drawing(one, id, lesson) for id in (olena, petro)]
    await drawing(two, taras, lesson)
    await processes.settled(f"board:{lesson}")

    await draw(his, lesson, version=1)
    await seen(two, taras)  # now all processes know that he is there
    await told_by(petro, one, ivan)
    await draw(hers, lesson, version=2)
    await told_by(olena, one, ivan)  # he is told together with all who are

    assert olena not in await authors(one, taras)


async def told_by(author: int, school: School, user_id: int) -> None:
    """Wait until somebody was told that an author drew."""
    async with asyncio.timeout(PATIENCE):
        while author not in await authors(school, user_id):
            await asyncio.sleep(0.05)


async def authors(school: School, user_id: int) -> list[int]:
    """Return who drew, by what somebody was told of boards."""
    told = [each for each in await stored(school, user_id) if "by" in each["data"]]
    return [t["data"]["by"]["id"] for t in told if t["event"] == "board.activity"]


async def seen(school: School, user_id: int) -> None:
    """Wait until all processes know that somebody is on the board."""
    there = (Member.user == user_id) & Member.board_seen_at.is_null(False)
    query = Member.select(Member.user).where(there)
    async with asyncio.timeout(PATIENCE):
        while not await school.services.db.read(lambda tx: tx.rows(query)):
            await asyncio.sleep(0.02)
