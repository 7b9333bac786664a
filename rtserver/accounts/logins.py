"""Sign-ins with a password, their tokens and their end (contract 3.1)."""

from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

import msgspec

from rtserver.accounts import rotation, user_changes
from rtserver.accounts.login_limiter import LoginLimiter
from rtserver.accounts.passwords import Passwords
from rtserver.accounts.requests import lookup_key
from rtserver.accounts.rotation import Rotation
from rtserver.accounts.tokens import TokenSigner, digest, new_secret
from rtserver.clock import Clock
from rtserver.errors import NotFound, Unauthenticated
from rtserver.settings.model import AuthSettings
from store import logins, users
from store.database import Database
from store.records import RefreshTokenRecord, UserRecord
from store.transaction import Transaction

NO_SIGNER = "This server gives out no tokens: sign in where yours come from."
PREFIX = "rtr_"
BAD_PASSWORD = "The e-mail address or the password is wrong."
BAD_REFRESH = "The refresh token is not valid, or was used already: sign in again."


class TokensView(msgspec.Struct, frozen=True):
    """A pair of tokens; ``expires_in`` is the access token's life in seconds."""

    access: str
    refresh: str
    expires_in: int


class AccessView(msgspec.Struct, frozen=True):
    """An access token whose refresh token is the browser's cookie."""

    access: str
    expires_in: int


class Tokens(NamedTuple):
    """A pair of tokens; ``cookie``: session or remembered, if that is to be one."""

    access: str
    refresh: str
    expires_in: int
    cookie: str | None


class NewLogin(NamedTuple):
    """A login that begins; ``refresh`` is its first refresh token."""

    user_id: int
    sid: str
    refresh: str
    begun_at: datetime
    expires_at: datetime
    cookie: str | None = None

    def store(self, tx: Transaction) -> None:
        """Keep it; of the refresh token no more than a digest."""
        logins.add(
            tx,
            self.sid,
            user_id=self.user_id,
            at=self.begun_at,
            cookie=self.cookie,
        )
        logins.add_token(
            tx,
            digest(self.refresh),
            login_id=self.sid,
            expires_at=self.expires_at,
        )


class Logins:
    """The logins; ``signer`` is None where HS256 isn't among the algorithms."""

    def __init__(
        self,
        db: Database,
        passwords: Passwords,
        signer: TokenSigner | None,
        settings: AuthSettings,
        limiter: LoginLimiter,
        clock: Clock,
    ) -> None:
        self._db = db
        self._passwords = passwords
        self._signer = signer
        self._refresh_ttl = timedelta(seconds=settings.refresh_ttl)
        self._expires_in = ceil(settings.access_ttl)
        self._leeway = timedelta(seconds=settings.refresh_leeway)
        # Tabs share the cookie, and one that slept comes with what it once had.
        self._cookie_leeway = timedelta(seconds=settings.access_ttl)
        self._limiter = limiter
        self._clock = clock

    @property
    def limited(self) -> int:
        """Return how many sign-ins were refused because there were too many."""
        return self._limiter.refused

    @property
    def signs(self) -> bool:
        """Return whether this server gives out tokens."""
        return self._signer is not None

    async def sign_in(
        self, email: str, password: str, address: str, cookie: str | None = None
    ) -> Tokens:
        """Begin a login; whatever is wrong, the refusal is the same, and as slow."""
        self.require_signer()
        self._limiter.check(address, email)
        user, stored = await self._db.read(_credentials, lookup_key(email))
        matches = await self._passwords.verify(stored, password)
        if user is None or not matches:
            raise Unauthenticated(BAD_PASSWORD)
        fresh = await self._renewed(stored, password)
        login = self.new(user.id, cookie)
        if not await self._db.write(_begin, user, fresh, login, users=[user.id]):
            raise Unauthenticated(BAD_PASSWORD)
        return self.tokens(login)

    def new(self, user_id: int, cookie: str | None = None) -> NewLogin:
        """Return a login of a user, which is still to be stored."""
        sid, refresh, now = new_secret(), new_secret(PREFIX), self._clock.now()
        return NewLogin(user_id, sid, refresh, now, now + self._refresh_ttl, cookie)

    def tokens(self, login: NewLogin) -> Tokens:
        """Return the first pair of tokens of a login, once it is stored."""
        return self._tokens(login.user_id, login.sid, login.refresh, login.cookie)

    async def refresh(self, token: str) -> Tokens:
        """Spend a refresh token for a fresh pair."""
        self.require_signer()
        known = await self._known(token)
        secret, now = new_secret(PREFIX), self._clock.now()
        leeway = self._leeway if known.cookie is None else self._cookie_leeway
        step = Rotation(
            known.digest, digest(secret), now, now + self._refresh_ttl, leeway
        )
        if not await self._db.write(rotation.rotate, step, users=[known.user_id]):
            raise Unauthenticated(BAD_REFRESH)
        return self._tokens(known.user_id, known.login_id, secret, known.cookie)

    async def sign_out(self, token: str, *, everywhere: bool = False) -> None:
        """End the login of a refresh token, spent and expired ones too.

        ``everywhere``: all logins and tokens of its user, if the login still stands.
        """
        self.require_signer()
        known = await self._known(token)
        user_id, now = known.user_id, self._clock.now()
        if not everywhere:
            await self._db.write(
                rotation.end, known.login_id, user_id, now, users=[user_id]
            )
        elif not await self._db.write(_end_all, known.digest, now, users=[user_id]):
            raise Unauthenticated(BAD_REFRESH)

    async def _renewed(self, stored: str | None, password: str) -> str | None:
        """Hash the password anew, if the kept hash has outdated parameters."""
        if stored is None or not self._passwords.needs_rehash(stored):
            return None
        return await self._passwords.hash(password)

    def require_signer(self) -> TokenSigner:
        """Return what signs tokens; NotFound where this server gives out none."""
        if self._signer is None:
            raise NotFound(NO_SIGNER)
        return self._signer

    def _tokens(
        self, user_id: int, sid: str, refresh: str, cookie: str | None
    ) -> Tokens:
        access_token, _ = self.require_signer().sign(user_id, sid=sid)
        return Tokens(access_token, refresh, self._expires_in, cookie)

    async def _known(self, token: str) -> RefreshTokenRecord:
        known = await self._db.read(logins.token, digest(token))
        if known is None:
            raise Unauthenticated(BAD_REFRESH)
        return known


def _credentials(
    tx: Transaction, key: str | None
) -> tuple[UserRecord | None, str | None]:
    """Find an active user and the hash of their password."""
    user = users.by_email(tx, key) if key else None
    if user is None or not user.is_active:
        return None, None
    return user, users.password_hash(tx, user.id)


def _end_all(tx: Transaction, digest: str, now: datetime) -> bool:
    """End all of a user's logins by a token of one that stands; else False."""
    token = logins.token(tx, digest)
    if token is None or token.login_revoked or token.expires_at <= now:
        return False
    user_changes.revoke(tx, token.user_id, now)
    return True


def _begin(
    tx: Transaction,
    verified: UserRecord,
    password_hash: str | None,
    login: NewLogin,
) -> bool:
    """Begin a login, unless the account changed since its password was verified.

    ``password_hash`` is a fresh one, where the stored one is outdated.
    """
    user = users.get(tx, verified.id)
    if user is None or not user.is_active or user.revoked_at != verified.revoked_at:
        return False
    if password_hash is not None:
        users.update(tx, user.id, {"password_hash": password_hash})
    login.store(tx)
    return True
