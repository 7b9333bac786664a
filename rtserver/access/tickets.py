"""Tickets: addresses that need no header, for one thing and a short time.

A ticket holds who asked for it and by which login. Whoever comes with it is asked for
their account, login and rights as if they had come with their token.
"""

from datetime import datetime
from math import ceil
from typing import NamedTuple

import msgspec

from rtserver.access.signed import Signer

_PURPOSE = b"rtserver ticket 1"


class Holder(NamedTuple):
    """A ticket's holder, the login it came by, and since when that is signed in."""

    user_id: int
    sid: str | None
    issued_at: int | None


class _Ticket(msgspec.Struct, array_like=True):
    subject: str
    until: int
    holder: Holder


class Tickets:
    """The tickets for files and archives; each shows one of them."""

    def __init__(self, secret: str) -> None:
        self._signer = Signer(secret, _PURPOSE)

    def issue(self, subject: str, holder: Holder, until: datetime) -> str:
        """Return a ticket for a subject, such as the id of a file."""
        ticket = _Ticket(subject, ceil(until.timestamp()), holder)
        return self._signer.sign(msgspec.json.encode(ticket))

    def read(self, text: str, subject: str, now: datetime) -> Holder | None:
        """Return whose ticket it is; None if it is old, another's, or not ours."""
        plain = self._signer.read(text)
        if plain is None:
            return None
        ticket = msgspec.json.decode(plain, type=_Ticket)
        if ticket.subject != subject or ticket.until <= now.timestamp():
            return None
        return ticket.holder
