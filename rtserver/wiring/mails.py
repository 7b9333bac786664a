"""Build notifications and mails, and join them to the rest."""

from collections.abc import Callable
from typing import NamedTuple

from rtserver.boards.notifier import BoardNotifier
from rtserver.bus.contract import Bus
from rtserver.chat.notifier import ChatNotifier
from rtserver.clock import Clock
from rtserver.hub import Hub
from rtserver.lessons.notices import LessonNotices
from rtserver.mail.composer import Composer
from rtserver.mail.held import HeldMails
from rtserver.mail.pages import MailPages
from rtserver.mail.tasks import MailTasks
from rtserver.mail.templates import MailTemplates
from rtserver.mail.transport import transport_of
from rtserver.mail.unsubscribe import UnsubscribeLinks
from rtserver.mail.worker import OutboxWorker
from rtserver.metrics.mails import MailFigures
from rtserver.metrics.registry import Metrics
from rtserver.notifications.feed import NotificationFeed
from rtserver.notifications.notices import EVENTS, Notices
from rtserver.notifications.service import Notifications
from rtserver.presence.contract import Presence
from rtserver.publication import ReplayLimits
from rtserver.publisher import Publisher
from rtserver.session import Sessions
from rtserver.settings.model import ServerSettings, Settings
from store.database import Database


class Around(NamedTuple):
    """What notifications are built upon."""

    settings: Settings
    secret: str
    clock: Clock
    db: Database
    hub: Hub
    sessions: Sessions
    publisher: Publisher
    metrics: Metrics
    bus: Bus
    presence: Presence
    port: Callable[[], int]


class MailParts(NamedTuple):
    service: Notifications
    feed: NotificationFeed
    lessons: LessonNotices
    composer: Composer
    pages: MailPages
    tasks: MailTasks


def build_mails(around: Around) -> MailParts:
    """Build all of it; nothing runs yet."""
    settings, db, clock = around.settings, around.db, around.clock
    templates = MailTemplates(settings.notifications.templates_dir)
    links = UnsubscribeLinks(around.secret)
    notices = Notices(
        templates,
        hold=settings.presence.ttl,
        chat_delay=settings.notifications.chat_mail_delay,
    )
    composer = Composer(
        templates,
        links,
        sender=settings.smtp.sender,
        base_url=lambda: public_url(settings.server, around.port()),
    )
    worker = OutboxWorker(
        db,
        clock,
        composer,
        transport_of(settings),
        alone=not settings.redis.url,
    )
    figures = MailFigures(around.metrics, EVENTS)
    notices.on_made, worker.on_tried = figures.made, figures.tried
    held = HeldMails(db, clock, around.presence, worker.wake)
    replay = ReplayLimits(settings.limits.replay, settings.limits.replay_bytes)
    feed = NotificationFeed(db, replay, around.hub, held)
    chat = ChatNotifier(db, clock, notices)
    boards = BoardNotifier(
        db,
        clock,
        notices,
        around.sessions,
        interval=settings.notifications.board_activity_interval,
        alone=lambda: around.bus.alone,
    )
    tasks = MailTasks(db, clock, notices, feed, held, chat, boards, worker)
    around.publisher.on_published = tasks.published
    around.publisher.on_delivered = tasks.delivered
    return MailParts(
        service=Notifications(db, clock, notices, around.presence, templates, links),
        feed=feed,
        lessons=LessonNotices(notices),
        composer=composer,
        pages=MailPages(templates),
        tasks=tasks,
    )


def public_url(server: ServerSettings, port: int) -> str:
    """Give the address for links in mails; without ``base_url``, this machine's."""
    if server.base_url:
        return server.base_url
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}
    host = everywhere.get(server.host, server.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{port or server.port}"
