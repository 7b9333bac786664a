"""A demo school: people, lessons and some chat, the same however often it is made."""

import hashlib
import hmac
from base64 import b32encode
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from rtserver.access.actor import Actor
from rtserver.accounts.requests import NewUser, Role
from rtserver.cli.context import Failed
from rtserver.cli.lessons import every_lesson
from rtserver.cli.users import ADMIN, every_user
from rtserver.lessons.requests import Chat, Invitation, LessonBody, LessonPatch
from rtserver.services import Services
from rtserver.settings.secret_file import ensure_secret
from rtserver.views import LessonView, UserView, user_view
from store import users

DOMAIN = "@demo.example"


class Person(NamedTuple):
    """A person of the demo school; ``key`` is their e-mail address up to the @."""

    key: str
    name: str
    role: Role
    locale: str
    timezone: str


class LessonPlan(NamedTuple):
    """A lesson to be made: its start, its people; ``invited`` haven't accepted.

    ``chat``: what its students may say.
    """

    title: str
    starts_in: timedelta
    tutor: str
    students: tuple[str, ...]
    invited: tuple[str, ...] = ()
    chat: Chat = "open"


PEOPLE = (
    Person("iryna", "Ірина Коваль", "admin", "uk", "Europe/Kyiv"),
    Person("olena", "Олена Шевченко", "tutor", "uk", "Europe/Kyiv"),
    Person("james", "James Carter", "tutor", "en", "Europe/London"),
    Person("taras", "Тарас Бондар", "student", "uk", "Europe/Kyiv"),
    Person("sofiia", "Софія Мельник", "student", "uk", "Europe/Kyiv"),
    Person("emma", "Emma Wilson", "student", "en", "Europe/London"),
    Person("oliver", "Oliver Smith", "student", "en", "Europe/London"),
)
# Has no password yet: an invitation to choose one goes by mail.
INVITED = Person("oksana", "Оксана Лисенко", "admin", "uk", "Europe/Kyiv")
LESSON_LENGTH = timedelta(hours=1)
PLANS = (
    LessonPlan(
        "Fractions", timedelta(minutes=-15), "olena", ("taras", "sofiia", "emma")
    ),
    LessonPlan("English conversation", timedelta(days=1), "james", ("taras", "oliver")),
    LessonPlan(
        "Geometry", timedelta(days=7), "olena", ("taras",), ("oliver",), "moderated"
    ),
)
TALK = (
    ("olena", "Добрий день! Today we add fractions."),
    ("taras", "½ + ⅓ = ⅚?"),
    ("olena", "Так, правильно! 👏"),
    ("emma", "Could you show it on the board, please?"),
)
# Waits for the tutor of the lesson whose chat is moderated.
QUESTION = ("taras", "Чи потрібен циркуль? Do we need a compass?")
SPEAKER, LISTENER = "olena", "taras"


class School(NamedTuple):
    """The demo school as it stands in the database.

    ``password`` is everybody's of ``people``, None once Olena has another one.
    ``invited`` has none yet; None where nobody signs in here.
    """

    created: bool
    password: str | None
    people: list[UserView]
    lessons: list[LessonView]
    invited: UserView | None


async def ensure_school(services: Services) -> School:
    """Make what isn't there yet of the demo school; fail where a real one is."""
    await _refuse_a_real_school(services)
    password = demo_password(ensure_secret(services.settings))
    before = await _own_people(services)
    people_made = await _ensure_people(services, before, password)
    people = {_key(user): user for user in await _own_people(services)}
    lessons_made = await _ensure_lessons(services, people)
    await _keep_one_on(services, await _own_lessons(services, people))
    lessons = await _own_lessons(services, people)
    if PLANS[0].title in lessons_made:
        await _talk(services, people, lessons)
    if PLANS[-1].title in lessons_made:
        await _ask(services, people, lessons)
    known_invited = people.pop(INVITED.key, None)
    invited = known_invited or await _invite(services)
    stored = await services.db.read(users.password_hash, people[SPEAKER].id)
    known = await services.accounts.passwords.verify(stored, password)
    return School(
        people_made or bool(lessons_made) or invited is not known_invited,
        password if known else None,
        list(people.values()),
        lessons,
        invited,
    )


async def _refuse_a_real_school(services: Services) -> None:
    """Fail where others than admins are here, and the demo school isn't."""
    found = await every_user(services)
    if any(user.email.endswith(DOMAIN) for user in found):
        return
    if any(user.role != "admin" for user in found) or await every_lesson(services):
        raise Failed(
            "This database has real users: the demo school needs one of its own. "
            "Name another [server] data_dir or [database] url."
        )


async def _own_people(services: Services) -> list[UserView]:
    return [u for u in await every_user(services) if u.email.endswith(DOMAIN)]


async def _own_lessons(
    services: Services, people: dict[str, UserView]
) -> list[LessonView]:
    """Return the lessons that somebody of the demo school is in."""
    ids = {user.id for user in people.values()}
    return [
        lesson
        for lesson in await every_lesson(services)
        if any(member.user_id in ids for member in lesson.members)
    ]


def demo_password(secret: str) -> str:
    """Return the demo password, made from the secret, so that it needn't be stored."""
    mixed = hmac.digest(secret.encode(), b"password of the demo school", hashlib.sha256)
    letters = b32encode(mixed).decode().lower()
    return "-".join(letters[at : at + 4] for at in (0, 4, 8))


def speaker(school: School) -> UserView:
    """Return the tutor whose token is shown."""
    return next(user for user in school.people if _key(user) == SPEAKER)


def listener(school: School) -> UserView | None:
    """Return the student who gets a link to the page, unless locked out."""
    found = (user for user in school.people if _key(user) == LISTENER)
    return next((user for user in found if user.is_active), None)


def lesson_of(school: School, user: UserView) -> LessonView | None:
    """Find a lesson whose chat a user may write in."""
    for lesson in school.lessons:
        for member in lesson.members:
            takes_part = member.user_id == user.id and member.state == "accepted"
            if takes_part and lesson.status == "scheduled":
                return lesson
    return None


async def _ensure_people(
    services: Services, known: list[UserView], password: str
) -> bool:
    keys = {_key(user) for user in known}
    missing = [person for person in PEOPLE if person.key not in keys]
    for person in missing:
        await services.accounts.users.create(ADMIN, _body(person, password=password))
    return bool(missing)


async def _invite(services: Services) -> UserView | None:
    """Add the one who is invited, where people sign in here."""
    if not services.accounts.logins.signs:
        return None
    body = _body(INVITED, invite=True)
    return user_view(await services.accounts.users.create(ADMIN, body))


def _body(person: Person, **more: Any) -> NewUser:
    return NewUser(
        email=person.key + DOMAIN,
        name=person.name,
        role=person.role,
        locale=person.locale,
        timezone=person.timezone,
        **more,
    )


async def _ensure_lessons(services: Services, people: dict[str, UserView]) -> list[str]:
    """Make the lessons that are missing; return their titles."""
    titles = {lesson.title for lesson in await _own_lessons(services, people)}
    missing = [plan for plan in PLANS if plan.title not in titles]
    now = services.clock.now().replace(second=0, microsecond=0)
    for plan in missing:
        await services.lessons.create(ADMIN, _lesson(plan, people, now))
    return [plan.title for plan in missing]


async def _keep_one_on(services: Services, lessons: list[LessonView]) -> None:
    """Move the first lesson to now if it is over: who looks at a demo wants to join."""
    lesson = _titled(PLANS[0].title, lessons)
    now = services.clock.now().replace(second=0, microsecond=0)
    if lesson.status == "scheduled" and lesson.ends_at <= now:
        starts_at = now + PLANS[0].starts_in
        patch = LessonPatch(starts_at=starts_at, ends_at=starts_at + LESSON_LENGTH)
        await services.lessons.patch(ADMIN, lesson.id, patch)


def _lesson(plan: LessonPlan, people: dict[str, UserView], now: datetime) -> LessonBody:
    tutor = Invitation(user_id=people[plan.tutor].id, role="tutor", state="accepted")
    students = [
        Invitation(user_id=people[key].id, role="student", state="accepted")
        for key in plan.students
    ]
    invited = [
        Invitation(user_id=people[key].id, role="student") for key in plan.invited
    ]
    starts_at = now + plan.starts_in
    return LessonBody(
        title=plan.title,
        starts_at=starts_at,
        ends_at=starts_at + LESSON_LENGTH,
        members=[tutor, *students, *invited],
        chat=plan.chat,
    )


async def _talk(
    services: Services, people: dict[str, UserView], lessons: list[LessonView]
) -> None:
    """Post the first lesson's talk; by its keys, a second time changes nothing."""
    lesson = _titled(PLANS[0].title, lessons)
    for number, (key, text) in enumerate(TALK, 1):
        actor = _actor(people[key])
        await services.chat.post(actor, lesson.id, text, f"demo-{lesson.id}-{number}")


async def _ask(
    services: Services, people: dict[str, UserView], lessons: list[LessonView]
) -> None:
    """Post what waits for a tutor in the moderated chat."""
    key, text = QUESTION
    lesson = _titled(PLANS[-1].title, lessons)
    actor, client_id = _actor(people[key]), f"demo-{lesson.id}-question"
    await services.chat.post(actor, lesson.id, text, client_id)


def _titled(title: str, lessons: list[LessonView]) -> LessonView:
    return next(lesson for lesson in lessons if lesson.title == title)


def _actor(user: UserView) -> Actor:
    return Actor(user.id, user.name, user.role)


def _key(user: UserView) -> str:
    return user.email.removesuffix(DOMAIN)
