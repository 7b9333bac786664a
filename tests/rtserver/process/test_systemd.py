"""What systemd is told, over a socket as it makes them."""

import asyncio
import secrets
import signal
import socket
from contextlib import closing

import pytest

from rtserver.process.systemd import Systemd
from rtserver.tasks import cancel
from tests.patience import PATIENCE
from tests.rtserver.cli_runs import Cli, Process, serving


@pytest.fixture(params=["file", "abstract"])
def systemd(request, tmp_path):
    """The socket that systemd listens on, once of each kind; and its name."""
    name = str(tmp_path / "notify")
    if request.param == "abstract":
        name = "@rtserver-test-" + secrets.token_hex(8)
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as listening:
        listening.settimeout(PATIENCE)
        listening.bind(name.replace("@", "\0"))
        yield listening, name


def told(listening):
    return listening.recv(4096).decode().splitlines()


def test_serve_tells_that_it_is_ready_alive_and_stopping(systemd, tmp_path):
    listening, name = systemd
    cli = Cli(tmp_path)
    cli.environ |= {"NOTIFY_SOCKET": name, "WATCHDOG_USEC": str(10**9)}
    with serving(cli) as server:
        assert told(listening) == ["WATCHDOG=1"]
        assert told(listening) == ["READY=1", f"STATUS=listening on {server.url}"]
        server.signal(signal.SIGTERM)
        assert told(listening)[0] == "STOPPING=1"

        assert server.ended() == 0


async def test_signs_of_life_come_thrice_an_interval(systemd):
    listening, name = systemd
    environ = {"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "60000"}
    loop = asyncio.get_running_loop()
    start = loop.time()
    task = asyncio.create_task(Systemd(environ).stay_alive())

    for _ in range(7):
        assert await asyncio.to_thread(told, listening) == ["WATCHDOG=1"]
    await cancel(task)

    assert loop.time() - start >= 0.1


async def test_without_a_watchdog_nothing_is_sent(systemd):
    listening, name = systemd
    listening.setblocking(False)

    await Systemd({"NOTIFY_SOCKET": name}).stay_alive()

    with pytest.raises(BlockingIOError):
        told(listening)


def test_without_systemd_nothing_is_told(caplog):
    Systemd({}).ready("http://127.0.0.1:8080")

    assert caplog.text == ""


def test_a_systemd_that_is_gone_harms_nothing(tmp_path):
    cli = Cli(tmp_path)
    cli.environ["NOTIFY_SOCKET"] = str(tmp_path / "nobody")
    with Process(cli, "serve", "--port", "0") as server:
        server.wait_for("systemd can't be told READY: No such file")
        server.wait_for("listening on")
        server.signal(signal.SIGTERM)

        assert server.ended() == 0
