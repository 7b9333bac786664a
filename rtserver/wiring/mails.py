"""Build notifications and mails, and join them to the rest."""

from collections.abc import Callable
from typing import NamedTuple

from rtserver.boards.notifier import BoardNotifier
from rtserver.bus.contract import Bus
from rtserver.chat.notifier import ChatNotifier
from rtserver.clock import Clock
from rtserver.delivery.hub import Hub
from rtserver.delivery.publication import ReplayLimits
from rtserver.delivery.publisher import Publisher
from rtserver.delivery.session import Sessions
from rtserver.lessons.notices import LessonNotices
from rtserver.mail.composer import Composer
from rtserver.mail.events import EVENTS
from rtserver.mail.pages import MailPages
from rtserver.mail.sent_journal import SentJournal
from rtserver.mail.templates import MailTemplates
from rtserver.mail.transport import transport_of
from rtserver.mail.unsubscribe import UnsubscribeLinks
from rtserver.mail.worker import OutboxWorker
from rtserver.metrics.mails import MailFigures
from rtserver.metrics.registry import Metrics
from rtserver.notifications.feed import NotificationFeed
from rtserver.notifications.held import HeldMails
from rtserver.notifications.notices import Notices
from rtserver.notifications.service import Notifications
from rtserver.notifications.tasks import NotificationTasks
from rtserver.presence.contract import Presence
from rtserver.settings.model import Settings
from rtserver.settings.server_url import public_url
from store.database import Database


class Around(NamedTuple):
    """The parts that notifications are built upon."""

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
    """The parts of notifications and mails."""

    service: Notifications
    feed: NotificationFeed
    lessons: LessonNotices
    composer: Composer
    pages: MailPages
    tasks: NotificationTasks


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
        SentJournal(settings.server.data_dir / "mails-sent"),
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
    tasks = NotificationTasks(db, clock, notices, feed, held, worker, [chat, boards])
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
