"""That a request counts by what it costs the others, not as one."""

import pytest

from tests.app_fixtures import MakeSchool
from tests.fakes import FakeClock
from tests.metrics_page import scraped
from tests.school import School

FEW = {"limits_requests_per_second": 1, "limits_requests_burst": 9}
PUPILS = 7


async def crowd(school: School) -> tuple[int, int]:
    """Make a lesson of a tutor and seven pupils; give the tutor and the lesson."""
    tutor = await school.person("Olena", "tutor")
    pupils = [await school.person(f"Pupil{n}") for n in range(PUPILS)]
    lesson = await school.lesson(tutors=[tutor], students=pupils)
    return tutor, lesson


CHANGES = {
    "rename": ("PATCH", "", {"title": "Fractions"}),
    "cancel": ("DELETE", "", None),
    "board": ("PATCH", "members/", {"board": "view"}),
    "invite": ("POST", "members/", {"email": "guest@example.org", "role": "student"}),
    "role": ("PATCH", "members/3/", {"board": "view"}),
    "remove": ("DELETE", "members/3/", None),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_of_a_lesson_counts_by_its_members(
    make_school: MakeSchool, change: str
) -> None:
    school = await make_school(clock=FakeClock(), **FEW)
    tutor, lesson = await crowd(school)
    await school.person("Guest")
    token, (method, path, body) = school.token(tutor), CHANGES[change]

    made = await school.http(method, f"/api/lessons/{lesson}/{path}", token, body)
    asked = [await school.http("GET", "/api/users/me/", token) for _ in range(9)]

    assert made.status < 300
    passed = [reply.status for reply in asked].count(200)
    # Seven, eight or nine members by now: 1.75 to 2.25, beside the request itself.
    assert passed in (5, 6)


@pytest.mark.parametrize("answer", ["accept", "decline"])
async def test_whoever_answers_an_invitation_is_charged_for_the_telling(
    make_school: MakeSchool, answer: str
) -> None:
    school = await make_school(clock=FakeClock(), **FEW)
    _, lesson = await crowd(school)
    guest = await school.person("Guest")
    path = f"/api/lessons/{lesson}/"
    invited = {"user_id": guest, "role": "student"}
    await school.http("POST", f"{path}members/", await school.admin(), invited)

    token = school.token(guest)
    answered = await school.http("POST", f"{path}{answer}/", token)
    asked = [await school.http("GET", "/api/users/me/", token) for _ in range(9)]

    assert answered.status == 200
    assert [reply.status for reply in asked].count(200) in (5, 6)


async def test_whoever_moves_a_lesson_again_and_again_stops_mailing_everybody(
    make_school: MakeSchool,
) -> None:
    school = await make_school(clock=FakeClock(), limits_mails_burst=PUPILS)
    tutor, lesson = await crowd(school)
    token, path = school.token(tutor), f"/api/lessons/{lesson}/"

    moved = [
        await school.http("PATCH", path, token, {"ends_at": f"2026-11-23T{hour}:00Z"})
        for hour in ("12:00", "13:00", "14:00")
    ]
    renamed = await school.http("PATCH", path, token, {"title": "Fractions"})
    metrics = await scraped(school)

    # A second one passes, as the budget isn't overdrawn yet.
    assert [reply.status for reply in moved] == [200, 200, 429]
    assert int(moved[-1].headers["Retry-After"]) > 1
    assert renamed.status == 200
    assert metrics("rtserver_mails_limited_total") == 1
    assert metrics("rtserver_mail_budget_used_ratio", user=str(tutor)) == 2


async def test_a_long_list_counts_as_several_requests(
    make_school: MakeSchool,
) -> None:
    school = await make_school(clock=FakeClock(), limits_requests_burst=9)
    student = await school.person("Taras")
    lesson = await school.lesson(tutors=[await school.person("Olena", "tutor")])
    invited = {"user_id": student, "role": "student", "state": "accepted"}
    path, admin = f"/api/lessons/{lesson}/members/", await school.admin()
    await school.http("POST", path, admin, invited)
    for _ in range(3):
        await school.say(student, lesson, "😀" * 4000)
    history, token = f"/api/chat/history/?lesson_id={lesson}", school.token(student)

    read = [await school.http("GET", history, token) for _ in range(3)]

    # Three messages were posted; then an answer of 48 KiB passes, and another half.
    assert [reply.status for reply in read] == [200, 200, 429]


async def test_each_choice_about_mails_counts(make_school: MakeSchool) -> None:
    school = await make_school(clock=FakeClock(), limits_requests_burst=9)
    token = school.token(await school.person("Taras"))
    chosen = {f"homework.n{n}": {"email": False} for n in range(80)}

    path = "/api/notifications/preferences/"
    put = [await school.http("PUT", path, token, chosen) for _ in range(2)]

    assert [reply.status for reply in put] == [200, 429]


async def test_who_is_refused_pays_for_the_request_alone(
    make_school: MakeSchool,
) -> None:
    school = await make_school(clock=FakeClock(), **FEW)
    _, lesson = await crowd(school)
    stranger = school.token(await school.person("Ivan"))
    path = f"/api/lessons/{lesson}/"

    tried = [
        await school.http("PATCH", path, stranger, {"title": "Mine"}) for _ in range(10)
    ]

    assert [reply.status for reply in tried] == [404] * 9 + [429]


async def test_a_calendar_counts_for_its_owner_but_locks_nobody_out(
    make_school: MakeSchool,
) -> None:
    clock = FakeClock()
    school = await make_school(clock=clock, **FEW)
    tutor = await school.person("Olena", "tutor")
    for _ in range(10):
        clock.advance(9)
        await school.lesson(tutors=[tutor])
    token = school.token(tutor)
    made = await school.http("POST", "/api/users/me/calendar/", token)
    path = str(made.json["url"]).removeprefix(school.app.url)
    school.keep_private(path.rpartition("/")[2].removesuffix(".ics"))

    # Ten lessons cost as much as the request.
    read = [await school.http("GET", path) for _ in range(6)]
    metric = (await scraped(school))("rtserver_calendars_limited_total")
    mine = await school.http("GET", "/api/users/me/", token)
    clock.advance(2)
    again = await school.http("GET", path)

    assert [reply.status for reply in read] == [200] * 5 + [429]
    assert read[-1].json["code"] == "rate_limited"
    assert int(read[-1].headers["Retry-After"]) >= 1
    assert (metric, mine.status, again.status) == (1, 200, 200)
