"""The demo school."""

from datetime import UTC, datetime

from rtserver.access.actor import Actor
from rtserver.cli.context import opened
from rtserver.cli.demo_school import QUESTION, TALK, ensure_school
from rtserver.cli.users import ADMIN
from rtserver.clock import parse_rfc3339
from rtserver.lessons.requests import LessonPatch
from rtserver.settings.load import load


def states(lesson):
    return {member["state"] for member in lesson["members"]}


def test_the_school_has_people_and_lessons(cli):
    school = cli.value("demo")

    roles = [user["role"] for user in school["users"]]
    assert [roles.count(role) for role in ("admin", "tutor", "student")] == [1, 2, 4]
    assert [states(lesson) for lesson in school["lessons"]] == [
        {"accepted"},
        {"accepted"},
        {"accepted", "invited"},
    ]


def test_a_colleague_is_invited_and_the_mail_waits(cli):
    school = cli.value("demo")
    (mail,) = [
        mail
        for mail in cli.value("outbox", "list")
        if mail["event"] == "account.invited"
    ]

    assert school["invited"]["email"] not in {u["email"] for u in school["users"]}
    assert mail["email"] == school["invited"]["email"]
    assert cli.value("demo")["invited"] == school["invited"]


def test_one_lesson_is_running_and_one_is_tomorrow(cli):
    running, tomorrow, _ = cli.value("demo")["lessons"]

    now = datetime.now(UTC)
    starts_at, ends_at = (
        parse_rfc3339(running[key]) for key in ("starts_at", "ends_at")
    )
    assert starts_at < now < ends_at
    assert (parse_rfc3339(tomorrow["starts_at"]) - now).days in (0, 1)


def test_a_second_run_changes_nothing_and_gives_a_new_token(cli):
    first = cli.value("demo")
    second = cli.value("demo")

    assert (first.pop("created"), second.pop("created")) == (True, False)
    for fresh in ("token", "curl", "expires_at", "links"):
        assert first.pop(fresh) and second.pop(fresh)
    assert second == first


def test_what_is_missing_after_an_interrupted_run_is_made(cli):
    cli.run("user", "add", "iryna@demo.example", "--name", "Iryna", "--role", "admin")

    school = cli.value("demo")

    assert len(school["users"]) == 7 and len(school["lessons"]) == 3


async def test_a_question_waits_for_the_tutor_of_the_moderated_lesson(cli):
    async with opened(load(None, cli.environ)) as services:
        geometry = (await ensure_school(services)).lessons[2]
        olena = Actor(2, "Olena", "tutor")
        held = await services.chat.held.page(olena, geometry.id, cursor=None, limit=9)

    assert geometry.chat == "moderated"
    assert [(one.author.id, one.text) for one in held.results] == [(4, QUESTION[1])]


async def test_what_is_made_again_repeats_no_message(cli):
    async with opened(load(None, cli.environ)) as services:
        lessons = (await ensure_school(services)).lessons
        geometry = LessonPatch(title="Geometry II")
        await services.lessons.patch(ADMIN, lessons[2].id, geometry)
        school = await ensure_school(services)
        olena = Actor(2, "Olena", "tutor")
        chat = await services.chat.history(olena, lessons[0].id, cursor=None, limit=9)

    assert (school.created, len(school.lessons)) == (True, 4)
    assert len(chat.results) == len(TALK)


async def test_a_first_lesson_that_was_renamed_is_made_anew_with_its_talk(cli):
    async with opened(load(None, cli.environ)) as services:
        old = (await ensure_school(services)).lessons[0]
        await services.lessons.patch(ADMIN, old.id, LessonPatch(title="Halves"))
        lessons = (await ensure_school(services)).lessons
        (new,) = (lesson for lesson in lessons if lesson.title == old.title)
        olena = Actor(2, "Olena", "tutor")
        chat = await services.chat.history(olena, new.id, cursor=None, limit=9)

    assert new.id != old.id and len(chat.results) == len(TALK)


def test_a_real_school_is_left_alone(cli):
    cli.add_user("Olena")

    done = cli.run("demo")

    assert (done.code, done.out) == (1, "")
    assert "real users" in done.err
    assert len(cli.value("user", "list")) == 1


def test_who_came_after_the_demo_school_is_left_out_and_stops_nothing(cli):
    first = cli.value("demo")
    other = cli.add_user("Olena")
    times = ("--starts", "2030-01-01T10:00:00Z", "--ends", "2030-01-01T11:00:00Z")
    cli.value("lesson", "add", "Fractions", *times, "--tutor", str(other["id"]))

    again = cli.value("demo")

    assert again["created"] is False
    assert (again["users"], again["lessons"]) == (first["users"], first["lessons"])


def test_the_admin_of_init_is_no_real_school(cli):
    cli.add_user("Iryna", role="admin")

    school = cli.value("demo")

    assert (len(school["users"]), len(school["lessons"])) == (7, 3)


def test_a_tutor_who_was_erased_is_made_anew(cli):
    cli.value("demo")
    cli.run("user", "erase", "olena@demo.example", "--yes")

    again = cli.value("demo")

    assert (again["created"], len(again["users"])) == (True, 7)
