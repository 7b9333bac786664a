"""Build notifications and mails, and join them to the rest."""

from collections.abc import Callable

from rtserver.boards.notifier import BoardNotifier
from rtserver.chat.notifier import ChatNotifier
from rtserver.lessons.mail_budget import MailBudget
from rtserver.lessons.notices import LessonNotices
from rtserver.lessons.reminders import ReminderPlan, Reminders
from rtserver.mail.composer import Composer
from rtserver.mail.events import EVENTS
from rtserver.mail.outbox_list import OutboxList
from rtserver.mail.pages import MailPages
from rtserver.mail.templates import MailTemplates
from rtserver.mail.transport import transport_of
from rtserver.mail.unsubscribe import UnsubscribeLinks
from rtserver.mail.worker import OutboxWorker
from rtserver.metrics.mails import MailFigures
from rtserver.notifications.feed import NotificationFeed
from rtserver.notifications.held import HeldMails
from rtserver.notifications.notices import Notices
from rtserver.notifications.service import Notifications
from rtserver.notifications.tasks import NotificationTasks
from rtserver.services import AccountParts, NotificationParts
from rtserver.settings.server_url import public_url
from rtserver.wiring.ground import Ground


def build_notifications(
    ground: Ground, accounts: AccountParts, port: Callable[[], int]
) -> NotificationParts:
    """Build all of it; nothing runs yet. ``port`` is the one that is served, or 0."""
    settings, db, clock = ground.settings, ground.db, ground.clock
    presence = ground.shared.presence
    templates = MailTemplates(settings.notifications.templates_dir)
    links = UnsubscribeLinks(ground.secret)
    figures = MailFigures(ground.metrics, EVENTS)
    composer = Composer(
        templates,
        links,
        sender=settings.smtp.sender,
        base_url=lambda: public_url(settings.server, port()),
        lesson_url=settings.notifications.lesson_url,
        new_link=accounts.links.of_mail if accounts.logins.signs else None,
    )
    worker = _worker(ground, composer, figures)
    held = HeldMails(db, clock, presence, worker.wake)
    notices = Notices(
        templates,
        hold=settings.presence.ttl,
        chat_delay=settings.notifications.chat_mail_delay,
        mailed=held.mailed,
        made=figures.made,
    )
    plan = ReminderPlan(settings.notifications.reminders)
    feed = NotificationFeed(db, ground.replay, ground.hub, held)
    chat = ChatNotifier(db, clock, notices)
    boards = _board_notifier(ground, notices)
    tasks = NotificationTasks(db, clock, feed, held, worker, [chat, boards])
    ground.listeners.published = tasks.published
    ground.listeners.delivered = tasks.delivered
    return NotificationParts(
        service=Notifications(db, clock, notices, presence, templates, links),
        feed=feed,
        notices=notices,
        lessons=LessonNotices(notices, plan, MailBudget(ground.budgets.mails)),
        reminders=Reminders(db, clock, notices, plan),
        outbox=OutboxList(db),
        composer=composer,
        pages=MailPages(templates),
        tasks=tasks,
    )


def _worker(ground: Ground, composer: Composer, figures: MailFigures) -> OutboxWorker:
    return OutboxWorker(
        ground.db,
        ground.clock,
        composer,
        transport_of(ground.settings),
        alone=not ground.settings.redis.url,
        tried=figures.tried,
    )


def _board_notifier(ground: Ground, notices: Notices) -> BoardNotifier:
    return BoardNotifier(
        ground.db,
        ground.clock,
        notices,
        ground.sessions,
        interval=ground.settings.notifications.board_activity_interval,
        alone=lambda: ground.shared.bus.alone,
    )
