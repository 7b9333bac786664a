"""From a row of the outbox to a finished mail."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from rtserver.mail import gathered
from rtserver.mail.calendar import Entry, calendar, uid_of
from rtserver.mail.dates import moment_of
from rtserver.mail.draft import FinishedMail, MailDraft, Sheet
from rtserver.mail.events import ACCOUNT_MAILS, REMINDER
from rtserver.mail.reminder import why_too_late
from rtserver.mail.templates import Letter, MailTemplates, Text
from rtserver.mail.unsubscribe import PATH, MailSubscription, UnsubscribeLinks
from rtserver.settings.server_url import lesson_url, password_url
from store import facts, notifications, preferences, users
from store.records import MailRecord, UserRecord
from store.transaction import Transaction

# Those that put a lesson into a calendar, and the method by which they do.
METHODS = {
    "lesson.scheduled": "REQUEST",
    "lesson.rescheduled": "REQUEST",
    "student.invited": "REQUEST",
    "lesson.cancelled": "CANCEL",
}
NOBODY = "rtserver@localhost"

# Makes the link of an account's mail; gives its token, and when it ends.
MakeLink = Callable[[Transaction, MailRecord], tuple[str, datetime]]


class Unwanted(NamedTuple):
    """A mail that needn't go any more."""

    why: str


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a mail, as read from the database at the last moment.

    ``secret`` stands in the mail, and is to stand nowhere else.
    """

    mail: MailRecord
    user: UserRecord
    school: str
    data: Any
    lesson: dict[str, Any] | None
    more: dict[str, Any]
    secret: str = field(default="", repr=False)


class Composer:
    """The writer of mails, which reads what they need.

    ``base_url`` is called, since the port may be known only later. ``lesson_url`` is
    that of a lesson's page, as the settings have it. ``new_link`` makes those to choose
    a password by; None where nobody signs in here.
    """

    def __init__(
        self,
        templates: MailTemplates,
        links: UnsubscribeLinks,
        *,
        sender: str,
        base_url: Callable[[], str],
        lesson_url: str = "",
        new_link: MakeLink | None = None,
    ) -> None:
        self.templates = templates
        self._links = links
        self._sender = sender or NOBODY
        self._base_url = base_url
        self._lesson_url = lesson_url
        self._new_link = new_link

    def read(
        self, tx: Transaction, mail: MailRecord, now: datetime
    ) -> Content | Unwanted:
        """Read what the mail is about, or find that it isn't needed.

        An account's mail gets a new link, which counts once this is committed.
        """
        user = users.get(tx, mail.user_id)
        if user is None or not user.is_active:
            return Unwanted("inactive")
        if mail.event in ACCOUNT_MAILS:
            return self._read_account(tx, mail, user)
        if preferences.switched_off(tx, mail.event, [user.id]):
            return Unwanted("switched_off")
        if self.templates.locale_for(mail.event, user.locale) is None:
            return Unwanted("no_template")
        waiting = notifications.of_mail(tx, mail.id)
        if not waiting:
            return Unwanted("read")
        lesson = _lesson(mail.lesson)
        if mail.event == REMINDER and (why := why_too_late(tx, mail, lesson, now)):
            return Unwanted(why)
        more: dict[str, Any] = {}
        if mail.event in gathered.READERS and mail.lesson_id is not None:
            found = gathered.read(tx, mail, waiting)
            if isinstance(found, str):
                return Unwanted(found)
            more = found
        return Content(
            mail=mail,
            user=user,
            school=facts.school(tx),
            data=json.loads(mail.data),
            lesson=lesson,
            more=more,
        )

    def _read_account(
        self, tx: Transaction, mail: MailRecord, user: UserRecord
    ) -> Content | Unwanted:
        if self._new_link is None:
            return Unwanted("nobody signs in here")
        if is_settled(tx, mail, user):
            return Unwanted("a password was chosen")
        token, expires_at = self._new_link(tx, mail)
        link = password_url(self._base_url(), token)
        return Content(
            mail=mail,
            user=user,
            school=facts.school(tx),
            data=json.loads(mail.data),
            lesson=None,
            more={"link": link, "expires_at": expires_at},
            secret=token,
        )

    def write(self, content: Content, now: datetime) -> FinishedMail:
        """Write the mail; raises ``TemplateFailed`` or ``Unsendable``."""
        # With the first mail: Python's e-mail package takes a megabyte.
        from rtserver.mail.message import compose

        letter = self.letter(content)
        text = self.templates.render(letter)
        return compose(self._draft(content, text, letter, now))

    def letter(self, content: Content) -> Letter:
        """Return what the templates get to see."""
        mail, user = content.mail, content.user
        base_url = self._base_url()
        signed = self._links.sign(MailSubscription(user.id, mail.event))
        # Nobody can stop a mail to nobody, such as a test, nor those of the account.
        stoppable = user.id and mail.event not in ACCOUNT_MAILS
        return Letter(
            event=mail.event,
            user=_person(user),
            data=content.data,
            lesson=content.lesson,
            base_url=base_url,
            unsubscribe_url=base_url + PATH + signed if stoppable else "",
            more=content.more,
            lesson_url=self._lesson_link(content, base_url),
        )

    def _lesson_link(self, content: Content, base_url: str) -> str:
        data = content.data if isinstance(content.data, dict) else {}
        lesson_id = data.get("lesson_id")
        # A platform's own event may hold anything there.
        if type(lesson_id) is not int or data.get("removed"):
            return ""
        return lesson_url(self._lesson_url, base_url, lesson_id)

    def _draft(
        self, content: Content, text: Text, letter: Letter, now: datetime
    ) -> MailDraft:
        mail, user = content.mail, content.user
        domain = self._sender.rpartition("@")[2].strip("> ")
        ascii_domain = domain if domain.isascii() and domain else "localhost"
        return MailDraft(
            sender=self._sender,
            name=user.name,
            address=user.email,
            subject=text.subject,
            text=text.text,
            html=text.html,
            # The same however often it is sent, so that doubles can be recognized.
            message_id=f"<mail-{mail.id}-{content.school}@{ascii_domain}>",
            date=now,
            unsubscribe_url=letter.unsubscribe_url,
            sheet=self._sheet(content, letter.lesson_url or letter.base_url, now),
        )

    def _sheet(self, content: Content, url: str, now: datetime) -> Sheet | None:
        lesson, method = content.lesson, METHODS.get(content.mail.event)
        if lesson is None or method is None:
            return None
        entry = Entry(
            uid=uid_of(lesson["id"], content.school),
            sequence=lesson["sequence"],
            method=method,
            title=lesson["title"],
            starts_at=lesson["starts_at"],
            ends_at=lesson["ends_at"],
            written_at=now,
            organizer=_address(self._sender),
            attendee=content.user.email,
            attendee_name=content.user.name,
            url=url,
        )
        return Sheet(calendar(entry), method)


def is_settled(tx: Transaction, mail: MailRecord, user: UserRecord) -> bool:
    """Return whether a password was chosen since an account's mail was asked for."""
    if not json.loads(mail.data)["replaces"]:
        return users.password_hash(tx, user.id) is not None
    return user.revoked_at is not None and user.revoked_at > mail.created_at


def _lesson(snapshot: str | None) -> dict[str, Any] | None:
    if snapshot is None:
        return None
    lesson: dict[str, Any] = json.loads(snapshot)
    for name in ("starts_at", "ends_at"):
        lesson[name] = moment_of(lesson[name])
    return lesson


def _person(user: UserRecord) -> dict[str, Any]:
    names = ("id", "name", "email", "role", "locale", "timezone")
    return {name: getattr(user, name) for name in names}


def _address(sender: str) -> str:
    return sender.rpartition("<")[2].strip("> ")
