"""Mails, from what happens in the school to a mail server on the other side."""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from rtserver.notifications.notices import EVENTS
from tests.app_fixtures import MakeSchool
from tests.flows.happenings import lesson, make, people
from tests.flows.test_notifications import listening, notified
from tests.mail_server import MailServer, SilentServer, Taken
from tests.raw_client import RawPeer
from tests.school import School, until

SUBJECTS = {
    "lesson.scheduled": ("New lesson: ", "Новий урок: "),
    "lesson.rescheduled": ("New time: ", "Урок перенесено: "),
    "lesson.cancelled": ("Cancelled: ", "Урок скасовано: "),
    "chat.message": ("Olena wrote to you: ", "Нове повідомлення: "),
    "board.activity": ("New on the board: ", "Нове на дошці: "),
    "tutor.accept": ("Petro has accepted: ", "Викладач готовий: "),
    "student.invited": ("Invitation to a lesson: ", "Запрошення на урок: "),
}
METHODS = {
    "lesson.scheduled": "REQUEST",
    "lesson.rescheduled": "REQUEST",
    "lesson.cancelled": "CANCEL",
    "student.invited": "REQUEST",
}
STUDENTS = {"sofia@example.org", "taras@example.org"}
HOLD = 1.5

Mailing = Callable[..., Awaitable[School]]


@pytest.fixture
def server() -> Iterator[MailServer]:
    server = MailServer().start()
    yield server
    server.stop()


@pytest.fixture
def mailing(make_school: MakeSchool, server: MailServer) -> Mailing:
    """Start a school whose mails go to the mail server."""

    async def start(url: str | None = None, **overrides: Any) -> School:
        settings = {
            "server_base_url": "https://school.example",
            "smtp_host": "127.0.0.1",
            "smtp_port": server.port,
            "smtp_security": "none",
            "smtp_sender": "School <no-reply@school.example>",
            "smtp_timeout": 1,
            "notifications_chat_mail_delay": 0.2,
            "presence_ttl": HOLD,
            "presence_heartbeat": 0.5,
            **overrides,
        }
        return await make_school(*([url] if url else []), **settings)

    return start


def received(server: MailServer, subject: str) -> list[Taken]:
    """Give the students' mails whose subject begins so."""
    return [
        taken
        for taken in server.taken
        if taken.message["Subject"].startswith(subject)
        and taken.recipients[0] in STUDENTS
    ]


@pytest.mark.parametrize("event", EVENTS)
async def test_every_event_reaches_who_is_away_in_their_language(
    mailing: Mailing, server: MailServer, database_url: str, event: str
) -> None:
    school = await mailing(database_url)
    who = await people(school)

    await make(event, school, who)

    english, ukrainian = SUBJECTS[event]
    await until(lambda: received(server, english) and received(server, ukrainian))
    for subject, name in ((english, "Sofia"), (ukrainian, "Taras")):
        (taken,) = received(server, subject)
        assert taken.recipients == [f"{name.lower()}@example.org"]
        assert name in taken.text and name in taken.html
        assert taken.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert method_of(taken) == METHODS.get(event)


def method_of(taken: Taken) -> str | None:
    """Give the method of a mail's calendar, as an independent parser reads it."""
    if taken.calendar is None:
        return None
    return str(Calendar.from_ical(taken.calendar.get_content())["METHOD"])


@pytest.mark.parametrize("event", EVENTS)
async def test_who_got_the_event_over_the_socket_gets_no_mail(
    mailing: Mailing, server: MailServer, event: str
) -> None:
    school = await mailing()
    who = await people(school)
    for student in who.students:
        await listening(school, student)

    await make(event, school, who)
    await asyncio.sleep(HOLD + 1.5)

    assert not STUDENTS & {taken.recipients[0] for taken in server.taken}


async def test_who_is_connected_but_not_subscribed_gets_the_mail_a_moment_later(
    mailing: Mailing, server: MailServer
) -> None:
    school = await mailing()
    who = await people(school)
    await school.connect(who.taras)

    begun = time.monotonic()
    await make("lesson.scheduled", school, who)
    await until(lambda: received(server, "Новий урок"))

    assert time.monotonic() - begun >= HOLD
    await until(lambda: received(server, "New lesson"))


async def test_a_client_that_shows_no_sign_of_life_gets_the_mail(
    mailing: Mailing,
    server: MailServer,
    raw_connect: Callable[..., Awaitable[RawPeer]],
) -> None:
    school = await mailing(presence_heartbeat=1.4)
    who = await people(school)
    peer = await raw_connect(school, school.token(who.taras))
    channel = f"notifications:user:{who.taras}"
    await peer.text(json.dumps({"type": "subscribe", "id": 1, "channel": channel}))

    await make("lesson.scheduled", school, who)

    await until(lambda: received(server, "Новий урок"))


async def test_who_left_a_moment_ago_gets_the_mail_at_once(
    mailing: Mailing, server: MailServer
) -> None:
    school = await mailing(presence_ttl=60, presence_leave_grace=30)
    who = await people(school)
    socket = await listening(school, who.taras)
    await socket.close()

    await make("lesson.scheduled", school, who)

    await until(lambda: received(server, "Новий урок"))


async def test_what_was_missed_and_replayed_needs_no_mail(
    mailing: Mailing, server: MailServer
) -> None:
    school = await mailing(presence_ttl=3)
    who = await people(school)
    await school.connect(who.taras)
    await make("lesson.scheduled", school, who)
    await listening(school, who.taras, since=0)

    await asyncio.sleep(4)

    assert received(server, "Новий урок") == []


async def test_without_a_mail_server_mails_are_files(sqlite_school: School) -> None:
    who = await people(sqlite_school)
    folder = sqlite_school.settings.outbox_dir

    await make("lesson.scheduled", sqlite_school, who)

    await until(lambda: len(list(folder.glob("*.eml"))) == 3)
    assert all(b"List-Unsubscribe" in file.read_bytes() for file in folder.iterdir())


async def test_a_rescheduled_lesson_has_the_same_uid_and_the_next_sequence(
    mailing: Mailing, server: MailServer
) -> None:
    school = await mailing()
    who = await people(school)
    await make("lesson.rescheduled", school, who)
    await until(lambda: received(server, "Урок перенесено"))
    id = (await school.services.lessons.list(*everything(school))).results[0].id
    token = school.token(who.olena)
    await school.http("DELETE", f"/api/lessons/{id}/members/{who.taras}/", token)
    await until(lambda: received(server, "Ви більше не"))

    subjects = ("Новий урок", "Урок перенесено", "Ви більше не")
    events = [event_of(received(server, subject)[0]) for subject in subjects]
    assert [event["SEQUENCE"] for event in events] == [0, 1, 2]
    assert len({str(event["UID"]) for event in events}) == 1


def event_of(taken: Taken) -> Any:
    (event,) = Calendar.from_ical(taken.calendar.get_content()).walk("VEVENT")
    return event


def everything(school: School) -> Any:
    from rtserver.lessons.service import LessonFilter
    from tests.school import SYSTEM

    return SYSTEM, LessonFilter()


async def test_a_title_cannot_add_a_header_or_a_recipient(
    mailing: Mailing, server: MailServer
) -> None:
    school = await mailing()
    who = await people(school)
    id = await lesson(school, who)
    token = school.token(who.olena)
    title = "=?utf-8?q?Hi=0ABcc=3A_evil=40example.org?="
    await school.http("PATCH", f"/api/lessons/{id}/", token, {"title": title})
    await school.http("DELETE", f"/api/lessons/{id}/", token)

    await until(lambda: len(received(server, "Cancelled")) == 1)

    (taken,) = received(server, "Cancelled")
    assert taken.recipients == ["sofia@example.org"]
    assert taken.message["Bcc"] is None and taken.message["Cc"] is None


async def test_the_link_of_a_mail_ends_its_kind_and_looking_changes_nothing(
    mailing: Mailing, server: MailServer
) -> None:
    school = await mailing()
    who = await people(school)
    await make("lesson.scheduled", school, who)
    await until(lambda: received(server, "New lesson"))
    (taken,) = received(server, "New lesson")
    link = re.fullmatch(
        r"<https://school\.example(/.+)>", taken.message["List-Unsubscribe"]
    )
    assert link is not None

    page = await school.http("GET", link[1], headers={"Accept-Language": "uk"})
    before = await wants(school, who.sofia)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    done = await school.http(
        "POST", link[1], headers=form, raw=b"List-Unsubscribe=One-Click"
    )
    bad = await school.http("POST", link[1][:-3], headers=form, raw=b"")
    unseen = await school.http("GET", link[1] + "x")

    assert (page.status, before) == (200, True)
    assert "Не надсилати" in page.text and 'method="post"' in page.text
    assert done.status == 200 and not await wants(school, who.sofia)
    assert (bad.status, unseen.status) == (400, 400)
    (reply,) = await notified(school, who.sofia, event="lesson.scheduled")
    assert reply.json["results"][0]["reason"] == "switched_off"


async def wants(school: School, user_id: int) -> bool:
    token = school.token(user_id)
    reply = await school.http("GET", "/api/notifications/preferences/", token)
    return bool(reply.json["lesson.scheduled"]["email"])


async def test_no_signed_link_or_address_is_logged(
    mailing: Mailing, server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "rtserver")
    school = await mailing()
    who = await people(school)
    server.fault["RCPT"] = "550 5.1.1 sofia@example.org unknown"
    await make("lesson.scheduled", school, who)
    await school.http("GET", "/api/notifications/unsubscribe/abc.def")
    await until(lambda: "dead" in caplog.text)

    assert "/api/notifications/unsubscribe/{signed}" in caplog.text
    for private in ("abc.def", "example.org", "Sofia"):
        assert private not in caplog.text


async def test_a_school_gives_its_own_events_a_mail(
    mailing: Mailing, server: MailServer, tmp_path: Path
) -> None:
    (tmp_path / "homework.graded.en.txt").write_text("Grade: {{ data.grade }}")
    (tmp_path / "homework.graded.en.subject").write_text("Homework")
    school = await mailing(notifications_templates_dir=tmp_path)
    who = await people(school)

    (reply,) = await notified(
        school, who.taras, event="homework.graded", data={"grade": 11}
    )

    assert reply.json["results"][0]["delivery"] == "email"
    await until(lambda: received(server, "Homework"))
    assert received(server, "Homework")[0].text == "Grade: 11\n"


async def test_chat_is_mailed_once_however_many_messages(
    mailing: Mailing, server: MailServer
) -> None:
    school = await mailing(notifications_chat_mail_delay=1)
    who = await people(school)
    id = await lesson(school, who)
    for number in range(5):
        await school.say(who.olena, id, f"message {number}")
    await until(lambda: received(server, "Нові повідомлення"))
    await asyncio.sleep(1.5)

    (taken,) = received(server, "Нові повідомлення")
    assert all(f"message {number}" in taken.text for number in range(5))


async def test_what_was_read_in_time_is_not_mailed(
    mailing: Mailing, server: MailServer
) -> None:
    school = await mailing(notifications_chat_mail_delay=1)
    who = await people(school)
    id = await lesson(school, who)
    said = await school.say(who.olena, id, "Hello")
    socket = await school.connect(who.taras)
    await socket.call("chat.read", lesson_id=id, seq=said["seq"])

    await until(lambda: received(server, "Olena wrote"))

    assert received(server, "Нове повідомлення") == []


FAULTS = {
    "refused": lambda server: server.stop(),
    "421": lambda server: server.fault.update(MAIL="421 4.3.2 closing"),
    "451": lambda server: server.fault.update(RCPT="451 4.7.1 later"),
    "550": lambda server: server.fault.update(RCPT="550 5.1.1 nobody"),
    "cut after DATA": lambda server: server.fault.update(DATA="cut"),
    "one byte a second": lambda server: setattr(server, "pace", 1.0),
    "silent": lambda server: server.stop(),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_chat_is_as_quick_as_ever_while_mails_fail(
    mailing: Mailing, server: MailServer, fault: str
) -> None:
    FAULTS[fault](server)
    silent = SilentServer() if fault == "silent" else None
    school = await mailing(smtp_port=silent.port if silent else server.port)
    who = await people(school)
    id = await lesson(school, who)

    slowest = 0.0
    for number in range(40):
        begun = time.monotonic()
        await school.say(who.olena, id, str(number))
        slowest = max(slowest, time.monotonic() - begun)
        await asyncio.sleep(0.02)
    if silent is not None:
        silent.stop()

    assert slowest < 0.5
