"""The files for nginx and HAProxy lead real clients to several processes."""

import asyncio
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.client import Socket, open_socket
from tests.flows.processes import Processes
from tests.processes import Guard, free_port
from tests.school import School, until

DEPLOY = Path(__file__).resolve().parent.parent.parent / "deploy"
PORTS = ("127.0.0.1:8081", "127.0.0.1:8082", "127.0.0.1:8083")


def nginx(folder: Path, site: str, port: int) -> list[str]:
    """Write nginx's files around the site, without TLS; give the command to run it."""
    for line in ("ssl_certificate ", "ssl_certificate_key "):
        site = "\n".join(s for s in site.splitlines() if line not in s)
    site = site.replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    site = site.replace("/var/log/nginx", str(folder))
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/log;\n"
        f"events {{}} http {{ access_log {folder}/access;\n{site}\n}}"
    )
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]


def haproxy(folder: Path, config: str, port: int) -> list[str]:
    """Write HAProxy's file, small and without TLS; give the command to run it."""
    bind = ":443 ssl crt /etc/ssl/rt.school.example.pem"
    config = config.replace(bind, f"127.0.0.1:{port}")
    config = config.replace("maxconn 50000", "maxconn 100")
    (folder / "haproxy.cfg").write_text(config)
    return ["haproxy", "-db", "-f", str(folder / "haproxy.cfg")]


PROXIES = {
    "nginx": (nginx, "nginx-processes.conf"),
    "haproxy": (haproxy, "haproxy-processes.cfg"),
}


@pytest.fixture(params=PROXIES)
def start_proxy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """Start a proxy before servers, from the file that is shipped."""
    if shutil.which(request.param) is None:
        pytest.skip(f"there is no {request.param} here")
    running: list[tuple[subprocess.Popen[bytes], Guard]] = []

    def start(schools: list[School]) -> str:
        write, name = PROXIES[request.param]
        text = (DEPLOY / name).read_text()
        for shown, school in zip(PORTS, schools, strict=True):
            assert shown in text
            text = text.replace(shown, f"127.0.0.1:{school.services.port}")
        folder, port = tmp_path / "proxy", free_port()
        folder.mkdir()
        with (folder / "out").open("wb") as out:
            command = write(folder, text, port)
            process = subprocess.Popen(command, stdout=out, stderr=out)
        running.append((process, Guard(folder, process.pid, signal.SIGTERM)))
        return f"http://127.0.0.1:{port}"

    yield start
    for process, guard in running:
        process.terminate()
        process.wait(10)
        guard.dismiss()


async def arrive(url: str, token: str) -> Socket:
    """Connect through a proxy that may still be starting."""
    async with asyncio.timeout(10):
        while True:
            try:
                return await open_socket(url, token)
            except Exception:
                await asyncio.sleep(0.05)


async def test_clients_reach_all_processes_and_each_other(
    processes: Processes, start_proxy: Any
) -> None:
    schools = await processes.start(3)
    olena, taras, lesson = await processes.lesson()
    url = start_proxy(schools)

    sockets = []
    for number in range(6):
        user = (olena, taras)[number % 2]
        sockets.append(await arrive(url, schools[0].token(user)))
        await sockets[-1].call("subscribe", f"chat:user:{user}")
    await schools[0].say(olena, lesson, "hello")
    for socket in sockets:
        message = await socket.next("chat.message.new")
        assert message["payload"]["text"] == "hello"

    assert all(len(school.services.clients) for school in schools)
    for socket in sockets:
        await socket.close()


async def test_process_that_drains_gets_no_new_clients(
    processes: Processes, start_proxy: Any
) -> None:
    schools = await processes.start(3)
    taras = await schools[0].person("Taras")
    url = start_proxy(schools)
    await (await arrive(url, schools[0].token(taras))).close()
    await until(lambda: not any(school.services.clients for school in schools))

    schools[1].services.draining = True
    sockets = [await arrive(url, schools[0].token(taras)) for _ in range(6)]

    assert [len(school.services.clients) for school in schools][1] == 0
    assert sum(len(school.services.clients) for school in schools) == 6
    for socket in sockets:
        await socket.close()
