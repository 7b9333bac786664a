"""A small school in a real database, for tests of lessons and what is in them."""

from contextlib import contextmanager
from datetime import UTC, datetime

import msgspec

from rtserver.access.actor import Actor, api_key_actor
from rtserver.access.budgets import Budget
from rtserver.chat.held import HeldMessages
from rtserver.chat.service import Chat
from rtserver.lessons.mail_budget import MailBudget
from rtserver.lessons.requests import Invitation, LessonBody
from rtserver.lessons.service import Lessons
from rtserver.views import MemberView
from store import lessons, users
from store.database import Database
from tests.fakes import FakeClock, NoNotices

ADMIN = Actor(1, "Ada", "admin")
OLENA = Actor(2, "Olena", "tutor")
PETRO = Actor(3, "Petro", "tutor")
SOFIA = Actor(4, "Sofia", "student")
TARAS = Actor(5, "Taras", "student")
STRANGER = Actor(6, "Ivan", "tutor")
PLATFORM = api_key_actor(1, "platform")
PEOPLE = (ADMIN, OLENA, PETRO, SOFIA, TARAS, STRANGER)
GONE = 7  # the id of a deactivated student
LESSON = 1

TEN = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
ELEVEN = TEN.replace(hour=11)
NOON = TEN.replace(hour=12)


class School:
    """People in a database, and the events that its changes cause."""

    def __init__(self, database_url):
        self.db = Database(database_url)
        self.clock = FakeClock()
        self.events = []

    async def open(self):
        await self.db.open()
        self.db.listeners.committed = self.events.extend
        for person in PEOPLE:
            await self.add(person.user_id, person.name, person.role)
        await self.add(GONE, "Gone", "student", is_active=False)

    async def add(self, user_id, name, role, *, is_active=True):
        email = f"{name.lower()}@example.org"
        person = {
            "id": user_id,
            "email": email,
            "email_key": email,
            "name": name,
            "role": role,
            "locale": "en",
            "timezone": "UTC",
            "is_active": is_active,
            "created_at": self.clock.now(),
        }
        await self.db.write(users.add, person)

    async def run(self, change, *args, **kwargs):
        """Run one function of the store in a writing transaction."""
        return await self.db.write(lambda tx: change(tx, *args, **kwargs))

    def told(self):
        """Take the access changes since last time, as (kind, user id, data).

        Without the changed lessons, for which there is ``lessons_told``.
        """
        told = [event for event in self.events if event.kind != "lesson"]
        self.events[:] = [event for event in self.events if event.kind == "lesson"]
        return [(event.kind, event.user_id, event.data) for event in told]

    def lessons_told(self):
        """Take the changed lessons that were announced since last time."""
        told = [event for event in self.events if event.kind == "lesson"]
        self.events[:] = [event for event in self.events if event.kind != "lesson"]
        return [event.data["lesson"] for event in told]


@contextmanager
def opened(io_loop, database_url):
    """A school, as long as the test runs."""
    school = School(database_url)
    io_loop.run_sync(school.open)
    yield school
    io_loop.run_sync(school.db.close)


@contextmanager
def another(io_loop, database_url):
    """A database of a school, opened as another process would."""
    database = Database(database_url)
    io_loop.run_sync(database.open)
    yield database
    io_loop.run_sync(database.close)


@contextmanager
def opened_with_lesson(io_loop, database_url):
    """A school with a lesson: Olena tutors Sofia, Taras is invited, nine chat seqs."""
    with opened(io_loop, database_url) as school:
        io_loop.run_sync(lambda: add_lesson(school))
        school.told()
        yield school


async def add_lesson(school):
    tutor = ask(OLENA, "tutor", state="accepted")
    people = ask(SOFIA, state="accepted"), ask(TARAS)
    await Lessons(school.db, school.clock, NoNotices()).create(
        ADMIN, body(tutor, *people)
    )
    await school.run(lessons.take_chat_seq, LESSON, 9)


def chat_of(db, clock, publish, *, notices=None, max_length=100):
    """The chat over a database, whose held messages nobody is notified of."""
    held = HeldMessages(db, clock, notices or NoNotices())
    return Chat(db, clock, publish, held, max_length=max_length)


def generous(clock):
    """Return a budget of mails that nobody exhausts."""
    return MailBudget(Budget(1, 1_000_000, clock, ""))


def body(*members, **fields):
    """Build a lesson's body with these members."""
    plain = {"title": "Fractions", "starts_at": TEN, "ends_at": ELEVEN}
    return LessonBody(**(plain | {"members": list(members)} | fields))


def bare(**fields):
    """Build a lesson's body that leaves the members out."""
    return body(**(fields | {"members": msgspec.UNSET}))


def ask(person, role="student", **fields):
    """Build an invitation."""
    return Invitation(user_id=person.user_id, role=role, **fields)


def shown(person, role="student", state="accepted", board="draw"):
    """Return a member as they are shown."""
    return MemberView(person.user_id, person.name, role, state, board)


def told(kind, person, *recipients, by=OLENA, role="student"):
    """Describe an announcement that somebody joined or left."""
    data = {"name": person.name, "role": role, "by": by.user_id, "seq": 9}
    return kind, person.user_id, data | {"recipients": recipients}
