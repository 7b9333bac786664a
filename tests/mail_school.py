"""A small school whose notifications become mails, without a server around it."""

import asyncio
from contextlib import asynccontextmanager, contextmanager

from rtserver import tasks
from rtserver.accounts.password_links import PasswordLinks
from rtserver.chat.notifier import ChatNotifier
from rtserver.chat.posts import MessageDraft, post_all
from rtserver.mail.composer import Composer
from rtserver.mail.smtp import SmtpTransport
from rtserver.mail.templates import MailTemplates
from rtserver.mail.transport import FolderTransport
from rtserver.mail.unsubscribe import UnsubscribeLinks
from rtserver.mail.worker import OutboxWorker
from rtserver.notifications.held import HeldMails
from rtserver.notifications.notices import Notice, Notices
from rtserver.notifications.service import Notifications
from rtserver.settings.model import AuthSettings
from store import lessons, messages, notifications, outbox, outbox_leases
from tests.lesson_school import LESSON, SOFIA, opened_with_lesson
from tests.patience import PATIENCE

HOLD = 90.0
CHAT_DELAY = 120.0
STATES = ("waiting", "leased", "sent", "dropped", "dead")


def with_own_mail(folder, event="report.ready"):
    """Give a platform's event a mail; return the folder, for ``templates_dir``."""
    folder.mkdir(exist_ok=True)
    (folder / f"{event}.en.subject").write_text("A report is ready")
    (folder / f"{event}.en.txt").write_text("See {{ base_url }}.")
    return folder


class Presence:
    """``here``: who is connected; None: nobody knows."""

    def __init__(self):
        self.here = set()
        self.asked = 0

    async def connected(self, user_ids):
        self.asked += 1
        return None if self.here is None else self.here & set(user_ids)


class Connection:
    """A connection whose frames go out and which answers pings, if it is to."""

    def __init__(self, clock, *, flushes=True, answers=True):
        self.clock = clock
        self.closing = False
        self.last_heard = clock.monotonic()
        self.pings = 0
        self._flushes, self._answers = flushes, answers

    def when_sent(self, callback):
        if self._flushes:
            asyncio.get_running_loop().call_soon(callback)

    def ping(self):
        self.pings += 1
        if self._answers:
            self.last_heard = self.clock.monotonic() + 0.001


class MailSchool:
    def __init__(self, school, folder, own=None):
        self.school = school
        self.db, self.clock, self.events = school.db, school.clock, school.events
        self.folder = folder
        self.templates = MailTemplates(own)
        self.links = UnsubscribeLinks("s" * 32)
        self.presence = Presence()
        self.held = HeldMails(self.db, self.clock, self.presence, lambda: None)
        self.notices = Notices(
            self.templates, hold=HOLD, chat_delay=CHAT_DELAY, mailed=self.held.mailed
        )
        self.notifications = Notifications(
            self.db,
            self.clock,
            self.notices,
            self.presence,
            self.templates,
            self.links,
        )
        self.chat = ChatNotifier(self.db, self.clock, self.notices)

    async def tell(self, event, *people, about=True, **data):
        """Notify people, about the lesson unless told otherwise."""

        def change(tx):
            lesson = lessons.get(tx, LESSON) if about else None
            notices = [Notice(person.user_id, data, lesson) for person in people]
            return self.notices.dispatch(tx, event, notices, now=self.clock.now())

        ids = [person.user_id for person in people]
        return await self.db.write(change, users=ids)

    async def mails(self, *states):
        return await self.db.read(
            lambda tx: outbox.page(tx, states=states or STATES, after=0, limit=100)
        )

    async def mail(self):
        """Return the one mail that there is."""
        (mail,) = await self.mails()
        return mail

    async def attempts(self, mail_id):
        return await self.db.read(outbox_leases.attempts, mail_id)

    async def of(self, person=SOFIA):
        """Return somebody's notifications, in order."""
        return await self.db.read(
            lambda tx: notifications.since(tx, person.user_id, 0, limit=1000)
        )

    async def say(self, author, text):
        """Post a message in the lesson."""
        draft = MessageDraft(
            author, author.user_id, LESSON, text, None, self.clock.now()
        )
        return await self.db.write_batched(post_all, draft, lessons=[LESSON])

    async def erase(self, message_id):
        """Delete a message."""

        def erase(tx):
            seq = lessons.take_chat_seq(tx, LESSON)
            messages.set_deleted(tx, message_id, seq=seq)

        await self.school.run(erase)

    async def notify(self):
        """Have people notified of what was said so far."""
        running = asyncio.create_task(self.chat.run())
        self.chat.wake(LESSON)
        async with asyncio.timeout(PATIENCE):
            while await self.db.read(lessons.unnotified, 1):
                await asyncio.sleep(0.01)
        await tasks.cancel(running)

    def worker(self, transport=None, *, alone=True):
        composer = Composer(
            self.templates,
            self.links,
            sender="School <no-reply@school.example>",
            base_url=lambda: "https://school.example",
            new_link=PasswordLinks(AuthSettings(), self.clock).of_mail,
        )
        transport = transport or FolderTransport(self.folder / "outbox")
        return OutboxWorker(self.db, self.clock, composer, transport, alone=alone)

    @asynccontextmanager
    async def working(self, server=None, *, transport=None, alone=True):
        """A worker at work, sending to a mail server, otherwise, or into files."""
        if server:
            transport = SmtpTransport(server.settings)
        worker = self.worker(transport, alone=alone)
        running = asyncio.create_task(worker.run())
        try:
            yield worker
        finally:
            await worker.stop(running)

    async def until(self, state, count=1):
        """Wait until so many mails are in a state, and give them."""
        async with asyncio.timeout(PATIENCE):
            while len(found := await self.mails(state)) < count:
                await asyncio.sleep(0.01)
        return found


@contextmanager
def opened_mail_school(io_loop, database_url, folder, own=None):
    with opened_with_lesson(io_loop, database_url) as school:
        yield MailSchool(school, folder, own)
