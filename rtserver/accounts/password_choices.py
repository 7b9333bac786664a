"""Whoever has a link chooses a password, and is signed in by that (contract 3.1)."""

import msgspec

from rtserver.accounts import user_changes
from rtserver.accounts.logins import Logins, NewLogin, Tokens
from rtserver.accounts.passwords import Passwords, clean_password
from rtserver.accounts.tokens import digest
from rtserver.clock import Clock
from rtserver.errors import BadRequest
from store import password_links
from store.database import Database
from store.records import LinkRecord
from store.transaction import Transaction

BAD_LINK = "doesn't count, or not any more: ask for a new link"


class LinkView(msgspec.Struct, frozen=True):
    """The person whose password a link is for."""

    name: str
    email: str


class PasswordChoices:
    """The use of links, of which each counts once."""

    def __init__(
        self, db: Database, passwords: Passwords, logins: Logins, clock: Clock
    ) -> None:
        self._db = db
        self._passwords = passwords
        self._logins = logins
        self._clock = clock

    async def look(self, token: str) -> LinkView:
        """Return whom a link is for; spends nothing."""
        link = await self._known(token)
        return LinkView(link.name, link.email)

    async def choose(
        self, token: str, password: str, cookie: str | None = None
    ) -> Tokens:
        """Set the password and begin a login; one that is refused spends nothing.

        Of two at once the first wins. All earlier logins of the user end.
        """
        link = await self._known(token)
        hashed = await self._passwords.hash(clean_password(password))
        login = self._logins.new(link.user_id, cookie)
        await self._db.write(
            _choose, digest(token), hashed, login, users=[link.user_id]
        )
        return self._logins.tokens(login)

    async def _known(self, token: str) -> LinkRecord:
        now = self._clock.now()
        return _require(await self._db.read(password_links.get, digest(token), now))


def _choose(tx: Transaction, digest: str, hashed: str, login: NewLogin) -> None:
    link = _require(password_links.get(tx, digest, login.begun_at))
    user_changes.choose_password(tx, link.user_id, hashed, login.begun_at)
    login.store(tx)


def _require(link: LinkRecord | None) -> LinkRecord:
    if link is None:
        raise BadRequest.at("token", BAD_LINK)
    return link
