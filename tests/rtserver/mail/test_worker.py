import pytest
from icalendar import Calendar

from store import (
    facts,
    lessons,
    notifications,
    preferences,
    users,
)
from store.models_mail import Mail
from tests.lesson_school import LESSON, SOFIA, TARAS
from tests.mail_school import opened_mail_school
from tests.mail_server import MailServer
from tests.rtserver.mail.outboxes import attempted, due, somebody_elses_sent


@pytest.fixture
def school(io_loop, database_url, tmp_path):
    with opened_mail_school(io_loop, database_url, tmp_path) as school:
        yield school


@pytest.fixture
def server():
    server = MailServer().start()
    yield server
    server.stop()


async def test_due_mails_are_sent_and_kept_with_the_servers_answer(school, server):
    await due(school, "lesson.scheduled", SOFIA, TARAS)

    async with school.working(server):
        sent = await school.until("sent", 2)

    assert sorted(taken.recipients[0] for taken in server.taken) == [
        "sofia@example.org",
        "taras@example.org",
    ]
    assert "queued as 42" in sent[0].detail
    assert await school.attempts(sent[0].id) == [("sent", sent[0].detail)]


async def test_mails_that_are_not_due_stay(school, server):
    await school.tell("lesson.scheduled", SOFIA)

    async with school.working(server):
        await somebody_elses_sent(school)

    assert [mail.user_id for mail in await school.mails("waiting")] == [SOFIA.user_id]
    assert len(server.taken) == 1


async def test_a_lesson_mail_carries_its_calendar(school, server):
    await due(school, "lesson.cancelled")

    async with school.working(server):
        await school.until("sent")

    part = server.taken[0].calendar
    (event,) = Calendar.from_ical(part.get_content()).walk("VEVENT")
    known = await school.db.read(facts.school)
    assert part["Content-Type"].params["method"] == "CANCEL"
    assert event["UID"] == f"lesson-{LESSON}-{known}@rtserver"
    assert event["ATTENDEE"] == "mailto:sofia@example.org"


async def test_the_calendar_shows_the_lesson_as_it_was_told(school, server):
    await due(school)
    await school.school.run(
        lessons.update,
        LESSON,
        title="Other",
        starts_at=school.clock.now(),
        ends_at=school.clock.now(),
    )

    async with school.working(server):
        await school.until("sent")

    (event,) = Calendar.from_ical(server.taken[0].calendar.get_content()).walk("VEVENT")
    assert (event["SUMMARY"], event["SEQUENCE"]) == ("Fractions", 0)


@pytest.mark.parametrize(
    ("reply", "state", "outcome"),
    [
        ("451 4.7.1 later", "waiting", "failed"),
        ("421 4.3.2 closing", "waiting", "failed"),
        ("550 5.1.1 unknown", "dead", "failed"),
        ("cut", "waiting", "in doubt"),
    ],
)
async def test_a_mail_that_fails_keeps_how(school, server, reply, state, outcome):
    server.fault["DATA"] = reply
    await due(school)

    async with school.working(server):
        await attempted(school)

    mail = await school.mail()
    ((kind, said),) = await school.attempts(mail.id)
    assert (mail.state, kind) == (state, outcome)
    assert reply == "cut" or said == reply


async def test_an_answer_with_control_characters_is_kept_without_them(school, server):
    # NUL is more than PostgreSQL stores, and the others might steer a terminal.
    server.fault["RCPT"] = "550 no\0body\x1b[2J\x9b1m here"
    await due(school)

    async with school.working(server):
        mail = await school.until("dead")

    assert mail[0].detail == "550 no body [2J 1m here"


async def test_a_mail_is_tried_again_after_a_minute_and_arrives(school, server):
    server.fault["RCPT"] = "451 4.7.1 greylisted"
    await due(school)
    async with school.working(server):
        await attempted(school)
        server.fault.clear()
        school.clock.advance(59)
        await somebody_elses_sent(school)
        too_early = len(server.taken) - 1
        school.clock.advance(1)
        await school.until("sent", 2)

    assert (too_early, len(server.taken)) == (0, 2)


async def test_a_mail_that_fails_for_24_hours_is_dead(school, server):
    server.fault["RCPT"] = "451 no"
    await due(school)
    async with school.working(server) as worker:
        for tried in range(1, 14):
            await attempted(school, tried)
            school.clock.advance(7200)
            worker.wake()
        await school.until("dead")

    assert len(await school.attempts((await school.mail()).id)) == 13


async def test_a_mail_in_doubt_is_doubled_at_most_once(school, server):
    server.fault["DATA"] = "cut"
    await due(school)
    async with school.working(server) as worker:
        for tried in (1, 2):
            await attempted(school, tried)
            school.clock.advance(3600)
            worker.wake()
        await school.until("dead")

    assert len(server.taken) == 2
    ids = {taken.message["Message-ID"] for taken in server.taken}
    assert len(ids) == 1


async def test_a_mail_that_cannot_be_understood_fails_and_the_others_go(school, server):
    await due(school)
    await school.school.run(
        lambda tx: tx.write(Mail.update(lesson='{"id": 1}').where(Mail.id == 1))
    )
    await due(school, "lesson.scheduled", TARAS)

    async with school.working(server):
        await school.until("sent")

    assert [mail.state for mail in await school.mails()] == ["waiting", "sent"]
    [(outcome, reply)] = await school.attempts(1)
    assert outcome == "failed" and "see its log" in reply


async def test_who_switched_mails_off_meanwhile_gets_none(school, server):
    await due(school)
    await school.school.run(preferences.put, SOFIA.user_id, {"lesson.scheduled": False})

    async with school.working(server):
        (mail,) = await school.until("dropped")

    assert mail.detail == "switched_off" and server.taken == []


async def test_who_was_deactivated_meanwhile_gets_none(school, server):
    await due(school)
    await school.school.run(users.update, SOFIA.user_id, {"is_active": False})

    async with school.working(server):
        (mail,) = await school.until("dropped")

    assert mail.detail == "inactive"


async def test_what_was_read_meanwhile_is_not_mailed(school, server):
    await due(school)
    (record,) = await school.of(SOFIA)
    await school.school.run(notifications.set_read, [record.id], school.clock.now())

    async with school.working(server):
        (mail,) = await school.until("dropped")

    assert mail.detail == "read"


async def test_a_folder_takes_the_mails_where_there_is_no_server(school):
    await due(school)

    async with school.working():
        await school.until("sent")

    (file,) = (school.folder / "outbox").glob("*.eml")
    assert b"sofia@example.org" in file.read_bytes()


async def test_a_folder_that_fails_is_tried_again(school, tmp_path):
    (tmp_path / "outbox").write_text("a file stands in the way")
    await due(school)

    async with school.working():
        await attempted(school)

    mail = await school.mail()
    assert mail.state == "waiting"
