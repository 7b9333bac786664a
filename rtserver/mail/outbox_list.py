"""The mails of the outbox, as whoever runs the school looks at them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, NamedTuple

import msgspec

from rtserver.input.cursors import decode_cursor, encode_cursor
from rtserver.views import Time
from store import outbox, users
from store.database import Database
from store.records import MailRecord
from store.transaction import Transaction


class MailFilter(NamedTuple):
    """A choice of mails by their states in the database; ``held``: None is both."""

    states: tuple[str, ...]
    held: bool | None = None


OPEN = MailFilter(("waiting", "leased", "dead"))
ALL = MailFilter((*OPEN.states, "sent", "dropped"))
# The states as people see them; a mail that is held too long is due as well.
STATES: Mapping[str, MailFilter] = {
    "held": MailFilter(("waiting",), True),
    "due": MailFilter(("waiting",), False),
    "sending": MailFilter(("leased",)),
    "sent": MailFilter(("sent",)),
    "dropped": MailFilter(("dropped",)),
    "dead": MailFilter(("dead",)),
}
State = Annotated[str, msgspec.Meta(extra_json_schema={"enum": [*STATES]})]


class MailView(msgspec.Struct, frozen=True):
    """A mail; ``last_error`` is the mail server's last word, while that matters."""

    id: int
    state: State
    event: str
    user_id: int
    email: str
    lesson_id: int | None
    created_at: Time
    due_at: Time | None
    ended_at: Time | None
    attempts: int
    last_error: str | None


class MailPage(msgspec.Struct, frozen=True):
    """A page of mails."""

    results: list[MailView]
    next: str | None


class MailCounts(msgspec.Struct, frozen=True):
    """The numbers of mails that are due, and that were given up."""

    due: int
    dead: int


class OutboxList:
    """The outbox, to be read: mails by id, the oldest first."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def page(
        self, wanted: MailFilter, *, cursor: str | None = None, limit: int = 100
    ) -> MailPage:
        """Page through the mails in some states."""
        after = 0 if cursor is None else decode_cursor(cursor, "outbox", 1)[0]
        return await self._db.read(_page, wanted, after, limit)

    async def counts(self, now: datetime) -> MailCounts:
        """Count the mails that somebody should know of.

        Those whose next try is later are due too, as in the list: else there would be
        none while the mail server is away.
        """
        counts = (await self._db.read(outbox.depth, now)).counts
        return MailCounts(counts["due"] + counts["later"], counts["dead"])


def _page(tx: Transaction, wanted: MailFilter, after: int, limit: int) -> MailPage:
    found = outbox.page(
        tx, states=wanted.states, held=wanted.held, after=after, limit=limit + 1
    )
    shown = found[:limit]
    errors = outbox.last_errors(tx, [mail.id for mail in shown])
    people = users.by_ids(tx, {mail.user_id for mail in shown})
    return MailPage(
        results=[
            _view(mail, people[mail.user_id].email, errors.get(mail.id))
            for mail in shown
        ],
        next=encode_cursor("outbox", shown[-1].id) if len(found) > limit else None,
    )


def _view(mail: MailRecord, email: str, error: str | None) -> MailView:
    return MailView(
        id=mail.id,
        state=_state(mail),
        event=mail.event,
        user_id=mail.user_id,
        email=email,
        lesson_id=mail.lesson_id,
        created_at=mail.created_at,
        due_at=mail.due_at if mail.state == "waiting" else None,
        ended_at=mail.ended_at,
        attempts=mail.attempts,
        last_error=error if mail.state in OPEN.states else None,
    )


def _state(mail: MailRecord) -> str:
    """Name a state as people do."""
    if mail.state == "waiting":
        return "held" if mail.held else "due"
    return "sending" if mail.state == "leased" else mail.state
