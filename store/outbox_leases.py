"""Leases of the outbox: who sends which mail, and what became of it."""

from datetime import datetime
from typing import Any

from store.models_mail import Mail, MailAttempt
from store.outbox import COLUMNS, record
from store.records import MailRecord
from store.transaction import Transaction

# The last word about a mail that was begun by a process which then died.
IN_DOUBT = (
    "The server was killed just then: the mail may have been sent. See whether it "
    "arrived, or send it again."
)


def take(
    tx: Transaction, *, node: str, now: datetime, until: datetime
) -> MailRecord | None:
    """Lease the mail that is due first; nobody else gets it before ``until``."""
    first: Any = (
        Mail.select(Mail.id)
        .where(Mail.state == "waiting", Mail.due_at <= now)
        .order_by(Mail.due_at, Mail.id)
        .limit(1)
    )
    if tx.is_postgres:
        first = first.for_update("FOR UPDATE SKIP LOCKED")
    row = tx.first(first)
    if row is None:
        return None
    lease = Mail.update(
        state="leased",
        held=False,
        leased_by=node,
        lease_until=until,
        begun_at=None,
        attempts=Mail.attempts + 1,
    ).where(Mail.id == row["id"])
    tx.write(lease)
    begun = Mail.update(first_at=now).where(Mail.id == row["id"])
    tx.write(begun.where(Mail.first_at.is_null()))
    leased = tx.first(Mail.select(*COLUMNS).where(Mail.id == row["id"]))
    return record(leased) if leased else None


def renew(tx: Transaction, mail_id: int, *, node: str, until: datetime) -> None:
    """Keep a lease for longer."""
    tx.write(Mail.update(lease_until=until).where(_is_ours(mail_id, node)))


def begin(tx: Transaction, mail_id: int, *, node: str, at: datetime) -> bool:
    """Note that the end of a leased mail is sent next; False if the lease is lost.

    From then on the mail may be taken, and nobody but its sender learns whether it was.
    """
    return tx.write(Mail.update(begun_at=at).where(_is_ours(mail_id, node))) > 0


def end(
    tx: Transaction, mail_id: int, *, node: str, state: str, at: datetime, detail: str
) -> None:
    """Close a leased mail: sent, dropped or dead."""
    change = Mail.update(state=state, ended_at=at, detail=detail, **_NOBODY)
    tx.write(change.where(_is_ours(mail_id, node)))


def postpone(
    tx: Transaction, mail_id: int, *, node: str, due_at: datetime, doubts: int
) -> None:
    """Release a leased mail, to be tried again."""
    change = Mail.update(state="waiting", due_at=due_at, doubts=doubts, **_NOBODY)
    tx.write(change.where(_is_ours(mail_id, node)))


def give_back(tx: Transaction, node: str) -> int:
    """Release what a node has leased and not begun to send; return how many."""
    change = Mail.update(state="waiting", attempts=Mail.attempts - 1, **_NOBODY)
    leased = (Mail.state == "leased") & (Mail.leased_by == node)
    return tx.write(change.where(leased, Mail.begun_at.is_null()))


def reclaim_late(tx: Transaction, now: datetime) -> int:
    """Take back the mails whose lease has ended; return the number."""
    return _reclaim(tx, Mail.lease_until < now, now)


def reclaim_all(tx: Transaction, now: datetime) -> int:
    """Take back whatever is leased, when nobody can be at work on it."""
    return _reclaim(tx, Mail.id > 0, now)


def note(
    tx: Transaction, mail_id: int, *, at: datetime, outcome: str, reply: str
) -> None:
    """Keep how a try to send a mail went, unless the mail was deleted meanwhile."""
    if tx.first(Mail.select(Mail.id).where(Mail.id == mail_id)) is None:
        return
    tx.insert(MailAttempt.insert(mail=mail_id, at=at, outcome=outcome, reply=reply))


def attempts(tx: Transaction, mail_id: int) -> list[tuple[str, str]]:
    """Return outcome and reply of every try, in order."""
    query = MailAttempt.select(MailAttempt.outcome, MailAttempt.reply)
    rows = tx.rows(query.where(MailAttempt.mail == mail_id).order_by(MailAttempt.id))
    return [(row["outcome"], row["reply"]) for row in rows]


def _reclaim(tx: Transaction, which: Any, now: datetime) -> int:
    """Have abandoned mails sent again, but for those that may have been sent."""
    abandoned = (Mail.state == "leased") & which
    begun = Mail.begun_at.is_null(False)
    dead = Mail.update(state="dead", ended_at=now, detail=IN_DOUBT, **_NOBODY)
    again = Mail.update(state="waiting", due_at=now, **_NOBODY)
    doubtful = tx.returning(dead.where(abandoned, begun).returning(Mail.id))
    for row in doubtful:
        note(tx, row["id"], at=now, outcome="in doubt", reply=IN_DOUBT)
    lost = tx.returning(again.where(abandoned, ~begun).returning(Mail.id))
    for row in lost:
        note(tx, row["id"], at=now, outcome="interrupted", reply="")
    return len(doubtful) + len(lost)


_NOBODY: dict[str, Any] = {"leased_by": None, "lease_until": None}


def _is_ours(mail_id: int, node: str) -> Any:
    return (Mail.id == mail_id) & (Mail.state == "leased") & (Mail.leased_by == node)
