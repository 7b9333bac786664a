"""A server is started part by part, and leaves nothing behind."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import AsyncHTTPClient

from rtserver.app import App, Waits
from store.errors import StoreUnavailable
from store.exclusive import AlreadyServed
from tests.app_fixtures import MakeSchool
from tests.patience import PATIENCE
from tests.school import settings_for, until


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


async def answers(app: App) -> bool:
    client = AsyncHTTPClient(force_instance=True)
    try:
        reply = await client.fetch(f"{app.url}/readyz", raise_error=False)
    finally:
        client.close()
    return reply.code == 200


# Tornado leaves the socket open that it couldn't bind.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_what_had_started_is_stopped_when_a_part_cannot(
    tmp_path: Path, migrated_sqlite_url: str, taken: int
) -> None:
    app = App(settings_for(tmp_path, migrated_sqlite_url, server_port=taken))

    with pytest.raises(OSError, match="in use"):
        await app.start()

    assert app.services.db.connections() == 0
    again = App(settings_for(tmp_path, migrated_sqlite_url))
    await again.start()
    assert await answers(again)
    await again.stop()


async def test_a_database_that_is_served_is_left_to_its_server(
    tmp_path: Path, migrated_sqlite_url: str
) -> None:
    settings = settings_for(tmp_path, migrated_sqlite_url)
    serving, second = App(settings), App(settings)
    await serving.start()

    with pytest.raises(AlreadyServed):
        await second.start()

    assert await answers(serving)
    await serving.stop()


async def test_a_stopped_server_can_be_followed_by_another(
    tmp_path: Path, migrated_sqlite_url: str
) -> None:
    settings = settings_for(tmp_path, migrated_sqlite_url)
    for _ in range(2):
        app = App(settings)
        await app.start()
        assert await answers(app)

        await app.stop()

        assert app.services.draining and app.services.db.connections() == 0
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", app.services.port)).close()


async def test_what_is_answered_goes_out_before_a_server_has_stopped(
    make_school: MakeSchool,
) -> None:
    school = await make_school(waits=Waits(requests=PATIENCE))
    asked = b"GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection(("127.0.0.1", school.services.port)) as peer:
        peer.sendall(300 * asked)  # more answers than the kernel takes
        await until(lambda: school.app._http and school.app._http.is_sending)

        stopping = asyncio.create_task(school.stop())
        await until(lambda: not connects(school.services.port))
        with peer.makefile("rb") as sent:
            read = await asyncio.to_thread(sent.read)
        await stopping

    heads, lengths = read.count(b"HTTP/1.1 200 OK"), read.split(b"Content-Length: ")
    _, _, body = read.rpartition(b"\r\n\r\n")
    assert 0 < heads < 300
    assert len(body) == int(lengths[-1].split(b"\r\n")[0])


def connects(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True


async def test_stopping_a_server_that_never_started_is_no_trouble(
    tmp_path: Path, sqlite_url: str
) -> None:
    app = App(settings_for(tmp_path, sqlite_url, server_data_dir=tmp_path))

    await app.stop()


async def test_without_its_database_it_does_not_listen(
    tmp_path: Path, postgres_server: Any
) -> None:
    url = f"postgresql://nobody@127.0.0.1:{postgres_server.port}/not_there"
    app = App(settings_for(tmp_path, url))

    with pytest.raises(StoreUnavailable):
        await app.start()

    assert app.services.port == 0
