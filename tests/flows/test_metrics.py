"""The figures of a running server: that they count, and what they are called."""

import asyncio
import json
from typing import Any

from tests.app_fixtures import MakeSchool
from tests.drawing import element, two_drawers
from tests.flows.mailing import Mailing
from tests.metrics_page import scraped
from tests.school import School, until


async def test_frames_and_commands_are_counted_by_class(sqlite_school: School) -> None:
    tutor, student, _ = await two_drawers(sqlite_school)
    before = await scraped(sqlite_school)
    await tutor.draw(element("a"))
    await tutor.call("board.cursor.move", x=1, y=1)
    await student.socket.next("board.patch")
    await student.socket.next("board.cursor.move")
    after = await scraped(sqlite_school)

    def grown(name: str, **labels: str) -> float:
        return after(name, **labels) - before(name, **labels)

    assert grown("rtserver_commands_total", type="board.patch") == 1
    assert grown("rtserver_commands_total", type="board.cursor.move") == 1
    # The one who drew hears of it by the ack alone.
    assert grown("rtserver_frames_sent_total", **{"class": "durable"}) == 1
    assert grown("rtserver_frames_sent_total", **{"class": "latest"}) == 1
    assert grown("rtserver_frames_sent_total", **{"class": "control"}) == 2
    assert grown("rtserver_sent_bytes_total") > 100
    assert grown("rtserver_received_bytes_total") > 100


async def test_unknown_and_unreadable_commands_count_together(
    sqlite_school: School,
) -> None:
    socket = await sqlite_school.connect(await sqlite_school.person("Olena"))
    await socket.ask("made.up.by.somebody", None, {})
    await socket.send("not JSON")
    await socket.next("error")

    shown = await scraped(sqlite_school)

    assert shown("rtserver_commands_total", type="unknown") == 2


async def test_ends_are_counted_by_their_codes(sqlite_school: School) -> None:
    await (await sqlite_school.open("no token")).closed()
    own = await sqlite_school.connect(await sqlite_school.person("Olena"))
    await own.connection.close(4987, "a code of our own")
    await until(lambda: not sqlite_school.services.clients)

    shown = await scraped(sqlite_school)

    assert shown("rtserver_connections_opened_total") == 2
    assert shown("rtserver_connections_closed_total", code="4501") == 1
    assert shown("rtserver_connections_closed_total", code="other") == 1
    assert shown("rtserver_connections") == 0


async def test_refused_handshakes_are_counted_by_reason(
    make_school: MakeSchool,
) -> None:
    school = await make_school(limits_connections=1)
    ws = {"Connection": "Upgrade", "Upgrade": "websocket"}
    key = {
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    await school.http("GET", "/ws", headers=ws)
    await school.http(
        "GET", "/ws", headers={**ws, **key, "Origin": "https://evil.example"}
    )
    guest = await school.open()
    await school.connect(await school.person("Olena"))
    await guest.closed()
    await (await school.open()).closed()

    shown = await scraped(school)

    counts = {"request": 1, "origin": 1, "full": 1, "draining": 0, "guest": 1}
    for reason, count in counts.items():
        assert shown("rtserver_handshakes_refused_total", reason=reason) == count


async def test_recoveries_are_counted_by_what_came_of_them(
    make_school: MakeSchool,
) -> None:
    school = await make_school(limits_replay=1)
    olena = await school.person("Olena", "tutor")
    lesson = await school.lesson(tutors=[olena])
    for text in ("one", "two"):
        await school.say(olena, lesson, text)
    socket = await school.connect(olena)
    for since in (2, 1, 0, 99):
        channel = f"chat:user:{olena}"
        await socket.call("subscribe", channel, since={str(lesson): since})

    shown = await scraped(school)

    expected = {"replayed": 2, "too_many": 1, "ahead": 1, "trimmed": 0, "epoch": 0}
    for outcome, count in expected.items():
        found = {"channel": "chat:user", "outcome": outcome}
        assert shown("rtserver_recoveries_total", **found) == count


async def test_requests_are_counted_by_route_and_never_by_address(
    sqlite_school: School,
) -> None:
    admin = await sqlite_school.admin()
    await sqlite_school.http("GET", "/api/users/999/?q=1", admin)
    await sqlite_school.http("GET", "/nothing/here/4242")
    await sqlite_school.http("MADEUP", "/healthz")
    shown = await scraped(sqlite_school)

    def requests(route: str, method: str, status: str) -> float:
        found = {"route": route, "method": method, "status": status}
        return shown("rtserver_http_requests_total", **found)

    assert requests("/api/users/{id}", "GET", "4xx") == 1
    assert requests("(unknown)", "GET", "4xx") == 1
    assert requests("/healthz", "(unknown)", "4xx") == 1
    seconds = "rtserver_http_request_duration_seconds_count"
    assert shown(seconds, route="/api/users/{id}") == 1


async def test_commits_and_reads_are_measured(school: School) -> None:
    before = await scraped(school)
    await school.http("GET", "/api/users/", await school.admin())
    after = await scraped(school)

    for name in (
        "transaction_changes_count",
        "transaction_changes_sum",
        "transaction_duration_seconds_count",
        "transaction_wait_seconds_count",
        "read_duration_seconds_count",
        "read_wait_seconds_count",
    ):
        figure = f"rtserver_db_{name}"
        assert after(figure) > before(figure)
    assert after("rtserver_db_up") == 1
    kind = "postgresql" if school.services.db.is_postgres else "sqlite"
    assert after("rtserver_info", database=kind) == 1


async def test_refused_sign_ins_are_counted(make_school: MakeSchool) -> None:
    school = await make_school(limits_logins_per_minute=1)
    login = {"email": "nobody@example.org", "password": "wrong-password"}
    for _ in range(3):
        await school.http("POST", "/api/auth/token/", None, login)

    assert (await scraped(school))("rtserver_logins_limited_total") == 2


async def test_commands_over_the_rate_are_counted(make_school: MakeSchool) -> None:
    slow = {"limits_commands_per_second": 0.001, "limits_commands_burst": 2}
    school = await make_school(**slow)
    olena = await school.person("Olena", "tutor")
    lesson = await school.lesson(tutors=[olena])
    socket = await school.chatting(olena)
    assert (await scraped(school))("rtserver_commands_limited_total") == 0

    await socket.call("ping")
    await socket.send(
        json.dumps({"type": "chat.typing", "payload": {"lesson_id": lesson}})
    )
    assert (await socket.ask("ping", None, {}))["payload"]["code"] == "rate_limited"

    assert (await scraped(school))("rtserver_commands_limited_total") == 2


async def test_mails_and_notifications_are_counted(mailing: Mailing) -> None:
    school = await mailing()
    olena = await school.person("Olena", "tutor")
    taras = await school.person("Taras")
    await school.lesson(tutors=[olena], students=[taras])
    tell = {"event": "homework.graded", "user_ids": [taras], "data": {}}
    await school.http("POST", "/api/notifications/", await school.admin(), tell)

    async def sent() -> float:
        attempts = "rtserver_mail_send_attempts_total"
        return (await scraped(school))(attempts, outcome="sent")

    while await sent() < 2:
        await asyncio.sleep(0.05)
    shown = await scraped(school)

    assert shown("rtserver_notifications_total", event="lesson.scheduled") == 2
    assert shown("rtserver_notifications_total", event="other") == 1
    assert shown("rtserver_mails_waiting", state="dead") == 0


async def test_figures_come_while_the_database_hangs(
    freezer: Any, make_school: Any
) -> None:
    school = await make_school(freezer.url)
    freezer.freeze(school)

    shown = await scraped(school)

    assert "rtserver_mails_waiting" not in shown.names
    assert shown("rtserver_connections") == 0


async def test_figures_are_written_for_openmetrics_too(sqlite_school: School) -> None:
    headers = {"Accept": "application/openmetrics-text; version=1.0.0"}
    reply = await sqlite_school.http("GET", "/metrics", headers=headers)

    assert reply.headers["Content-Type"].startswith("application/openmetrics-text")
    assert 'rtserver_frames_sent_total{class="durable"} 0.0' in reply.text
    assert reply.text.endswith("# EOF\n")
