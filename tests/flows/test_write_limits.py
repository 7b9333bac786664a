"""How much one user may have stored and may ask, and that others don't notice."""

import msgspec

from rtserver.access.actor import Actor
from rtserver.accounts.api_keys import ApiKeys
from rtserver.wiring.budgets import budgets
from store import board_journal
from tests.app_fixtures import MakeSchool
from tests.drawing import Drawer, drawer, element, two_drawers
from tests.fakes import FakeClock
from tests.metrics_page import scraped
from tests.school import Reply, School

FEW = {"limits_write_bytes_per_second": 50_000, "limits_write_bytes_burst": 500_000}
LARGE = "x" * 50_000


async def patch(drawer: Drawer, version: int) -> tuple[str, float]:
    """Send 200 KB; give the code of the refusal, if any, and when to come again."""
    drawn = [element(f"{n}", version, text=LARGE) for n in range(4)]
    answer = await drawer.socket.ask("board.patch", drawer.channel, {"elements": drawn})
    payload = answer["payload"]
    return payload.get("code", ""), payload.get("retry_after", 0.0)


async def test_a_flood_of_patches_fills_no_disk_whatever_the_connections(
    make_school: MakeSchool,
) -> None:
    clock = FakeClock()
    school = await make_school(clock=clock, **FEW)
    tutor, student, lesson = await two_drawers(school)
    taras = student.socket.welcome["user"]["id"]
    flood = [student, *[await drawer(school, taras, lesson) for _ in range(3)]]

    answers = [await patch(flood[n % 4], n + 1) for n in range(20)]
    written = await school.services.db.read(board_journal.extent, lesson, 0, limit=99)

    assert [code for code, _ in answers] == [""] * 2 + ["rate_limited"] * 18
    assert written.bytes < 500_000
    assert (await tutor.draw(element("t")))["accepted"] == ["t"]
    clock.advance(answers[-1][1])
    assert await patch(student, 99) == ("", 0.0)
    assert (await scraped(school))("rtserver_writes_limited_total") == 18


async def test_who_clears_a_board_is_charged_for_what_is_kept_of_it(
    make_school: MakeSchool,
) -> None:
    school = await make_school(clock=FakeClock(), **FEW)
    tutor, student, _ = await two_drawers(school)
    await patch(student, 1)

    first = await tutor.call("board.reset")
    empty = [await tutor.call("board.reset") for _ in range(3)]
    await patch(tutor, 5)
    again = await tutor.refused("board.reset")

    # What was cleared, and what was drawn, of 200 KB each.
    assert [first["seq"], *(ack["seq"] for ack in empty)] == [2, 3, 4, 5]
    assert again["code"] == "rate_limited" and again["retry_after"] > 0


async def test_what_bodies_have_stored_counts_over_http_and_the_socket(
    make_school: MakeSchool,
) -> None:
    school = await make_school(clock=FakeClock(), **FEW)
    tutor, student, lesson = await two_drawers(school)
    taras = student.socket.welcome["user"]["id"]

    replies = [await _post(school, taras, lesson, n) for n in range(17)]

    assert [reply.status for reply in replies] == [201] * 14 + [429] * 3
    assert int(replies[-1].headers["Retry-After"]) >= 1
    assert replies[-1].json["code"] == "rate_limited"
    assert (await patch(student, 1))[0] == "rate_limited"
    olena = tutor.socket.welcome["user"]["id"]
    assert (await _post(school, olena, lesson, 1)).status == 201


async def test_a_message_counts_by_those_who_are_notified(
    make_school: MakeSchool,
) -> None:
    school = await make_school(clock=FakeClock(), **FEW)
    author, *others = [await school.person(f"Pupil{n}") for n in range(20)]
    crowded = await school.lesson(
        tutors=[await school.person("Olena", "tutor")], students=[author, *others]
    )

    replies = [await _post(school, author, crowded, n, "hello") for n in range(44)]
    other = await _post(school, others[0], crowded, 99, "hello")

    # The message itself takes 2.3 KB, the notifications of 21 people 10.8 KB.
    assert [reply.status for reply in replies] == [201] * 39 + [429] * 5
    assert other.status == 201


async def test_a_users_requests_are_limited_and_a_platforms_are_not(
    make_school: MakeSchool,
) -> None:
    clock = FakeClock()
    school = await make_school(
        clock=clock, limits_requests_per_second=2, limits_requests_burst=3
    )
    token = school.token(await school.person("Olena"))
    _, secret = await ApiKeys(school.services.db, clock).add("platform")
    key = {"Authorization": f"Api-Key {secret}"}

    asked = [await school.http("GET", "/api/users/me/", token) for _ in range(5)]
    synced = [
        await school.http(
            "PUT",
            f"/api/users/{7000 + n}/",
            body={"email": f"{n}@example.org", "name": "N", "role": "student"},
            headers=key,
        )
        for n in range(20)
    ]
    alive = [await school.http("GET", "/healthz") for _ in range(5)]
    clock.advance(0.5)

    assert [reply.status for reply in asked] == [200] * 3 + [429] * 2
    assert asked[-1].headers["Retry-After"] == "1"
    assert {reply.status for reply in synced} == {201}
    assert {reply.status for reply in alive} == {200}
    assert (await school.http("GET", "/api/users/me/", token)).status == 200
    assert (await scraped(school))("rtserver_requests_limited_total") == 2


async def test_the_busiest_pen_of_a_real_lesson_never_meets_the_limit(
    sqlite_school: School,
) -> None:
    clock, student = FakeClock(), Actor(7, "Taras", "student")
    school = budgets(sqlite_school.settings, clock)

    def draw(strokes: int, seconds: int, bytes_a_second: int) -> None:
        """Send the whole stroke 60 times a second, as it grows."""
        for _ in range(strokes):
            for frame in range(seconds * 60):
                size = 2 * bytes_a_second * frame // (60 * 60 * seconds)
                school.charge_change(student, min(size, 65_536))
                clock.advance(1 / 60)

    draw(strokes=200, seconds=3, bytes_a_second=1_000_000)
    draw(strokes=1, seconds=30, bytes_a_second=2_000_000)
    school.charge_change(student, 16_777_216)


async def _post(
    school: School, user: int, lesson: int, number: int, words: str = "ж" * 1900
) -> Reply:
    text = f"{number} {words}"
    school.keep_private(text)
    body = {"lesson_id": lesson, "text": text}
    raw = msgspec.json.encode(body)
    path, token = "/api/chat/messages/", school.token(user)
    return await school.http("POST", path, token, raw=raw)
