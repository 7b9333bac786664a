"""Mails on their way out (table ``outbox``), as those who cause them need it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from peewee import Case, fn

from store import bulk
from store.chunks import chunks
from store.models_mail import Mail, MailAttempt, Notification
from store.prepared import Prepared
from store.records import MailRecord
from store.transaction import Row, Transaction

COLUMNS = (
    Mail.id,
    Mail.user.alias("user_id"),
    Mail.event,
    Mail.lesson_id,
    Mail.data,
    Mail.lesson,
    Mail.state,
    Mail.held,
    Mail.due_at,
    Mail.created_at,
    Mail.first_at,
    Mail.attempts,
    Mail.doubts,
    Mail.ended_at,
    Mail.detail,
)


_WAITING_ABOUT = Prepared(
    Mail,
    lambda event, *user_ids: Mail.select(Mail.id, Mail.user, Mail.lesson_id).where(
        Mail.state == "waiting",
        Mail.event == event,
        Mail.attempts == 0,
        Mail.user.in_(user_ids),
    ),
)
About = tuple[int, int]  # whom a mail is for, and about which lesson; 0: none


def insert_many(tx: Transaction, rows: Iterable[Mapping[str, Any]]) -> dict[About, int]:
    """Store mails that wait, at most one per user and lesson; return their ids.

    A row has user, event, lesson_id, data, lesson, held, due_at, ready_at, created_at.
    """
    waiting = ({**row, "state": "waiting"} for row in rows)
    made = bulk.insert(tx, Mail, waiting, returning=("id", "user_id", "lesson_id"))
    return {(row["user_id"], row["lesson_id"] or 0): row["id"] for row in made}


def waiting_about(
    tx: Transaction, event: str, wanted: Collection[About]
) -> dict[About, int]:
    """Return the mails about an event that wait and weren't tried yet.

    The users' rows have to be locked, by whoever drops or sends these mails too.
    """
    found: dict[About, int] = {}
    for ids in chunks(sorted({user_id for user_id, _ in wanted})):
        for row in _WAITING_ABOUT.rows(tx, event, *ids):
            if row["lesson_id"]:
                found[row["user"], row["lesson_id"]] = row["id"]
    return {about: found[about] for about in wanted if about in found}


def put_many(tx: Transaction, rows: Iterable[Mapping[str, Any]]) -> None:
    """Store mails that wait, as ``insert_many`` does, however many."""
    bulk.insert(tx, Mail, ({**row, "state": "waiting"} for row in rows))


def drop_waiting(
    tx: Transaction,
    user_ids: Collection[int],
    events: Collection[str],
    *,
    at: datetime,
    detail: str,
) -> None:
    """End some users' mails about some events that nobody is sending.

    For mails that no notification is behind.
    """
    waiting = (Mail.state == "waiting") & Mail.event.in_(events)
    change = Mail.update(state="dropped", held=False, ended_at=at, detail=detail)
    for ids in chunks(user_ids):
        tx.write(change.where(waiting, Mail.user.in_(ids)))


def last_made(tx: Transaction, user_id: int, event: str) -> datetime | None:
    """Return when the newest mail to somebody about an event was put here."""
    newest = Mail.select(fn.MAX(Mail.created_at).alias("created_at"))
    row = tx.first(newest.where(Mail.user == user_id, Mail.event == event))
    return row["created_at"] if row else None


def drop_unneeded(
    tx: Transaction, mail_ids: Iterable[int], *, at: datetime, detail: str
) -> None:
    """End those waiting mails for which no notification waits any more."""
    change = Mail.update(state="dropped", held=False, ended_at=at, detail=detail)
    for ids in chunks(mail_ids):
        needed = Notification.select(Notification.mail).where(
            Notification.mail.in_(ids)
        )
        unneeded = Mail.id.in_(ids) & Mail.id.not_in(needed)
        tx.write(change.where(unneeded, Mail.state == "waiting"))


def release_held(tx: Transaction, user_ids: Collection[int]) -> int:
    """Make due what is held for users who turn out to be away; return the number."""
    away = Mail.update(held=False, due_at=Mail.ready_at)
    waiting = (Mail.state == "waiting") & Mail.held
    return sum(
        tx.write(away.where(Mail.user.in_(ids), waiting)) for ids in chunks(user_ids)
    )


def next_due(tx: Transaction) -> datetime | None:
    """Return the moment at which the next waiting mail is due."""
    query = Mail.select(fn.MIN(Mail.due_at).alias("due_at"))
    row = tx.first(query.where(Mail.state == "waiting"))
    return row["due_at"] if row else None


class Depth(NamedTuple):
    """The depth of the outbox: mails by state, and since when the oldest is due."""

    counts: Mapping[str, int]
    oldest_due: datetime | None


def depth(tx: Transaction, now: datetime) -> Depth:
    """Count the mails that didn't end well yet: held, later, due, sending, dead.

    One that is held past its moment is due as well.
    """
    due = (Mail.state == "waiting") & (Mail.due_at <= now)
    state = Case(
        None,
        (
            (due, "due"),
            ((Mail.state == "waiting") & Mail.held, "held"),
            (Mail.state == "waiting", "later"),
            (Mail.state == "leased", "sending"),
        ),
        Mail.state,
    )
    unfinished = Mail.state.in_(("waiting", "leased", "dead"))
    query = Mail.select(state.alias("kind"), fn.COUNT(Mail.id).alias("number"))
    counts = dict.fromkeys(("held", "later", "due", "sending", "dead"), 0)
    for row in tx.rows(query.where(unfinished).group_by(state)):
        counts[row["kind"]] = row["number"]
    oldest = tx.first(Mail.select(fn.MIN(Mail.due_at).alias("due_at")).where(due))
    return Depth(counts, oldest["due_at"] if oldest else None)


def page(
    tx: Transaction,
    *,
    states: Collection[str],
    after: int,
    limit: int,
    held: bool | None = None,
) -> list[MailRecord]:
    """Return mails in some states by id, from the first one behind ``after``.

    ``held``: only those that are, or aren't.
    """
    query = Mail.select(*COLUMNS).where(Mail.id > after, Mail.state.in_(states))
    if held is not None:
        query = query.where(Mail.held == held)
    return [record(row) for row in tx.rows(query.order_by(Mail.id).limit(limit))]


def last_errors(tx: Transaction, mail_ids: Collection[int]) -> dict[int, str]:
    """Return what the last try of each mail that failed ended with."""
    query = (
        MailAttempt.select(MailAttempt.mail, MailAttempt.outcome, MailAttempt.reply)
        .where(MailAttempt.mail.in_(mail_ids), MailAttempt.outcome != "sent")
        .order_by(MailAttempt.id)
    )
    return {row["mail"]: row["reply"] or row["outcome"] for row in tx.rows(query)}


def revive(tx: Transaction, mail_ids: Collection[int] | None, at: datetime) -> int:
    """Make mails due at once that are dead or wait for another try; None: all."""
    change = Mail.update(
        state="waiting",
        held=False,
        due_at=at,
        first_at=None,
        attempts=0,
        doubts=0,
        ended_at=None,
        detail=None,
    )
    tried = (Mail.state == "waiting") & (Mail.attempts > 0)
    query = change.where((Mail.state == "dead") | tried)
    if mail_ids is not None:
        query = query.where(Mail.id.in_(mail_ids))
    return tx.write(query)


def record(row: Row) -> MailRecord:
    return MailRecord(**row)
