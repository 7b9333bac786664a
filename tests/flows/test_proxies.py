"""The files for nginx and HAProxy lead real clients to several processes."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.client import Socket, open_socket
from tests.deploy.proxies import KINDS, Proxy
from tests.flows.processes import Processes
from tests.patience import PATIENCE
from tests.school import School, until

Start = Callable[[list[School]], Proxy]


@pytest.fixture(params=KINDS)
def start_proxy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Start]:
    """Start a proxy before servers, from the file that is shipped."""
    running: list[Proxy] = []

    def start(schools: list[School]) -> Proxy:
        folder = tmp_path / "proxy"
        folder.mkdir()
        ports = [school.services.port for school in schools]
        running.append(Proxy(request.param, folder, *ports))
        return running[-1]

    yield start
    for proxy in running:
        proxy.stop()


async def arrive(proxy: Proxy, token: str) -> Socket:
    """Connect through a proxy that may still be looking for its servers."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return await open_socket(proxy.url, token, ssl=proxy.trust)
            except Exception:
                await asyncio.sleep(0.05)


async def test_clients_reach_all_processes_and_each_other(
    processes: Processes, start_proxy: Start
) -> None:
    schools = await processes.start(3)
    olena, taras, lesson = await processes.lesson()
    proxy = start_proxy(schools)

    sockets = []
    for number in range(6):
        user = (olena, taras)[number % 2]
        sockets.append(await arrive(proxy, schools[0].token(user)))
        await sockets[-1].call("subscribe", f"chat:user:{user}")
    await schools[0].say(olena, lesson, "hello")
    for socket in sockets:
        message = await socket.next("chat.message.new")
        assert message["payload"]["text"] == "hello"

    assert all(len(school.services.clients) for school in schools)
    for socket in sockets:
        await socket.close()


async def test_process_that_drains_gets_no_new_clients(
    processes: Processes, start_proxy: Start
) -> None:
    schools = await processes.start(3)
    taras = await schools[0].person("Taras")
    proxy = start_proxy(schools)
    await (await arrive(proxy, schools[0].token(taras))).close()
    await until(lambda: not any(school.services.clients for school in schools))

    schools[1].services.draining = True
    sockets = [await arrive(proxy, schools[0].token(taras)) for _ in range(6)]

    assert [len(school.services.clients) for school in schools][1] == 0
    assert sum(len(school.services.clients) for school in schools) == 6
    for socket in sockets:
        await socket.close()
