"""Build the services: the one place where they are made and joined together."""

from collections.abc import Callable

from rtserver.access.tickets import Tickets
from rtserver.access.turns import Turns
from rtserver.archive.service import Archives
from rtserver.chat.feed import ChatFeed
from rtserver.chat.held import HeldMessages
from rtserver.chat.service import Chat
from rtserver.chat.summaries import Summaries
from rtserver.clock import Clock
from rtserver.delivery.channels import ROOM
from rtserver.delivery.subscriptions import Subscriptions
from rtserver.edge.limits import EdgeLimits
from rtserver.edge.refused_origins import RefusedOrigins
from rtserver.files.folder import FileFolder
from rtserver.health import Health
from rtserver.lessons.members import Members
from rtserver.lessons.service import Lessons
from rtserver.presence.status_feed import StatusFeed
from rtserver.presence.visibility import Visibility
from rtserver.services import (
    AccountParts,
    BoardParts,
    DeliveryParts,
    EdgeParts,
    NotificationParts,
    PresenceParts,
    RoomParts,
    Services,
    SessionParts,
)
from rtserver.sessions.access_effects import AccessEffects
from rtserver.sessions.admission import Admission
from rtserver.sessions.guests import Guests
from rtserver.sessions.revalidation import Revalidation
from rtserver.settings.logo import Logo, read_logo
from rtserver.settings.model import Settings
from rtserver.settings.page_texts import PageTexts, read_texts
from rtserver.settings.secret_file import ensure_secret
from rtserver.settings.server_url import public_url
from rtserver.wiring.accounts import build_accounts
from rtserver.wiring.boards import build_boards
from rtserver.wiring.files import build_files
from rtserver.wiring.ground import Ground, build_ground
from rtserver.wiring.lessons import build_calendars, build_calls
from rtserver.wiring.metrics import build_figures, watch_services
from rtserver.wiring.notifications import build_notifications
from rtserver.wiring.privacy import build_retention
from rtserver.wiring.rooms import build_rooms


def build(settings: Settings, clock: Clock, secret: str | None = None) -> Services:
    """Build everything over the settings; nothing runs or connects yet.

    The secret that signs is made where there is none, unless one is given. Raises
    ``SettingsError`` when a key can't be read or made.
    """
    ground = build_ground(settings, clock, secret or ensure_secret(settings))
    db, shared, publisher = ground.db, ground.shared, ground.publisher
    accounts = build_accounts(settings, ground.secret, db, clock)
    boards = build_boards(ground)
    notifications = build_notifications(ground, accounts, lambda: services.port)
    chat = _chat(ground, notifications)
    status, rooms = _status(ground), build_rooms(ground)
    subscriptions = _subscriptions(ground, boards, notifications, status, rooms)
    services = Services(
        settings=settings,
        clock=clock,
        db=db,
        accounts=accounts,
        budgets=ground.budgets,
        turns=Turns(settings.limits.requests_at_once),
        allowances=ground.allowances,
        lessons=Lessons(db, clock, notifications.lessons),
        members=Members(db, clock, notifications.lessons),
        calendars=build_calendars(ground, lambda: services.port),
        calls=build_calls(ground, rooms),
        chat=chat,
        summaries=Summaries(db, rooms.register.present),
        boards=boards,
        files=build_files(ground, chat),
        archives=_archives(ground, lambda: services.port),
        tickets=Tickets(ground.secret),
        notifications=notifications,
        presence=PresenceParts(shared.presence, status),
        rooms=rooms,
        delivery=DeliveryParts(
            ground.hub, ground.gates, publisher, shared.bus, subscriptions
        ),
        sessions=_sessions(ground, accounts, subscriptions, status, rooms),
        figures=build_figures(ground.metrics, db, clock, ground.hub),
        edge=_edge(settings, clock),
        retention=build_retention(ground),
        health=Health(db, shared.failing),
        logo=_logo(settings),
        page_texts=_page_texts(settings),
    )
    watch_services(services)
    return services


def _archives(ground: Ground, port: Callable[[], int]) -> Archives:
    settings = ground.settings
    folder = FileFolder(settings.files_dir)
    return Archives(
        ground.db, ground.clock, folder, lambda: public_url(settings.server, port())
    )


def _chat(ground: Ground, notifications: NotificationParts) -> Chat:
    publish, length = ground.publisher.publish, ground.settings.chat.max_length
    held = HeldMessages(ground.db, ground.clock, notifications.notices)
    return Chat(ground.db, ground.clock, publish, held, max_length=length)


def _logo(settings: Settings) -> Logo | None:
    """Read the school's logo, of which the settings have made sure."""
    path = settings.school.logo_file
    return read_logo(path) if path else None


def _page_texts(settings: Settings) -> PageTexts:
    """Read what the page says otherwise, of which the settings have made sure."""
    path = settings.web.texts_file
    return read_texts(path) if path else {}


def _sessions(
    ground: Ground,
    accounts: AccountParts,
    subscriptions: Subscriptions,
    status: StatusFeed,
    rooms: RoomParts,
) -> SessionParts:
    admission = Admission(
        ground.sessions,
        subscriptions,
        ground.shared.presence,
        ground.settings,
        ground.clock,
    )
    revalidation = _revalidation(ground, accounts, subscriptions, status, rooms)
    return SessionParts(ground.sessions, admission, revalidation)


def _edge(settings: Settings, clock: Clock) -> EdgeParts:
    return EdgeParts(
        _edge_limits(settings),
        _guests(settings),
        settings.server.trusted_proxies,
        RefusedOrigins(clock.monotonic),
    )


def _guests(settings: Settings) -> Guests:
    limits = settings.limits
    return Guests(min(limits.guest_connections, max(1, limits.connections // 2)))


def _edge_limits(settings: Settings) -> EdgeLimits:
    limits = settings.limits
    return EdgeLimits(
        limits.message_bytes,
        limits.queue_bytes,
        min(limits.guest_bytes, limits.message_bytes),
        frame_rate=limits.commands_per_second,
        frame_burst=limits.commands_burst,
    )


def _status(ground: Ground) -> StatusFeed:
    """Build what tells people who is online."""
    presence = ground.shared.presence
    everyone = ground.settings.presence.visibility == "everyone"
    visibility = Visibility(ground.db, everyone=everyone)
    return StatusFeed(ground.hub, ground.sessions, presence, visibility, ground.metrics)


def _subscriptions(
    ground: Ground,
    boards: BoardParts,
    notifications: NotificationParts,
    status: StatusFeed,
    rooms: RoomParts,
) -> Subscriptions:
    limits = ground.settings.limits
    return Subscriptions(
        ground.hub,
        ground.gates,
        {
            "chat:user": ChatFeed(
                ground.db, ground.replay, total_bytes=limits.replay_total_bytes
            ),
            "board:lesson": boards.feed,
            ROOM: rooms.feed,
            "status:users": status,
            "notifications:user": notifications.feed,
        },
        limit=limits.subscriptions,
        deadline=ground.db.deadline,
        replayed=lambda user_id, events: ground.allowances.replayed(
            user_id, ground.clock.monotonic(), events
        ),
    )


def _revalidation(
    ground: Ground,
    accounts: AccountParts,
    subscriptions: Subscriptions,
    status: StatusFeed,
    rooms: RoomParts,
) -> Revalidation:
    """Build what ends rights, and have it follow the access changes."""
    revalidation = Revalidation(
        ground.sessions,
        accounts.identity,
        ground.clock,
        status.regroup,
        interval=ground.settings.auth.revalidate_interval,
    )
    effects = AccessEffects(
        ground.hub,
        ground.gates,
        ground.sessions,
        subscriptions,
        status,
        rooms.feed,
        accounts.identity,
        revalidation,
        ground.metrics,
    )
    ground.listeners.access = effects.apply
    return revalidation
