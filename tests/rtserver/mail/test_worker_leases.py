"""Each mail is sent once, whichever process dies."""

from datetime import timedelta

import pytest

from rtserver.mail.transport import FolderTransport
from store import (
    outbox,
    outbox_leases,
)
from store.errors import StoreUnavailable
from tests.lesson_school import OLENA, SOFIA, TARAS
from tests.mail_school import opened_mail_school
from tests.mail_server import MailServer, SilentServer
from tests.rtserver.mail.outboxes import (
    attempted,
    due,
    leased,
    somebody_elses_sent,
    taken,
)


@pytest.fixture
def school(io_loop, database_url, tmp_path):
    with opened_mail_school(io_loop, database_url, tmp_path) as school:
        yield school


@pytest.fixture
def server():
    server = MailServer().start()
    yield server
    server.stop()


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
        await somebody_elses_sent(school)

    assert len(server.taken) == 1
    assert [mail.user_id for mail in await school.mails("leased")] == [SOFIA.user_id]


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
