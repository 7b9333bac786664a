"""Everything a handler can reach, built once in ``rtserver.app``."""

import asyncio
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network
from typing import Any, Protocol
from weakref import WeakSet

from rtserver.admission import Admission
from rtserver.board_snapshots import BoardSnapshots
from rtserver.boards import Boards
from rtserver.bus import Bus
from rtserver.chat import Chat
from rtserver.clock import Clock
from rtserver.connection import Connection, EdgeLimits
from rtserver.errors import CloseCode
from rtserver.flusher import Flusher
from rtserver.health import Health
from rtserver.hub import Hub
from rtserver.identity import Identity
from rtserver.keys import KeySet
from rtserver.lessons import Lessons
from rtserver.logins import Logins
from rtserver.mail_composer import Composer
from rtserver.mail_pages import MailPages
from rtserver.mail_tasks import MailTasks
from rtserver.members import Members
from rtserver.metrics import Metrics
from rtserver.notifications import Notifications
from rtserver.passwords import Passwords
from rtserver.presence import Presence
from rtserver.publisher import Publisher
from rtserver.revalidation import Revalidation
from rtserver.session import Sessions
from rtserver.settings import Settings
from rtserver.status_feed import StatusFeed
from rtserver.subscriptions import Subscriptions
from rtserver.users import Users
from store.database import Database


class Client(Protocol):
    """A connected client, as far as the server itself needs to know it."""

    @property
    def connection(self) -> Connection: ...

    async def drain(self, code: CloseCode, reason: str) -> None: ...


@dataclass(eq=False)
class Services:
    """``port`` and ``draining`` belong to the running server, and change with it."""

    settings: Settings
    clock: Clock
    db: Database
    hub: Hub
    publisher: Publisher
    sessions: Sessions
    subscriptions: Subscriptions
    admission: Admission
    revalidation: Revalidation
    identity: Identity
    logins: Logins
    users: Users
    lessons: Lessons
    members: Members
    chat: Chat
    boards: Boards
    board_snapshots: BoardSnapshots
    notifications: Notifications
    mail_pages: MailPages
    mails: MailTasks
    composer: Composer
    metrics: Metrics
    bus: Bus
    presence: Presence
    status: StatusFeed
    health: Health
    keys: KeySet
    passwords: Passwords
    edge_limits: EdgeLimits
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    clients: set[Client] = field(default_factory=set)
    # The HTTP requests that are being answered.
    requests: WeakSet[Any] = field(default_factory=WeakSet)
    port: int = 0
    draining: bool = False

    def connections(self) -> list[Connection]:
        """Give every connection, signed in or not."""
        return [client.connection for client in self.clients]

    @cached_property
    def flusher(self) -> Flusher:
        """Give the flusher of the loop that serves."""
        return Flusher(asyncio.get_running_loop())
