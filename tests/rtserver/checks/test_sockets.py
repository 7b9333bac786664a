"""Checks of WebSockets through the public address."""

import pytest

from rtserver.cli.top_scrape import scrape
from tests.processes import wait_until
from tests.rtserver.checks.faulty_proxy import REFUSED

BASE = "[server] base_url"
UPGRADE = "proxy_set_header Upgrade $http_upgrade"

# Each fault: how the proxy is, the check that fails, its key, and the cure.
FAULTS = {
    "it doesn't pass on Upgrade": (
        {"drop": ["Upgrade", "Connection"]},
        ("websocket", BASE, UPGRADE),
    ),
    "it speaks HTTP/1.0": (
        {"version": "1.0"},
        ("websocket", BASE, "proxy_http_version 1.1"),
    ),
    "it asks for an upgrade": (
        {"answers": [("/ws", REFUSED.format(426))]},
        ("websocket", BASE, UPGRADE),
    ),
    "it has no /ws": (
        {"answers": [("/ws", REFUSED.format(404))]},
        ("websocket", BASE, "location / { proxy_pass"),
    ),
    "it has no server for /ws": (
        {"answers": [("/ws", REFUSED.format(502))]},
        ("websocket", BASE, "location / { proxy_pass"),
    ),
    "it loses the subprotocol": (
        {"drop": ["Sec-WebSocket-Protocol"]},
        ("websocket", BASE, "pass on Sec-WebSocket-Protocol"),
    ),
    "it holds frames back": (
        {"holds": True},
        ("websocket", BASE, "pass on frames as they come"),
    ),
    "it hides the page": (
        {"drop": ["Origin"]},
        ("origins", "[server] allowed_origins", "remove proxy_set_header Origin"),
    ),
}


def failures(done):
    return [line for line in done.out.splitlines() if line.startswith("FAIL")]


def test_its_sockets_do_not_count_as_cut(behind):
    def ended(code):
        shown = scrape(f"http://127.0.0.1:{behind.port}", 5.0)
        found = shown.each("rtserver_connections_closed_total", code=code)
        return sum(value for _, value in found)

    behind.through()
    before = ended("1000")
    behind.check()

    wait_until(lambda: ended("1000") > before)


def test_an_origin_that_the_server_does_not_know_yet_is_found(behind):
    behind.through()

    done = behind.check(server_allowed_origins="https://school.example")

    (line,) = failures(done)
    assert "[server] allowed_origins" in line and "Restart the server" in line


def test_a_proxy_that_cuts_quiet_sockets_is_found(behind):
    behind.through(idle=0.7)

    done = behind.check("--idle")

    (line,) = failures(done)
    assert done.code == 1
    assert "[presence] heartbeat" in line and "proxy_read_timeout 6s" in line


def test_pings_keep_a_quiet_socket_open(behind):
    behind.through(idle=2.5)

    done = behind.check("--idle", "4")

    assert failures(done) == []
    assert "pings that came: 2" in done.out


@pytest.mark.parametrize("fault", FAULTS)
def test_check_finds_the_proxys_fault_and_names_the_cure(behind, fault):
    how, (check, key, cure) = FAULTS[fault]
    behind.through(**how)

    done = behind.check()

    (line,) = [line for line in failures(done) if line.split()[1] == check]
    assert done.code == 1
    assert key in line and cure in line
