"""``rtserver top`` beside a server: in a terminal, in a pipe, and for scripts."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

import pytest

from rtserver.cli.top_terminal import Terminal
from tests.processes import is_stopped, wait_until
from tests.rtserver.cli_runs import Cli, Process, serving

PATIENCE = 30.0


@pytest.fixture(scope="module")
def cli(tmp_path_factory):
    return Cli(tmp_path_factory.mktemp("top"))


@pytest.fixture(scope="module")
def url(cli):
    with serving(cli) as server:
        yield server.url


class Window:
    """A terminal with a program in it."""

    def __init__(self, cli, *argv, columns=100):
        self._own, inside = pty.openpty()
        self.before = termios.tcgetattr(inside)
        self.resize(columns)
        ends = dict.fromkeys(("stdin", "stdout"), inside)
        # As a shell starts it; else Ctrl-Z would mean nothing to it.
        self.process = Process(cli, "top", *argv, process_group=0, **ends)
        self._inside = inside
        self.seen = ""

    def resize(self, columns, lines=30):
        fcntl.ioctl(
            self._own, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0)
        )

    def type(self, keys):
        os.write(self._own, keys.encode())

    def wait_for(self, pattern):
        """Read on until something is shown; what was shown before is forgotten."""
        end = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.seen, re.S)):
            ready, _, _ = select.select([self._own], [], [], end - time.monotonic())
            assert ready, f"{pattern} isn't in {self.seen!r}; {self.process.log}"
            self.seen += os.read(self._own, 65536).decode()
        self.seen = self.seen[found.end() :]

    def mode(self):
        return termios.tcgetattr(self._inside)

    def close(self):
        for end in (self._own, self._inside):
            os.close(end)


@pytest.fixture
def window(cli, url):
    window = Window(cli, "--url", url, "--interval", "0.2")
    with window.process:
        yield window
    window.close()


def test_a_terminal_shows_page_after_page_until_q(window):
    window.wait_for(r"\x1b\[\?1049h")  # another screen
    for _ in range(2):
        window.wait_for(r"\x1b\[Hrtserver top .*PEOPLE .* connections.*PROCESS")
    window.type("q")

    assert window.process.ended() == 0
    window.wait_for(r"\x1b\[\?1049l")
    assert window.mode() == window.before


def test_a_page_that_is_outgrown_while_it_is_made_is_made_again(monkeypatch):
    own, inside = pty.openpty()
    monkeypatch.setattr("sys.stdin", os.fdopen(inside, "r", closefd=False))
    monkeypatch.setattr("sys.stdout", os.fdopen(inside, "w", closefd=False))

    def page(width, height):
        size = struct.pack("HHHH", height + 1, width + 1, 0, 0)
        fcntl.ioctl(own, termios.TIOCSWINSZ, size)
        return []

    terminal = Terminal()
    terminal.show(page)
    begun = time.monotonic()

    assert terminal.key(PATIENCE) == ""
    assert time.monotonic() - begun < PATIENCE / 2
    for end in (own, inside):
        os.close(end)


def test_a_page_follows_the_size_of_its_window(cli, url):
    window = Window(cli, "--url", url, "--interval", "60")
    with window.process:
        window.wait_for("q quits")
        window.resize(columns=20)
        window.wait_for(r"\x1b\[Hrtserver top   [0-9:]{5}\x1b\[K")
        window.type("q")

        assert window.process.ended() == 0
    window.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_ends_it_gets_the_terminal_back(window, number):
    window.wait_for("PEOPLE")
    window.process.signal(number)

    assert window.process.ended() == 130
    window.wait_for(r"\x1b\[\?1049l")
    assert window.mode() == window.before


def test_a_shell_has_the_terminal_while_it_is_stopped(window):
    window.wait_for("PEOPLE")
    window.process.signal(signal.SIGTSTP)

    window.wait_for(r"\x1b\[\?25h\x1b\[\?1049l")
    wait_until(lambda: is_stopped(window.process.popen.pid))
    assert window.mode() == window.before
    window.process.signal(signal.SIGCONT)
    window.wait_for(r"\x1b\[\?1049h.*PEOPLE")
    window.type("q")
    assert window.process.ended() == 0
    assert window.mode() == window.before


def test_without_a_terminal_one_page_is_printed(cli, url):
    done = cli.run("top", "--url", f"{url}/", "--interval", "0.1")

    assert (done.code, done.err) == (0, "")
    assert "\x1b" not in done.out and done.out.startswith("PEOPLE")
    assert url in done.out


def test_a_script_gets_one_value(cli, url):
    value = cli.value("top", "--url", url, "--interval", "0.1")

    assert value["http"]["statuses"]["2xx"] > 0
    assert value["database"]["up"] is True and value["redis"] is None
    assert [process["url"] for process in value["processes"]] == [url]


def test_the_settings_name_the_server(cli, url):
    own = Cli(
        cli.data.parent, server_port=url.rpartition(":")[2], server_host="0.0.0.0"
    )

    assert own.value("top", "--interval", "0.1")["processes"][0]["url"] == url


def test_several_processes_are_added_up(cli, url, tmp_path):
    with serving(Cli(tmp_path)) as other:
        urls = ("--url", url, "--url", other.url)
        value = cli.value("top", *urls, "--interval", "0.1")

    assert [process["url"] for process in value["processes"]] == [url, other.url]
    assert value["people"]["connections_limit"] == 20_000


def test_a_process_that_is_down_does_not_hide_the_others(cli, url):
    down = "http://127.0.0.1:1"
    value = cli.value("top", "--url", url, "--url", down, "--interval", "0.1")

    assert value["people"]["connections_limit"] == 10_000
    assert "can't be reached" in value["processes"][1]["error"]


def test_a_server_that_denies_its_figures_names_the_setting(tmp_path):
    cli = Cli(tmp_path, server_metrics_allow="192.0.2.1")
    with serving(cli) as server:
        done = cli.run("top", "--url", server.url)

    assert (done.code, done.out) == (1, "")
    assert "[server] metrics_allow" in done.err


@pytest.mark.parametrize(
    ("argv", "code", "told"),
    [
        (["--url", "http://127.0.0.1:1"], 1, "can't be reached .*refused.*. Start"),
        (["--url", "file:///etc/passwd"], 2, "expected one such as http://127"),
        (["--interval", "0"], 2, "a number of seconds above 0"),
    ],
)
def test_what_cannot_be_is_told(cli, argv, code, told):
    done = cli.run("top", *argv)

    assert done.code == code
    assert re.search(told, done.err)


def test_a_port_that_nobody_knows_beforehand_is_told(tmp_path):
    done = Cli(tmp_path, server_port=0).run("top")

    assert (done.code, "--url" in done.err) == (1, True)
