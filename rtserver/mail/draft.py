"""A mail before it is written, and after."""

from dataclasses import dataclass
from datetime import datetime


class Unsendable(Exception):
    """A mail that must not or can't go out; the text holds nothing private."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A calendar that goes along."""

    content: bytes
    method: str


@dataclass(frozen=True, slots=True)
class MailDraft:
    """The parts of a mail before it is written.

    ``sender`` is like ``School <no-reply@school.example>``; ``name`` and ``address``
    are the recipient's.
    """

    sender: str
    name: str
    address: str
    subject: str
    text: str
    html: str
    message_id: str
    date: datetime
    unsubscribe_url: str = ""
    sheet: Sheet | None = None


@dataclass(frozen=True, slots=True)
class FinishedMail:
    """A finished mail: ``raw`` as it is sent, between two envelope addresses.

    ``utf8``: the mail server has to know SMTPUTF8 for it.
    """

    raw: bytes
    sender: str
    recipient: str
    utf8: bool
