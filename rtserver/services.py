"""Everything a handler can reach, by part; ``rtserver.wiring`` builds it once."""

import asyncio
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network
from typing import Any, NamedTuple, Protocol
from weakref import WeakSet

from rtserver.access.allowances import Allowances
from rtserver.access.budgets import Budgets
from rtserver.access.tickets import Tickets
from rtserver.access.turns import Turns
from rtserver.accounts.forgotten_passwords import ForgottenPasswords
from rtserver.accounts.identity import Identity
from rtserver.accounts.invitations import Invitations
from rtserver.accounts.keys import KeySet
from rtserver.accounts.logins import Logins
from rtserver.accounts.password_choices import PasswordChoices
from rtserver.accounts.password_links import PasswordLinks
from rtserver.accounts.passwords import Passwords
from rtserver.accounts.people import People
from rtserver.accounts.user_import import UserImport
from rtserver.accounts.users import Users
from rtserver.archive.service import Archives
from rtserver.boards.feed import BoardFeed
from rtserver.boards.history import BoardHistory
from rtserver.boards.service import Boards
from rtserver.boards.snapshots import BoardSnapshots
from rtserver.boards.upkeep import BoardUpkeep
from rtserver.bus.contract import Bus
from rtserver.chat.service import Chat
from rtserver.chat.summaries import Summaries
from rtserver.clock import Clock
from rtserver.delivery.gates import Gates
from rtserver.delivery.hub import Hub
from rtserver.delivery.publisher import Publisher
from rtserver.delivery.session import Sessions
from rtserver.delivery.subscriptions import Subscriptions
from rtserver.edge.connection import Connection
from rtserver.edge.counters import Counters
from rtserver.edge.flusher import Flusher
from rtserver.edge.limits import EdgeLimits
from rtserver.edge.refused_origins import RefusedOrigins
from rtserver.errors import CloseCode
from rtserver.files.removal import FileRemoval
from rtserver.files.service import Files
from rtserver.files.uploads import Uploads
from rtserver.health import Health
from rtserver.lessons.calendars import Calendars
from rtserver.lessons.calls import Calls
from rtserver.lessons.members import Members
from rtserver.lessons.notices import LessonNotices
from rtserver.lessons.reminders import Reminders
from rtserver.lessons.service import Lessons
from rtserver.mail.composer import Composer
from rtserver.mail.outbox_list import OutboxList
from rtserver.mail.pages import MailPages
from rtserver.metrics.http_requests import RequestFigures
from rtserver.metrics.loop_lag import LoopLag
from rtserver.metrics.outbox_depth import OutboxDepth
from rtserver.metrics.registry import Metrics
from rtserver.notifications.feed import NotificationFeed
from rtserver.notifications.notices import Notices
from rtserver.notifications.service import Notifications
from rtserver.notifications.tasks import NotificationTasks
from rtserver.presence.contract import Presence
from rtserver.presence.status_feed import StatusFeed
from rtserver.privacy.retention import Retention
from rtserver.rooms.attendance import Attendance
from rtserver.rooms.contract import RoomRegister
from rtserver.rooms.feed import RoomFeed
from rtserver.rooms.keeper import AttendanceKeeper
from rtserver.rooms.service import Rooms
from rtserver.sessions.admission import Admission
from rtserver.sessions.guests import Guests
from rtserver.sessions.revalidation import Revalidation
from rtserver.settings.logo import Logo
from rtserver.settings.model import Settings
from rtserver.settings.page_texts import PageTexts
from store.database import Database


class Client(Protocol):
    """A connected client, as far as the server itself needs to know it."""

    @property
    def connection(self) -> Connection: ...

    async def drain(self, code: CloseCode, reason: str) -> None: ...

    def end(self, code: CloseCode, reason: str) -> None: ...


class AccountParts(NamedTuple):
    """The people: their keys, tokens, logins and accounts."""

    keys: KeySet
    passwords: Passwords
    identity: Identity
    logins: Logins
    users: Users
    links: PasswordLinks
    forgotten: ForgottenPasswords
    choices: PasswordChoices
    invitations: Invitations
    people: People
    imports: UserImport


class BoardParts(NamedTuple):
    """The boards, what they were, what saves them, and what subscriptions read."""

    service: Boards
    history: BoardHistory
    snapshots: BoardSnapshots
    upkeep: BoardUpkeep
    feed: BoardFeed


class FileParts(NamedTuple):
    """Files: what is kept, what is on its way, and the end of both."""

    service: Files
    uploads: Uploads
    removal: FileRemoval


class NotificationParts(NamedTuple):
    """Notifications and the mails that follow them."""

    service: Notifications
    feed: NotificationFeed
    notices: Notices
    lessons: LessonNotices
    reminders: Reminders
    outbox: OutboxList
    composer: Composer
    pages: MailPages
    tasks: NotificationTasks


class PresenceParts(NamedTuple):
    """Presence, and the channel that tells of it."""

    register: Presence
    status: StatusFeed


class RoomParts(NamedTuple):
    """The rooms: what is done there, who was in them, who is, and who is told.

    ``keeper`` writes the attendance.
    """

    service: Rooms
    attendance: Attendance
    keeper: AttendanceKeeper
    register: RoomRegister
    feed: RoomFeed


class DeliveryParts(NamedTuple):
    """The parts that every event passes on its way to the connections."""

    hub: Hub
    gates: Gates
    publisher: Publisher
    bus: Bus
    subscriptions: Subscriptions


class SessionParts(NamedTuple):
    """The sessions here, who is let in, and whose rights have ended."""

    live: Sessions
    admission: Admission
    revalidation: Revalidation


class FigureParts(NamedTuple):
    """Figures that the process measures of itself."""

    metrics: Metrics
    requests: RequestFigures
    loop_lag: LoopLag
    outbox_depth: OutboxDepth
    counters: Counters


class EdgeParts(NamedTuple):
    """The rules that hold for every connection before it has said anything."""

    limits: EdgeLimits
    guests: Guests
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    refused_origins: RefusedOrigins


@dataclass(eq=False)
class Services:
    """The parts of one running server.

    ``clients``, ``requests``, ``port``, ``started_at`` and ``draining`` change while it
    runs.
    """

    settings: Settings
    clock: Clock
    db: Database
    accounts: AccountParts
    budgets: Budgets
    turns: Turns
    allowances: Allowances
    lessons: Lessons
    members: Members
    calendars: Calendars
    calls: Calls
    chat: Chat
    summaries: Summaries
    boards: BoardParts
    files: FileParts
    archives: Archives
    tickets: Tickets
    notifications: NotificationParts
    presence: PresenceParts
    rooms: RoomParts
    delivery: DeliveryParts
    sessions: SessionParts
    figures: FigureParts
    edge: EdgeParts
    retention: Retention
    health: Health
    logo: Logo | None
    page_texts: PageTexts
    clients: set[Client] = field(default_factory=set)
    # The HTTP requests that are being answered.
    requests: WeakSet[Any] = field(default_factory=WeakSet)
    port: int = 0
    # By the monotonic clock.
    started_at: float = 0.0
    draining: bool = False

    def connections(self) -> list[Connection]:
        """Return every connection, signed in or not."""
        return [client.connection for client in self.clients]

    @cached_property
    def flusher(self) -> Flusher:
        """Return the flusher of the loop that serves."""
        return Flusher(asyncio.get_running_loop(), self.figures.counters)
