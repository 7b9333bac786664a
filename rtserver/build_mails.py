"""Build notifications and mails, and join them to the rest."""

from collections.abc import Callable
from typing import NamedTuple

from rtserver.board_notifier import BoardNotifier
from rtserver.bus import Bus
from rtserver.chat_notifier import ChatNotifier
from rtserver.clock import Clock
from rtserver.held_mails import HeldMails
from rtserver.hub import Hub
from rtserver.lesson_notices import LessonNotices
from rtserver.mail_composer import Composer
from rtserver.mail_pages import MailPages
from rtserver.mail_tasks import MailTasks
from rtserver.mail_templates import MailTemplates
from rtserver.mail_transport import transport_of
from rtserver.notices import Notices
from rtserver.notification_feed import NotificationFeed
from rtserver.notifications import Notifications
from rtserver.outbox_worker import OutboxWorker
from rtserver.presence import Presence
from rtserver.publication import ReplayLimits
from rtserver.publisher import Publisher
from rtserver.sent_journal import SentJournal
from rtserver.session import Sessions
from rtserver.settings import ServerSettings, Settings
from rtserver.unsubscribe import UnsubscribeLinks
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
        SentJournal(settings.server.data_dir / "mails-sent"),
        alone=not settings.redis.url,
    )
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
