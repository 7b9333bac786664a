"""``/metrics``: what it shows, and to whom (contract 3.5)."""

import asyncio
import socket

import pytest

from tests.app_fixtures import MakeSchool
from tests.drawing import element, two_drawers
from tests.metrics_page import scraped
from tests.school import School

LOCAL = "127.0.0.1"


async def test_figures_of_the_process_and_of_boards_are_shown(
    sqlite_school: School,
) -> None:
    tutor, student, _ = await two_drawers(sqlite_school)
    await tutor.draw(element("a"))
    await tutor.draw(element("a"))
    await student.refused("board.reset")

    reply = await sqlite_school.http("GET", "/metrics")

    lines = reply.text.splitlines()
    assert reply.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    for line in (
        'rtserver_board_changes_total{kind="patch",outcome="changed"} 1.0',
        'rtserver_board_changes_total{kind="patch",outcome="unchanged"} 1.0',
        'rtserver_board_changes_total{kind="reset",outcome="forbidden"} 1.0',
        "rtserver_board_merge_duration_seconds_count 3.0",
        "rtserver_board_journal_length 1.0",
        "rtserver_connections 2.0",
    ):
        assert line in lines
    assert any(line.startswith("process_cpu_seconds_total") for line in lines)


async def test_snapshots_are_measured(make_school: MakeSchool) -> None:
    school = await make_school()
    tutor, student, _ = await two_drawers(school)
    await tutor.draw(element("a"))
    for drawer in (tutor, student):
        await drawer.call("unsubscribe")
    await school.services.boards.snapshots.close()

    lines = (await school.http("GET", "/metrics/")).text.splitlines()

    assert "rtserver_board_snapshot_duration_seconds_count 1.0" in lines
    assert "rtserver_board_snapshot_size_bytes_count 1.0" in lines
    assert "rtserver_board_journal_length 0.0" in lines


async def test_what_is_no_request_is_counted(sqlite_school: School) -> None:
    with socket.create_connection(("127.0.0.1", sqlite_school.services.port)) as peer:
        peer.sendall(b"nonsense\r\n\r\n")
        with peer.makefile("rb") as answer:
            told = await asyncio.to_thread(answer.readline)

    page = await scraped(sqlite_school)

    assert told == b"HTTP/1.1 400 Bad Request\r\n"
    unread = {"method": "(unknown)", "route": "(unread)", "status": "4xx"}
    assert page("rtserver_http_requests_total", **unread) == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"X-Forwarded-For": LOCAL}, 200),
        ({"X-Forwarded-For": "203.0.113.7"}, 403),
        ({"X-Forwarded-For": f"{LOCAL}, 203.0.113.7"}, 403),
        ({"X-Forwarded-For": "203.0.113.7, 10.1.2.3"}, 403),
        ({"X-Forwarded-For": "unknown"}, 403),
        ({"X-Forwarded-For": ""}, 403),
        ({"X-Real-IP": LOCAL}, 403),
        ({"Forwarded": "for=127.0.0.1"}, 403),
        ({"Via": "1.1 proxy"}, 403),
    ],
)
async def test_client_behind_a_trusted_proxy_counts(
    sqlite_school: School, headers: dict[str, str], status: int
) -> None:
    reply = await sqlite_school.http("GET", "/metrics", headers=headers)

    assert reply.status == status
    assert (reply.json or {}).get("code") == ("forbidden" if status == 403 else None)


@pytest.mark.parametrize(
    ("allow", "proxies", "forwarded", "status"),
    [
        ("10.0.0.0/8", "127.0.0.1", None, 403),
        ("10.0.0.0/8", "127.0.0.1", "10.1.2.3", 200),
        ("10.0.0.0/8", "127.0.0.1", "10.1.2.3, 192.0.2.1", 403),
        ("127.0.0.1", "192.0.2.1", None, 200),
        ("127.0.0.1", "192.0.2.1", "127.0.0.1", 403),
        ("127.0.0.1", "192.0.2.1", "203.0.113.7", 403),
    ],
)
async def test_settings_say_who_may_read_and_who_may_forward(
    make_school: MakeSchool,
    allow: str,
    proxies: str,
    forwarded: str | None,
    status: int,
) -> None:
    school = await make_school(
        server_metrics_allow=allow, server_trusted_proxies=proxies
    )
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}

    assert (await school.http("GET", "/metrics", headers=headers)).status == status
