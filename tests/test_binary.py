"""The one binary: everything is inside, and it needs nothing but itself.

It is ``dist/rtserver``, if that is newer than what it was made of, or the file that
``RTSERVER_TEST_BINARY`` names.
"""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.client import open_socket
from tests.patience import PATIENCE
from tests.processes import family, free_port, wait_until

ROOT = Path(__file__).resolve().parent.parent
MADE_OF = ("rtserver", "handlers", "store", "templates", "deploy/binary.py")
MAX_BYTES = 32_000_000
# A second where unpacking and starting Python take half of one. The clock itself would
# tell of the machine: of its speed, and of what else it does.
START_RATIO = 2.5
MESSAGES = "/api/chat/messages/"
LISTENING = re.compile(r"listening on (http://\S+)")


def newest_source() -> float:
    files = [file for name in MADE_OF for file in (ROOT / name).rglob("*.*")]
    files += [ROOT / "deploy/binary.py", ROOT / "deploy/rtserver.spec"]
    return max(file.stat().st_mtime for file in files if file.suffix != ".pyc")


@pytest.fixture(scope="module")
def program() -> Path:
    named = os.environ.get("RTSERVER_TEST_BINARY")
    file = Path(named).resolve() if named else ROOT / "dist" / "rtserver"
    if not named and not file.exists():
        pytest.skip("there is no dist/rtserver: make binary, or RTSERVER_TEST_BINARY")
    if not named and file.stat().st_mtime < newest_source():
        pytest.skip("dist/rtserver is older than the code: make binary")
    return file


class Binary:
    """The program in a folder of its own, with no other program to be found."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.program = program
        self.home, self.scratch = folder / "empty", folder / "scratch"
        self.home.mkdir()
        self.scratch.mkdir()
        self.environ = {
            "PATH": str(self.home),
            "TMPDIR": str(self.scratch),
            "PYTHONTZPATH": "",  # so that it has to have time zones itself
        }

    def popen(self, *argv: str, **more: Any) -> "subprocess.Popen[str]":
        command = [str(self.program), *argv]
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        options: Any = {"cwd": self.home, "env": self.environ, "text": True, **pipes}
        return subprocess.Popen(command, start_new_session=True, **options | more)

    def value(self, *argv: str, stdin: str = "") -> Any:
        """Run a command that works; give what it prints as JSON."""
        with self.popen(*argv, "--json") as process:
            out, err = process.communicate(stdin, timeout=PATIENCE)
        assert process.returncode == 0, err
        return json.loads(out)

    @contextmanager
    def serving(self, port: int = 0) -> Iterator["Server"]:
        log = self.scratch.with_name("log")
        with log.open("w") as err:
            process = self.popen("serve", "--port", str(port), stderr=err)
        try:
            wait_until(lambda: LISTENING.search(log.read_text()) or process.poll())
            found = LISTENING.search(log.read_text())
            assert found, log.read_text()
            yield Server(process, found[1])
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate()


class Server:
    def __init__(self, process: "subprocess.Popen[str]", url: str) -> None:
        self.process = process
        self.url = url

    def ask(self, path: str, token: str = "", body: Any = None) -> bytes:
        """Send a request that succeeds; give the answer's body."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers)
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            answer: bytes = response.read()
        return answer

    def listens(self) -> bool:
        host, port = self.url.removeprefix("http://").split(":")
        with socket.socket() as probe:
            return probe.connect_ex((host, int(port))) == 0


@pytest.fixture
def binary(program: Path, tmp_path: Path) -> Binary:
    return Binary(program, tmp_path)


def test_it_is_small_enough(program: Path) -> None:
    assert program.stat().st_size <= MAX_BYTES


def test_first_request_costs_little_more_than_to_say_the_version(
    binary: Binary,
) -> None:
    binary.value("migrate")
    with binary.popen("--version") as unpacked:
        _, _, cost = os.wait4(unpacked.pid, 0)
        unpacked.returncode = 0
    with binary.serving() as server:
        server.ask("/healthz")
        worked = sum(map(cpu_seconds, family(server.process.pid)))

    assert worked <= START_RATIO * (cost.ru_utime + cost.ru_stime)


def cpu_seconds(pid: int) -> float:
    """Return the time that a process has had a core, in the kernel too."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


async def test_a_school_lives_in_it(binary: Binary, database_url: str) -> None:
    binary.environ["RTSERVER_DATABASE_URL"] = database_url
    add = ("user", "add", "olena@example.org", "--name", "Олена", "--role", "tutor")
    user = binary.value(*add, "--password-stdin", stdin="a-long-password\n")["id"]
    times = ("--starts", "2026-11-23T10:00:00Z", "--ends", "2026-11-23T11:00:00Z")
    lesson = binary.value("lesson", "add", "Maths", *times, "--tutor", str(user))["id"]
    token = binary.value("token", str(user))["token"]
    with binary.serving() as server:
        socket = await open_socket(server.url, token)
        await socket.call("subscribe", f"chat:user:{user}")
        said = {"lesson_id": lesson, "text": "Привіт"}
        await asyncio.to_thread(server.ask, MESSAGES, token, said)

        event = await socket.next("chat.message.new")
        await socket.close()

    assert event["payload"]["text"] == "Привіт"
    assert event["payload"]["author"]["name"] == "Олена"


async def test_two_commands_lead_from_nothing_to_a_chat(binary: Binary) -> None:
    began = time.monotonic()
    people = binary.value("demo")["users"]
    tokens = {}
    with binary.serving() as server:
        for person in people[1], people[3]:
            login = {key: person[key] for key in ("email", "password")}
            answer = await asyncio.to_thread(server.ask, "/api/auth/token/", "", login)
            tokens[person["id"]] = json.loads(answer)["access"]
        tutor, student = tokens
        socket = await open_socket(server.url, tokens[student])
        await socket.call("subscribe", f"chat:user:{student}")
        said = {"lesson_id": 1, "text": "Привіт"}
        await asyncio.to_thread(server.ask, MESSAGES, tokens[tutor], said)

        assert (await socket.next("chat.message.new"))["payload"]["text"] == "Привіт"
        await socket.close()
    assert time.monotonic() - began < 60


def test_the_classroom_page_is_inside(binary: Binary) -> None:
    if not (ROOT / "templates" / "page" / "index.html").exists():
        pytest.skip("the classroom page isn't built: make web")
    with binary.serving() as server:
        page = server.ask("/page/index.html").decode()
        assets = re.findall(r'"(/page/assets/[^"]+\.(?:js|css))"', page)

        assert assets and all(server.ask(asset) for asset in assets)


def test_passwords_metrics_pages_and_time_zones_are_inside(binary: Binary) -> None:
    add = ("user", "add", "o@example.org", "--name", "O", "--role", "admin")
    zone = ("--timezone", "Europe/Kyiv")
    binary.value(*add, *zone, "--password-stdin", stdin="a-long-password\n")
    login = {"email": "o@example.org", "password": "a-long-password"}
    with binary.serving() as server:
        token = json.loads(server.ask("/api/auth/token/", body=login))["access"]

        assert json.loads(server.ask("/api/users/me/", token))["name"] == "O"
        assert b"process_resident_memory_bytes" in server.ask("/metrics")
        page = server.ask("/api/docs/").decode()
        assets = re.findall(r'(?:src|href)="(/api/docs/[^"#]+\.(?:js|css))"', page)
        assert assets and all(server.ask(asset) for asset in assets)


def test_public_keys_are_read(binary: Binary) -> None:
    key = {"kty": "OKP", "crv": "Ed25519"}
    key["x"] = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    jwks = binary.home / "jwks.json"
    jwks.write_text(json.dumps({"keys": [key]}))
    binary.environ["RTSERVER_AUTH_ALGORITHMS"] = "HS256, EdDSA"
    binary.environ["RTSERVER_AUTH_JWKS_FILE"] = str(jwks)

    with binary.serving() as server:
        server.ask("/readyz")


def test_only_what_is_needed_is_unpacked(binary: Binary) -> None:
    with binary.serving():
        unpacked = {path.parent.name for path in binary.scratch.rglob("*.so*")}

    assert "hiredis" in unpacked
    assert unpacked.isdisjoint({"psycopg2", "psycopg2_binary.libs", "bindings"})


def test_a_mail_is_made_from_its_templates(binary: Binary) -> None:
    binary.value("mail", "test", "o@example.org")

    (mail,) = (binary.home / "data" / "outbox").glob("*.eml")
    assert b"text/html" in mail.read_bytes()


def test_redis_can_be_reached(binary: Binary, redis_url: str) -> None:
    binary.environ["RTSERVER_REDIS_URL"] = redis_url

    results = {each["name"]: each["ok"] for each in binary.value("check")}

    assert results["redis"]


def test_check_reaches_the_server_by_its_address(binary: Binary) -> None:
    port = free_port()
    binary.environ["RTSERVER_SERVER_PORT"] = str(port)
    binary.environ["RTSERVER_SERVER_BASE_URL"] = f"http://127.0.0.1:{port}"
    binary.value("user", "add", "o@example.org", "--name", "O", "--role", "admin")
    with binary.serving(port):
        results = binary.value("check")

    skipped = {each["name"] for each in results if each["skipped"]}
    assert all(each["ok"] for each in results)
    assert skipped == {"idle"}


def test_a_backup_is_restored(binary: Binary) -> None:
    binary.value("migrate")
    binary.value("backup", "b.db")

    assert binary.value("restore", "b.db")["aside"]


@pytest.mark.parametrize("whole_group", [False, True])
def test_sigterm_ends_it_in_order_and_leaves_nothing(
    binary: Binary, database_url: str, whole_group: bool
) -> None:
    binary.environ["RTSERVER_DATABASE_URL"] = database_url
    with binary.serving() as server:
        pid = server.process.pid
        # Ctrl-C, timeout and others signal the whole group: the loader, who hands it
        # on, and the server itself.
        (os.killpg if whole_group else os.kill)(pid, signal.SIGTERM)

        assert server.process.wait(PATIENCE) == 0
    assert list(binary.scratch.iterdir()) == []


def test_kill_9_of_the_loader_ends_the_server(binary: Binary) -> None:
    with binary.serving() as server:
        server.process.kill()
        server.process.wait()

        wait_until(lambda: not server.listens(), 5)
