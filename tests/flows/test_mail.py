"""Mails, from what happens in the school to a mail server on the other side."""

import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from rtserver.mail.events import EVENTS
from tests.flows.happenings import lesson, make, people
from tests.flows.mailing import HOLD, STUDENTS, Mailing, mails_to, received
from tests.flows.test_notifications import listening, notified
from tests.mail_server import MailServer, Taken
from tests.raw_client import RawPeer
from tests.school import School, until

SUBJECTS = {
    "lesson.scheduled": ("New lesson: ", "Новий урок: "),
    "lesson.rescheduled": ("New time: ", "Урок перенесено: "),
    "lesson.cancelled": ("Cancelled: ", "Урок скасовано: "),
    "chat.message": ("Olena wrote to you: ", "Нове повідомлення: "),
    "chat.held": ("A message of Olena waits for you: ", "Повідомлення чекає на вас: "),
    "board.activity": ("New on the board: ", "Нове на дошці: "),
    "tutor.accept": ("Petro has accepted: ", "Викладач готовий: "),
    "lesson.reminder": ("Reminder: ", "Нагадування: "),
    "student.invited": ("Invitation to a lesson: ", "Запрошення на урок: "),
}
METHODS = {
    "lesson.scheduled": "REQUEST",
    "lesson.rescheduled": "REQUEST",
    "lesson.cancelled": "CANCEL",
    "student.invited": "REQUEST",
}


@pytest.mark.parametrize("event", EVENTS)
async def test_every_event_reaches_who_is_away_in_their_language(
    database_url: str, mailing: Mailing, mail_server: MailServer, event: str
) -> None:
    school = await mailing(database_url)
    who = await people(school)

    await make(event, school, who)

    english, ukrainian = SUBJECTS[event]
    await until(
        lambda: received(mail_server, english) and received(mail_server, ukrainian)
    )
    for subject, name in ((english, "Sofia"), (ukrainian, "Taras")):
        (taken,) = received(mail_server, subject)
        assert taken.recipients == [f"{name.lower()}@example.org"]
        assert name in taken.text and name in taken.html
        assert taken.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert method_of(taken) == METHODS.get(event)


def method_of(taken: Taken) -> str | None:
    """Return the method of a mail's calendar, as an independent parser reads it."""
    if taken.calendar is None:
        return None
    return str(Calendar.from_ical(taken.calendar.get_content())["METHOD"])


@pytest.mark.parametrize("event", EVENTS)
async def test_who_got_the_event_over_the_socket_gets_no_mail(
    mailing: Mailing, mail_server: MailServer, event: str
) -> None:
    school = await mailing(presence_ttl=60)
    who = await people(school)
    sockets = [await listening(school, student) for student in who.students]

    await make(event, school, who)
    for socket in sockets:
        await socket.next(event)
    states = {mail.state for mail in await mails_to(school, *who.students)}

    assert states == {"dropped"}
    assert not STUDENTS & {taken.recipients[0] for taken in mail_server.taken}


async def test_who_is_connected_but_not_subscribed_gets_the_mail_a_moment_later(
    mailing: Mailing, mail_server: MailServer
) -> None:
    school = await mailing()
    who = await people(school)
    await school.connect(who.taras)

    begun = time.monotonic()
    await make("lesson.scheduled", school, who)
    await until(lambda: received(mail_server, "Новий урок"))

    assert time.monotonic() - begun >= HOLD
    await until(lambda: received(mail_server, "New lesson"))


async def test_a_client_that_shows_no_sign_of_life_gets_the_mail(
    mailing: Mailing,
    mail_server: MailServer,
    raw_connect: Callable[..., Awaitable[RawPeer]],
) -> None:
    school = await mailing(presence_heartbeat=1.4)
    who = await people(school)
    peer = await raw_connect(school, school.token(who.taras))
    channel = f"notifications:user:{who.taras}"
    await peer.text(json.dumps({"type": "subscribe", "id": 1, "channel": channel}))

    await make("lesson.scheduled", school, who)

    await until(lambda: received(mail_server, "Новий урок"))


async def test_who_left_a_moment_ago_gets_the_mail_at_once(
    mailing: Mailing, mail_server: MailServer
) -> None:
    school = await mailing(presence_ttl=60, presence_leave_grace=30)
    who = await people(school)
    socket = await listening(school, who.taras)
    await socket.close()

    await make("lesson.scheduled", school, who)

    await until(lambda: received(mail_server, "Новий урок"))


async def test_what_was_missed_and_replayed_needs_no_mail(
    mailing: Mailing, mail_server: MailServer
) -> None:
    school = await mailing(presence_ttl=60)
    who = await people(school)
    await school.connect(who.taras)
    await make("lesson.scheduled", school, who)
    await listening(school, who.taras, since=0)

    (mail,) = await mails_to(school, who.taras)

    assert mail.state == "dropped"
    assert received(mail_server, "Новий урок") == []


async def test_without_a_mail_server_mails_are_files(sqlite_school: School) -> None:
    who = await people(sqlite_school)
    folder = sqlite_school.settings.outbox_dir

    await make("lesson.scheduled", sqlite_school, who)

    await until(lambda: len(list(folder.glob("*.eml"))) == 3)
    assert all(b"List-Unsubscribe" in file.read_bytes() for file in folder.iterdir())


async def test_a_rescheduled_lesson_has_the_same_uid_and_the_next_sequence(
    mailing: Mailing, mail_server: MailServer
) -> None:
    school = await mailing()
    who = await people(school)
    await make("lesson.rescheduled", school, who)
    await until(lambda: received(mail_server, "Урок перенесено"))
    id = (await school.services.lessons.list(*everything(school))).results[0].id
    token = school.token(who.olena)
    await school.http("DELETE", f"/api/lessons/{id}/members/{who.taras}/", token)
    await until(lambda: received(mail_server, "Ви більше не"))

    subjects = ("Новий урок", "Урок перенесено", "Ви більше не")
    events = [event_of(received(mail_server, subject)[0]) for subject in subjects]
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
    mailing: Mailing, mail_server: MailServer
) -> None:
    school = await mailing()
    who = await people(school)
    id = await lesson(school, who)
    token = school.token(who.olena)
    title = "=?utf-8?q?Hi=0ABcc=3A_evil=40example.org?="
    await school.http("PATCH", f"/api/lessons/{id}/", token, {"title": title})
    await school.http("DELETE", f"/api/lessons/{id}/", token)

    await until(lambda: len(received(mail_server, "Cancelled")) == 1)

    (taken,) = received(mail_server, "Cancelled")
    assert taken.recipients == ["sofia@example.org"]
    assert taken.message["Bcc"] is None and taken.message["Cc"] is None


async def test_a_school_gives_its_own_events_a_mail(
    mailing: Mailing, mail_server: MailServer, tmp_path: Path
) -> None:
    (tmp_path / "homework.graded.en.txt").write_text("Grade: {{ data.grade }}")
    (tmp_path / "homework.graded.en.subject").write_text("Homework")
    school = await mailing(notifications_templates_dir=tmp_path)
    who = await people(school)

    (reply,) = await notified(
        school, who.taras, event="homework.graded", data={"grade": 11}
    )

    assert reply.json["results"][0]["delivery"] == "email"
    await until(lambda: received(mail_server, "Homework"))
    assert received(mail_server, "Homework")[0].text == "Grade: 11\n"
