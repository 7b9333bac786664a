"""Build the services: the one place where they are made and joined together."""

from typing import NamedTuple

from rtserver.chat.feed import ChatFeed
from rtserver.chat.service import Chat
from rtserver.clock import Clock
from rtserver.delivery.hub import Hub
from rtserver.delivery.publication import ReplayLimits
from rtserver.delivery.publisher import Publisher
from rtserver.delivery.session import Sessions
from rtserver.delivery.subscriptions import Subscriptions
from rtserver.edge.counters import Traffic
from rtserver.edge.limits import EdgeLimits
from rtserver.health import Health
from rtserver.lessons.members import Members
from rtserver.lessons.service import Lessons
from rtserver.metrics.registry import Metrics
from rtserver.presence.status_feed import StatusFeed
from rtserver.presence.visibility import Visibility
from rtserver.services import Services
from rtserver.sessions.access_effects import AccessEffects
from rtserver.sessions.admission import Admission
from rtserver.sessions.revalidation import Revalidation
from rtserver.settings.model import Settings
from rtserver.settings.secret_file import ensure_secret
from rtserver.wiring.accounts import AccountParts, build_accounts
from rtserver.wiring.backends import Shared, build_shared
from rtserver.wiring.boards import BoardParts, build_boards
from rtserver.wiring.mails import Around, MailParts, build_mails
from rtserver.wiring.metrics import build_figures, measure_database, watch_services
from rtserver.wiring.privacy import build_retention
from rtserver.wiring.streams import Streams
from store.database import Database


class Ground(NamedTuple):
    """The parts that everything else stands on."""

    settings: Settings
    clock: Clock
    db: Database
    hub: Hub
    sessions: Sessions
    metrics: Metrics
    shared: Shared
    replay: ReplayLimits
    publisher: Publisher


def build(settings: Settings, clock: Clock) -> Services:
    """Build everything over the settings; nothing runs or connects yet.

    Raises ``SettingsError`` when a key can't be read or made.
    """
    secret = ensure_secret(settings)
    ground = _ground(settings, clock)
    _, _, db, hub, sessions, metrics, shared, _, publisher = ground
    accounts = build_accounts(settings, secret, db, clock)
    boards = build_boards(settings, db, clock, hub, publisher, metrics)
    around = (settings, secret, clock, db, hub, sessions, publisher, metrics)
    mails = build_mails(
        Around(*around, shared.bus, shared.presence, lambda: services.port)
    )
    status = _status(ground)
    subscriptions = _subscriptions(ground, boards, mails, status)
    services = Services(
        settings=settings,
        clock=clock,
        db=db,
        hub=hub,
        publisher=publisher,
        sessions=sessions,
        subscriptions=subscriptions,
        admission=Admission(sessions, subscriptions, shared.presence, settings, clock),
        revalidation=_revalidation(ground, accounts, subscriptions, status),
        **accounts._asdict(),
        lessons=Lessons(db, clock, mails.lessons),
        members=Members(db, clock, mails.lessons),
        chat=Chat(db, clock, publisher.publish, max_length=settings.chat.max_length),
        boards=boards.service,
        board_snapshots=boards.snapshots,
        notifications=mails.service,
        mail_pages=mails.pages,
        mails=mails.tasks,
        composer=mails.composer,
        retention=build_retention(settings, db, clock, metrics),
        **build_figures(metrics, db, clock, hub)._asdict(),
        bus=shared.bus,
        presence=shared.presence,
        status=status,
        health=Health(db, shared.failing),
        edge_limits=_edge_limits(settings),
        trusted_proxies=settings.server.trusted_proxies,
    )
    watch_services(services)
    return services


def _ground(settings: Settings, clock: Clock) -> Ground:
    limits = settings.limits
    db = Database(settings.database_url.reveal(), pool_size=settings.database.pool_size)
    hub = Hub(hold_bytes=limits.queue_bytes, traffic=Traffic())
    sessions = Sessions(hub, per_user=limits.connections_per_user)
    metrics = Metrics()
    measure_database(metrics, db)
    shared = build_shared(settings, clock, metrics)
    replay = ReplayLimits(limits.replay, limits.replay_bytes)
    streams = Streams(db, clock, replay)
    publisher = Publisher(hub, sessions, streams, shared.bus, clock, metrics)
    db.on_commit = publisher.publish
    return Ground(
        settings, clock, db, hub, sessions, metrics, shared, replay, publisher
    )


def _edge_limits(settings: Settings) -> EdgeLimits:
    limits = settings.limits
    return EdgeLimits(
        limits.message_bytes,
        limits.queue_bytes,
        frame_rate=limits.commands_per_second,
        frame_burst=limits.commands_burst,
    )


def _status(ground: Ground) -> StatusFeed:
    """Build what tells people who is online."""
    presence = ground.shared.presence
    everyone = ground.settings.presence.visibility == "everyone"
    visibility = Visibility(ground.db, everyone=everyone)
    status = StatusFeed(
        ground.hub, ground.sessions, presence, visibility, ground.metrics
    )
    presence.on_change, presence.on_lost = status.changed, status.lost
    return status


def _subscriptions(
    ground: Ground, boards: BoardParts, mails: MailParts, status: StatusFeed
) -> Subscriptions:
    return Subscriptions(
        ground.hub,
        ground.publisher.gates,
        {
            "chat:user": ChatFeed(ground.db, ground.replay),
            "board:lesson": boards.feed,
            "status:users": status,
            "notifications:user": mails.feed,
        },
        limit=ground.settings.limits.subscriptions,
        deadline=ground.db.deadline,
    )


def _revalidation(
    ground: Ground,
    accounts: AccountParts,
    subscriptions: Subscriptions,
    status: StatusFeed,
) -> Revalidation:
    """Build what ends rights, and have it follow the access changes."""
    revalidation = Revalidation(
        ground.sessions,
        accounts.identity,
        ground.clock,
        interval=ground.settings.auth.revalidate_interval,
    )
    revalidation.on_managers = status.regroup
    effects = AccessEffects(
        ground.hub,
        ground.publisher.gates,
        ground.sessions,
        subscriptions,
        status,
        accounts.identity,
        revalidation,
        ground.metrics,
    )
    ground.publisher.on_access = effects.apply
    return revalidation
