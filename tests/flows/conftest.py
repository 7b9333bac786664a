"""A database that can be frozen, and clients that do as they please."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from tests.app_fixtures import MakeSchool
from tests.flows.mailing import HOLD, Mailing
from tests.flows.processes import Processes
from tests.mail_server import MailServer
from tests.raw_client import RawPeer, connect
from tests.school import School
from tests.services import Postgres, Redis

# What a request waits for a database that doesn't answer; shortened for the tests.
DEADLINE = 0.5


class Freezer:
    """A PostgreSQL of the test's own; ``url`` is an empty database in it."""

    def __init__(self, server: Postgres) -> None:
        self.server = server
        self.url = server.create_database("school")

    def freeze(self, school: School) -> None:
        """Stop the database; whoever waits for it gives up soon."""
        school.services.db.deadline = DEADLINE
        self.server.freeze()

    def thaw(self) -> None:
        self.server.thaw()


@pytest.fixture
def freezer(own_postgres: Postgres, make_school: MakeSchool) -> Iterator[Freezer]:
    """A database to freeze; it is thawed before the test's servers stop.

    Take it before ``make_school``, so that it outlives them.
    """
    freezer = Freezer(own_postgres)
    yield freezer
    freezer.thaw()


@pytest.fixture
def raw_connect() -> Iterator[Callable[..., Awaitable[RawPeer]]]:
    """Open WebSockets as ``tests.raw_client.connect`` does; closed at the end."""
    peers: list[RawPeer] = []

    async def open_one(school: School, token: str | None, **more: Any) -> RawPeer:
        peers.append(await connect(school, token, **more))
        return peers[-1]

    yield open_one
    for peer in peers:
        peer.sock.close()


@pytest.fixture
def processes(
    postgres_url: str, own_redis: Redis, make_school: MakeSchool
) -> Processes:
    """Start several servers on one database and a Redis of the test's own.

    Both are taken before ``make_school``, so that they outlive the servers.
    """
    return Processes(make_school, postgres_url, own_redis)


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A mail server that takes everything, until it is told not to."""
    server = MailServer().start()
    yield server
    server.stop()


@pytest.fixture
def mailing(make_school: MakeSchool, mail_server: MailServer) -> Mailing:
    """Start a school whose mails go to the mail server."""

    async def start(url: str | None = None, **overrides: Any) -> School:
        settings = {
            "server_base_url": "https://school.example",
            "smtp_host": "127.0.0.1",
            "smtp_port": mail_server.port,
            "smtp_security": "none",
            "smtp_sender": "School <no-reply@school.example>",
            "smtp_timeout": 1,
            "notifications_chat_mail_delay": 0.2,
            "presence_ttl": HOLD,
            "presence_heartbeat": 2,
            **overrides,
        }
        return await make_school(*([url] if url else []), **settings)

    return start
