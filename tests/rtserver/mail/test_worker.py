import asyncio
import json
from datetime import timedelta

import pytest
from icalendar import Calendar

from rtserver.mail.transport import FolderTransport
from store import (
    facts,
    lessons,
    members,
    notifications,
    outbox,
    outbox_leases,
    preferences,
    read_marks,
    users,
)
from store.errors import StoreUnavailable
from store.models_mail import Mail
from tests.lesson_school import LESSON, OLENA, SOFIA, TARAS
from tests.mail_school import opened_mail_school
from tests.mail_server import MailServer, SilentServer


@pytest.fixture
def school(io_loop, database_url, tmp_path):
    with opened_mail_school(io_loop, database_url, tmp_path) as school:
        yield school


@pytest.fixture
def server():
    server = MailServer().start()
    yield server
    server.stop()


async def due(school, event="lesson.scheduled", *people, **data):
    """Notify people who are away, so that their mails are due."""
    await school.tell(event, *(people or (SOFIA,)), **data)
    school.clock.advance(121)


async def leased(school, node="dead"):
    """Have another process begin to send the one mail, and die."""
    await due(school)
    now = school.clock.now()

    def take(tx):
        return outbox_leases.take(tx, node=node, now=now, until=now)

    return await school.school.run(take)


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
        await asyncio.sleep(0.3)

    assert server.taken == [] and (await school.mail()).state == "waiting"


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


async def test_a_chat_mail_has_no_calendar(school, server):
    await say(school, "Hello")
    school.clock.advance(121)

    async with school.working(server):
        await school.until("sent")

    assert server.taken[0].calendar is None


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


async def attempted(school, times=1):
    """Wait until the one mail was tried so often."""
    async with asyncio.timeout(20):
        mail = await school.mail()
        while len(await school.attempts(mail.id)) < times:
            await asyncio.sleep(0.02)


async def taken(server):
    """Wait until the server has taken a mail."""
    async with asyncio.timeout(10):
        while not server.taken:
            await asyncio.sleep(0.01)


async def test_a_mail_is_tried_again_after_a_minute_and_arrives(school, server):
    server.fault["RCPT"] = "451 4.7.1 greylisted"
    await due(school)
    async with school.working(server):
        await attempted(school)
        server.fault.clear()
        school.clock.advance(59)
        await asyncio.sleep(1.2)
        too_early = len(server.taken)
        school.clock.advance(1)
        await school.until("sent")

    assert (too_early, len(server.taken)) == (0, 1)


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


async def test_two_processes_send_each_mail_once(school, server):
    people = [OLENA, SOFIA, TARAS]
    for _ in range(5):
        await due(school, "lesson.scheduled", *people)

    async with (
        school.working(server, alone=False),
        school.working(server, alone=False),
    ):
        await school.until("sent", 15)

    assert len(server.taken) == 15
    assert len({taken.message["Message-ID"] for taken in server.taken}) == 15


async def test_what_a_dead_process_had_leased_is_sent(school, server):
    mail = await leased(school)

    async with school.working(server):
        await school.until("sent")

    outcomes = [outcome for outcome, _ in await school.attempts(mail.id)]
    assert outcomes == ["interrupted", "sent"]
    assert len(server.taken) == 1


async def test_beside_others_a_lease_has_to_end_first(school, server):
    now = school.clock.now()
    await leased(school)
    await school.school.run(
        outbox_leases.renew, 1, node="dead", until=now.replace(year=2027)
    )

    async with school.working(server, alone=False):
        await asyncio.sleep(0.5)

    assert server.taken == []
    assert (await school.mail()).state == "leased"


async def begun(school, *, seconds=0.0):
    """Have another process come to the one mail's last dot, and die."""
    mail = await leased(school)
    now = school.clock.now()
    until = now + timedelta(seconds=seconds)
    await school.school.run(outbox_leases.renew, mail.id, node="dead", until=until)
    assert await school.school.run(outbox_leases.begin, mail.id, node="dead", at=now)
    return mail


async def test_what_may_have_been_sent_before_a_kill_is_not_sent_again(school, server):
    await begun(school)

    async with school.working(server):
        (mail,) = await school.until("dead")

    assert server.taken == []
    assert "may have been sent" in mail.detail
    assert await school.attempts(mail.id) == [("in doubt", mail.detail)]


async def test_what_another_process_is_sending_is_left_to_it(school, server):
    await begun(school, seconds=600)

    await due(school, "lesson.scheduled", TARAS)

    async with school.working(server, alone=False):
        await school.until("sent")

    assert [taken.recipients for taken in server.taken] == [["taras@example.org"]]
    assert [mail.state for mail in await school.mails()] == ["leased", "sent"]


async def test_what_a_killed_process_may_have_sent_is_not_sent_by_the_others(
    school, server
):
    async with school.working(server, alone=False):
        await begun(school, seconds=5)
        school.clock.advance(10)
        await school.until("dead")

    assert server.taken == []


async def test_a_mail_is_not_in_doubt_for_a_try_before(school, server):
    await begun(school)
    async with school.working(server):
        await school.until("dead")
    now = school.clock.now() + timedelta(seconds=5)
    await school.school.run(outbox.revive, None, now)
    again = {"node": "killed before the last dot", "now": now, "until": now}
    assert (await school.school.run(outbox_leases.take, **again)).attempts == 1

    async with school.working(server):
        await school.until("sent")

    assert len(server.taken) == 1


class Transport(FolderTransport):
    """A transport that does something before the last dot, and something after it."""

    def __init__(self, *, before=None, after=None):
        self.before, self.after = before, after

    async def send(self, mail, name, begin):
        if self.before:
            await self.before()
        await begin()
        if self.after:
            await self.after()
        return "250 taken"


async def test_a_mail_whose_lease_has_ended_is_not_sent(school):
    """A process stood still for so long that another one has taken its mail over."""

    async def stand_still():
        school.clock.advance(60)
        now = school.clock.now()
        await school.school.run(outbox_leases.reclaim_late, now)
        until = now + timedelta(seconds=60)
        await school.school.run(outbox_leases.take, node="b", now=now, until=until)

    sent = []

    async def send():
        sent.append(1)

    await due(school)
    async with school.working(transport=Transport(before=stand_still, after=send)):
        await attempted(school, 2)

    mail = await school.mail()
    assert (mail.state, sent) == ("leased", [])
    assert await school.attempts(mail.id) == [
        ("interrupted", ""),
        ("failed", "the lease has ended"),
    ]


async def test_what_fails_in_the_middle_of_the_end_leaves_doubt(school):
    async def fail():
        raise RuntimeError("a mistake of ours")

    await due(school)
    async with school.working(transport=Transport(after=fail)):
        await attempted(school)

    mail = await school.mail()
    assert (mail.state, mail.doubts) == ("waiting", 1)


async def test_stopping_gives_back_what_was_not_sent(school):
    await due(school)
    server = SilentServer()

    async with school.working(server):
        await school.until("leased")

    mail = await school.mail()
    server.stop()
    assert (mail.state, mail.attempts) == ("waiting", 0)


async def test_stopping_before_the_servers_answer_leaves_a_mail_in_doubt(
    school, server
):
    server.delay = 60.0
    await due(school)

    async with school.working(server):
        await taken(server)

    mail = await school.mail()
    assert (mail.state, mail.doubts) == ("waiting", 1)
    ((outcome, reply),) = await school.attempts(mail.id)
    assert (outcome, reply) == ("in doubt", "no answer before the server stopped")


class Forgetful:
    """A database that can't make one kind of change; ``kind``: part of its name."""

    def __init__(self, db, kind):
        self.read, self._write = db.read, db.write
        self.kind = kind

    async def write(self, change, *args, **locked):
        if self.kind in f"{change.__module__}.{change.__qualname__}":
            raise StoreUnavailable("down")
        return await self._write(change, *args, **locked)


@pytest.fixture
def sqlite_mails(io_loop, sqlite_url, tmp_path):
    with opened_mail_school(io_loop, sqlite_url, tmp_path) as school:
        yield school


async def test_what_became_of_a_mail_is_in_doubt_if_it_was_never_stored(
    sqlite_mails, server
):
    school, db = sqlite_mails, sqlite_mails.db
    await due(school)
    school.db = Forgetful(db, "outcomes.")
    async with school.working(server):
        await taken(server)
    school.db = db

    async with school.working(server):
        await school.until("dead")

    assert len(server.taken) == 1


async def test_a_mail_is_not_sent_before_the_database_knows(sqlite_mails, server):
    school, db = sqlite_mails, sqlite_mails.db
    await due(school)
    school.db = Forgetful(db, "worker._begin")

    async with school.working(server):
        await attempted(school)

    assert server.taken == []
    assert (await school.mail()).state == "waiting"
    assert await school.attempts(1) == [("failed", "the database doesn't answer")]


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
    await school.school.run(notifications.set_read, record.id, school.clock.now())

    async with school.working(server):
        (mail,) = await school.until("dropped")

    assert mail.detail == "read"


async def test_a_folder_takes_the_mails_where_there_is_no_server(school):
    await due(school)

    async with school.working():
        await school.until("sent")

    (file,) = (school.folder / "outbox").glob("*.eml")
    assert b"sofia@example.org" in file.read_bytes()


async def say(school, *texts, author=OLENA):
    """Say something in the lesson, and have people notified of it."""
    for text in texts:
        await school.say(author, text)
    await school.notify()


async def test_chat_mails_gather_into_one(school, server):
    await say(school, "One", "Two")
    school.clock.advance(60)
    await say(school, "Three")
    school.clock.advance(61)

    async with school.working(server):
        await school.until("sent")

    (taken,) = server.taken
    for text in ("One", "Two", "Three"):
        assert text in taken.text and text in taken.html


async def test_what_was_deleted_is_not_mailed(school, server):
    await say(school, "Secret", "Open")
    await school.erase(1)
    school.clock.advance(121)

    async with school.working(server):
        await school.until("sent")

    assert b"Secret" not in server.taken[0].raw
    assert server.taken[0].text.count("Olena, ") == 1
    assert "Open" in server.taken[0].text


async def test_what_was_read_in_the_chat_is_not_mailed(school, server):
    await say(school, "One")
    await school.school.run(read_marks.put, LESSON, SOFIA.user_id, 99)
    school.clock.advance(121)

    async with school.working(server):
        (mail,) = await school.until("dropped")

    assert mail.detail == "read" and server.taken == []


async def test_who_has_left_the_lesson_gets_no_chat_mail(school, server):
    await say(school, "One")
    await school.school.run(members.delete, LESSON, SOFIA.user_id)
    school.clock.advance(121)

    async with school.working(server):
        await school.until("dropped")

    assert server.taken == []


async def test_a_long_chat_shows_its_end_and_counts_the_rest(school, server):
    await say(school, *[f"message {number}" for number in range(25)])
    school.clock.advance(121)

    async with school.working(server):
        await school.until("sent")

    text = server.taken[0].text
    assert "message 24" in text and "message 5\n" in text and "message 4\n" not in text
    assert "5 more" in text


async def test_notifications_of_chat_hold_no_text(school):
    await say(school, "Secret")

    (record,) = await school.of(SOFIA)
    assert "Secret" not in record.data
    assert json.loads(record.data)["author"] == {"id": 2, "name": "Olena"}


async def test_a_folder_that_fails_is_tried_again(school, tmp_path):
    (tmp_path / "outbox").write_text("a file stands in the way")
    await due(school)

    async with school.working():
        await attempted(school)

    mail = await school.mail()
    assert mail.state == "waiting"
