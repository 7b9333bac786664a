"""Everything a handler can reach, built once in ``rtserver.app``."""

import asyncio
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network
from typing import Any, Protocol
from weakref import WeakSet

from rtserver.accounts.identity import Identity
from rtserver.accounts.keys import KeySet
from rtserver.accounts.logins import Logins
from rtserver.accounts.passwords import Passwords
from rtserver.accounts.users import Users
from rtserver.boards.service import Boards
from rtserver.boards.snapshots import BoardSnapshots
from rtserver.bus.contract import Bus
from rtserver.chat.service import Chat
from rtserver.clock import Clock
from rtserver.delivery.hub import Hub
from rtserver.delivery.publisher import Publisher
from rtserver.delivery.session import Sessions
from rtserver.delivery.subscriptions import Subscriptions
from rtserver.edge.connection import Connection
from rtserver.edge.counters import Traffic
from rtserver.edge.flusher import Flusher
from rtserver.edge.limits import EdgeLimits
from rtserver.errors import CloseCode
from rtserver.health import Health
from rtserver.lessons.members import Members
from rtserver.lessons.service import Lessons
from rtserver.mail.composer import Composer
from rtserver.mail.pages import MailPages
from rtserver.metrics.http_requests import RequestFigures
from rtserver.metrics.loop_lag import LoopLag
from rtserver.metrics.outbox_depth import OutboxDepth
from rtserver.metrics.registry import Metrics
from rtserver.notifications.service import Notifications
from rtserver.notifications.tasks import NotificationTasks
from rtserver.presence.contract import Presence
from rtserver.presence.status_feed import StatusFeed
from rtserver.privacy.retention import Retention
from rtserver.sessions.admission import Admission
from rtserver.sessions.revalidation import Revalidation
from rtserver.settings.model import Settings
from store.database import Database


class Client(Protocol):
    """A connected client, as far as the server itself needs to know it."""

    @property
    def connection(self) -> Connection: ...

    async def drain(self, code: CloseCode, reason: str) -> None: ...

    def end(self, code: CloseCode, reason: str) -> None: ...


@dataclass(eq=False)
class Services:
    """The services of one server.

    ``port`` and ``draining`` belong to the running one, and change with it.
    """

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
    mails: NotificationTasks
    composer: Composer
    retention: Retention
    metrics: Metrics
    requests_seen: RequestFigures
    loop_lag: LoopLag
    outbox_depth: OutboxDepth
    traffic: Traffic
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
        """Return every connection, signed in or not."""
        return [client.connection for client in self.clients]

    @cached_property
    def flusher(self) -> Flusher:
        """Return the flusher of the loop that serves."""
        return Flusher(asyncio.get_running_loop(), self.traffic)
