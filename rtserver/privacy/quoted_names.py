"""Take a person's name out of other people's notifications and mails."""

import re
from collections.abc import Callable
from typing import NamedTuple

from rtserver.accounts.tombstone import NAME
from rtserver.privacy.redaction import Redaction
from store import erasure
from store.erasure import Quote
from store.transaction import Transaction

PAGE = 1000
WRITTEN = 100


class FoundQuotes(NamedTuple):
    """A page's quotes that have to change; ``reached`` is the last id looked at.

    ``mail_ids`` are the mails that told them, and those that told what an erasure had
    cleaned before it was cut off: their files may hold an earlier name.
    """

    reached: int
    changed: list[Quote]
    mail_ids: set[int]


class Table(NamedTuple):
    """A table with quotes: how they are read, and how they are stored."""

    read: Callable[[Transaction, int, int], list[Quote]]
    store: Callable[[Transaction, list[Quote]], None]


TABLES = (
    Table(erasure.notification_quotes, erasure.set_notification_quotes),
    Table(erasure.mail_quotes, erasure.set_mail_quotes),
)


def find(
    tx: Transaction, table: Table, redaction: Redaction, user_id: int, after: int
) -> FoundQuotes | None:
    """Return what has to change in the rows behind an id; None if there are none."""
    quotes = table.read(tx, after, PAGE)
    if not quotes:
        return None
    person = re.compile(rf'"(user_)?id"\s*:\s*"?{user_id}\b')
    changed: list[Quote] = []
    mail_ids: set[int] = set()
    for quote in quotes:
        clean = quote._replace(
            data=_clean(quote.data, redaction, person),
            lesson=quote.lesson and _clean(quote.lesson, redaction, person),
        )
        if clean != quote:
            changed.append(clean)
        named = clean != quote or (NAME in quote.data and person.search(quote.data))
        if named and quote.mail_id:
            mail_ids.add(quote.mail_id)
    return FoundQuotes(quotes[-1].id, changed, mail_ids)


def _clean(raw: str, redaction: Redaction, person: re.Pattern[str]) -> str:
    # To decode every row would take long. A backslash may be an escape in the name.
    if person.search(raw) or "\\" in raw or redaction.names(raw):
        return redaction.json(raw)
    return raw
