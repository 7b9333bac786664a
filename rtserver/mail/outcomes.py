"""Outcomes of a try to send a mail, as they are stored."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from rtserver.mail.reminder import no_later
from rtserver.mail.retries import MAX_DOUBTS, next_try
from rtserver.mail.transport import SendingFailed
from store import outbox_leases
from store.records import MailRecord
from store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a try to send a mail; ``store`` keeps it, ``name`` is logged.

    ``about_server``: other mails would fare alike just now.
    """

    name: str
    store: Callable[[Transaction, str], None]
    about_server: bool = False


def sent(mail: MailRecord, reply: str, at: datetime) -> Outcome:
    return Outcome("sent", _ending(mail, "sent", reply, at))


def dropped(mail: MailRecord, why: str, at: datetime) -> Outcome:
    """End a mail that nobody needs any more."""
    return Outcome("dropped", _ending(mail, "dropped", why, at))


def unsendable(mail: MailRecord, why: str, at: datetime) -> Outcome:
    """End a mail that must not go out."""
    return Outcome("unsendable", _ending(mail, "dead", why, at, outcome="unsendable"))


def failed(mail: MailRecord, failure: SendingFailed, at: datetime) -> Outcome:
    """Have a mail tried again in its time, or give it up."""
    # In doubt it may arrive twice, which is better than never: but not three times.
    doubts = mail.doubts + failure.doubtful
    again = next_try(mail.attempts, mail.first_at or at, at)
    name = "in doubt" if failure.doubtful else "failed"
    if failure.final or again is None or doubts >= MAX_DOUBTS:
        store = _ending(mail, "dead", failure.reply, at, outcome=name)
        return Outcome(f"{name}, dead", store, failure.about_server)

    due_at = no_later(mail, again, at)

    def postpone(tx: Transaction, node: str) -> None:
        _note(tx, mail, name, failure.reply, at)
        outbox_leases.postpone(tx, mail.id, node=node, due_at=due_at, doubts=doubts)

    return Outcome(name, postpone, failure.about_server)


def _ending(
    mail: MailRecord, state: str, reply: str, at: datetime, *, outcome: str = ""
) -> Callable[[Transaction, str], None]:
    def store(tx: Transaction, node: str) -> None:
        _note(tx, mail, outcome or state, reply, at)
        outbox_leases.end(tx, mail.id, node=node, state=state, at=at, detail=reply)

    return store


def _note(
    tx: Transaction, mail: MailRecord, outcome: str, reply: str, at: datetime
) -> None:
    outbox_leases.note(tx, mail.id, at=at, outcome=outcome, reply=reply)
