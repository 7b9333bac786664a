"""Links to choose a password by: for who is invited, or forgot theirs (contract 3.1).

Whoever reads the address's mail may have the account, so a link is a secret like a
password: nothing but its digest is kept, and it counts once.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from rtserver.accounts.tokens import digest, new_secret
from rtserver.clock import Clock
from rtserver.settings.model import AuthSettings
from store import password_links
from store.password_links import INVITED
from store.records import MailRecord
from store.transaction import Transaction

PREFIX = "rtl_"


class NewLink(NamedTuple):
    """A link that was just made: its token, which is kept nowhere, and its end."""

    token: str
    expires_at: datetime


class PasswordLinks:
    """The maker of links; ``auth`` says how long they count."""

    def __init__(self, auth: AuthSettings, clock: Clock) -> None:
        self._ttl = timedelta(seconds=auth.link_ttl)
        self._invite_ttl = timedelta(seconds=auth.invite_ttl)
        self._clock = clock

    def of_mail(self, tx: Transaction, mail: MailRecord) -> NewLink:
        """Make the link that a mail will bring, beside those of earlier tries."""
        ttl = self._invite_ttl if mail.event == INVITED else self._ttl
        return self._make(tx, mail.user_id, mail.id, ttl)

    def of_command(self, tx: Transaction, user_id: int) -> NewLink:
        """Make a link for somebody to be handed over by whoever runs the server."""
        return self._make(tx, user_id, None, self._ttl)

    def _make(
        self, tx: Transaction, user_id: int, mail_id: int | None, ttl: timedelta
    ) -> NewLink:
        now = self._clock.now()
        link = NewLink(new_secret(PREFIX), now + ttl)
        password_links.add(
            tx,
            digest(link.token),
            user_id=user_id,
            mail_id=mail_id,
            at=now,
            expires_at=link.expires_at,
        )
        return link
