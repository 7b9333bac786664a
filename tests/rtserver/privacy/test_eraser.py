"""The steps of an erasure: cut off anywhere, in small slices, patient with mails."""

import sqlite3
from base64 import b64encode
from contextlib import closing

import pytest

from rtserver.errors import Unavailable
from rtserver.privacy.erase import SLICE, Eraser
from rtserver.settings.model import NotificationsSettings
from store import erasure, lessons, messages, outbox_leases, users
from store.engine import sqlite_path
from store.errors import StoreUnavailable
from tests.lesson_school import LESSON, OLENA, SOFIA, TEN
from tests.mail_school import opened_mail_school
from tests.rtserver.privacy import traces

EMAIL = "sofia@example.org"


@pytest.fixture
def school(io_loop, sqlite_url, tmp_path):
    with opened_mail_school(io_loop, sqlite_url, tmp_path) as school:
        yield school


class Failing:
    """A database lost at the nth change; ``sizes``: of what each change is about."""

    def __init__(self, db, fails_at=0):
        self.db, self.fails_at = db, fails_at
        self.sizes = []
        self.read = db.read

    async def write(self, change, *args, **locked):
        self.sizes.append(max(len(arg) if isinstance(arg, list) else 1 for arg in args))
        if len(self.sizes) == self.fails_at:
            raise StoreUnavailable("lost")
        return await self.db.write(change, *args, **locked)


def eraser(school, db=None, **more):
    settings = NotificationsSettings()
    folder = school.folder / "outbox"
    db = db or school.db
    more.setdefault("purge", nothing)
    return Eraser(db, school.clock, defaults=settings, folder=folder, **more)


async def nothing():
    """Remove no bytes: there are no files."""


async def sofia(school):
    return await school.db.read(users.get, SOFIA.user_id)


async def leave_traces(school):
    for text in ("marktext 1", "marktext 2"):
        await school.say(SOFIA, text)
    await school.say(OLENA, "mine")
    await school.notify()
    by = {"by": {"id": SOFIA.user_id, "name": SOFIA.name}}
    await school.tell("board.activity", OLENA, SOFIA, **by)
    (school.folder / "outbox").mkdir(exist_ok=True)
    name = (await sofia(school)).name
    mail = f"Subject: =?utf-8?b?{b64encode(name.encode()).decode()}?=\n\nHello"
    (school.folder / "outbox" / "20261123-100000-0abc-99.eml").write_text(mail)
    (school.folder / "outbox" / "somebody-elses.eml").write_text("Subject: x\n\n")


async def test_an_erasure_that_was_cut_off_anywhere_is_taken_up_again(school):
    name, at, whole = (await sofia(school)).name, 0, False
    url = school.db.url
    while not whole:
        at += 1
        await renamed(school, f"{name}mark")
        await leave_traces(school)
        failing = Failing(school.db, at)
        try:
            await eraser(school, failing).erase(await sofia(school))
            whole = True
        except StoreUnavailable:
            await eraser(school).erase(await sofia(school))
        assert traces.in_rows(url, f"{name}mark", "marktext") == [], at
        assert traces.in_files(school.folder / "outbox", f"{name}mark") == [], at
    assert at > 6


async def test_mails_under_an_earlier_name_go_though_the_quotes_are_clean(school):
    by = {"by": {"id": SOFIA.user_id, "name": "Earliermark"}}
    await school.tell("board.activity", OLENA, **by)
    name = f"20261123-100000-0abc-{(await school.mail()).id}.eml"
    file = school.folder / "outbox" / name

    file.mkdir(parents=True)  # it can't be deleted as a file
    with pytest.raises(IsADirectoryError):
        await eraser(school).erase(await sofia(school))
    assert traces.in_rows(school.db.url, "Earliermark") == []

    file.rmdir()
    file.write_text("Subject: x\n\nEarliermark drew")
    done = await eraser(school).erase(await sofia(school))

    assert (done.files, file.exists()) == (1, False)


async def renamed(school, name):
    """Make Sofia who she was, and a member again, for another round."""
    values = {"name": name, "email": "s@mark.example", "email_key": "s@mark.example"}
    await school.db.write(
        lambda tx: users.update(tx, SOFIA.user_id, {**values, "is_active": True})
    )
    with closing(sqlite3.connect(sqlite_path(school.db.url))) as link, link:
        link.execute(
            "INSERT OR IGNORE INTO members (lesson_id, user_id, role, state, board, "
            "chat_from, created_at) VALUES (?, ?, 'student', 'accepted', 'draw', 0, 0)",
            (LESSON, SOFIA.user_id),
        )


async def test_no_change_buries_more_than_a_slice_of_messages(school):
    for number in range(SLICE + 20):
        await school.say(SOFIA, f"message {number}")
    failing = Failing(school.db)

    done = await eraser(school, failing).erase(await sofia(school))

    assert done.messages == SLICE + 20
    assert max(failing.sizes) == SLICE


async def test_a_mail_that_is_being_sent_is_waited_for(school):
    await school.tell("lesson.scheduled", SOFIA)
    mail = await school.mail()
    now = school.clock.now()
    await school.db.write(
        lambda tx: outbox_leases.take(
            tx, node="n", now=mail.due_at, until=now.replace(year=now.year + 1)
        )
    )

    with pytest.raises(Unavailable):
        await eraser(school, sending=-1.0).erase(await sofia(school))

    assert (await school.mail()).state == "leased"
    assert (await sofia(school)).name == SOFIA.name


class Writing:
    """A database where a message of hers is committed just before she leaves."""

    def __init__(self, school):
        self.school, self.read = school, school.db.read

    async def write(self, change, *args, **locked):
        if change.__name__ == "leave":
            await self.school.school.run(self.post)
        return await self.school.db.write(change, *args, **locked)

    def post(self, tx):
        draft = {"lesson": LESSON, "author": SOFIA.user_id, "text": "marktext"}
        draft["seq"] = lessons.take_chat_seq(tx, LESSON)
        draft |= {"created_at": TEN, "client_id": None, "sent_digest": None}
        messages.insert_many(tx, [draft])


async def test_what_was_being_said_as_they_left_goes_too(school):
    done = await eraser(school, Writing(school)).erase(await sofia(school))

    assert done.messages == 1
    assert traces.in_rows(school.db.url, "marktext") == []


class Worker:
    """A database where a mail is taken just before it is deleted, then sent."""

    def __init__(self, school):
        self.school, self.taken = school, None

    async def read(self, query, *args, **kwargs):
        if query is erasure.mails_being_sent and self.taken:
            sent = {"node": "n", "state": "sent", "at": self.school.clock.now()}
            ended = (outbox_leases.end, self.taken.id)
            await self.school.school.run(*ended, detail=EMAIL, **sent)
        return await self.school.db.read(query, *args, **kwargs)

    async def write(self, change, *args, **locked):
        if change.__name__ == "_delete_mails" and not self.taken:
            mail = await self.school.mail()
            times = {"now": mail.due_at, "until": mail.due_at}
            take = outbox_leases.take
            self.taken = await self.school.school.run(take, node="n", **times)
        return await self.school.db.write(change, *args, **locked)


async def test_a_mail_that_was_taken_at_the_last_moment_goes_too(school):
    await school.tell("lesson.scheduled", SOFIA)

    done = await eraser(school, Worker(school)).erase(await sofia(school))

    assert (done.mails, await school.mails()) == (1, [])
    assert traces.in_rows(school.db.url, EMAIL) == []
