"""The identity behind a request or a connection, and whether it still counts."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from math import floor
from typing import Protocol

from rtserver.access.actor import Actor
from rtserver.accounts.api_keys import ApiKeys
from rtserver.accounts.tokens import Claims, TokenVerifier
from rtserver.clock import Clock
from rtserver.errors import TokenExpired, Unauthenticated
from store import users
from store.database import Database
from store.gathered_reads import GatheredReads
from store.records import IdentityRecord
from store.transaction import Transaction

CACHE_SECONDS = 1.0
MAX_CACHED = 10_000

_Key = tuple[int, str | None]


class SignInClaims(Protocol):
    """The claims of a sign-in that a token holds, or a ticket got with it."""

    @property
    def user_id(self) -> int: ...
    @property
    def sid(self) -> str | None: ...
    @property
    def issued_at(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Identified:
    """The user to whom a token belongs, just now."""

    actor: Actor
    user: IdentityRecord
    claims: Claims


@dataclass(eq=False, slots=True)
class _Lookup:
    """A question to the database, and whether the answer was overtaken by a change."""

    user_id: int
    user: IdentityRecord | None = None
    is_outdated: bool = False


class Identity:
    """The check of tokens and Api-Keys against the database.

    What it finds about a user counts for a second, so that a busy page doesn't read
    the same row again and again; ``forget`` ends that at once.
    """

    def __init__(
        self,
        db: Database,
        verifier: TokenVerifier,
        clock: Clock,
        *,
        most_cached: int = MAX_CACHED,
    ) -> None:
        self._db = db
        self._reads = GatheredReads[None, _Key, IdentityRecord | None](db, _find)
        self._verifier = verifier
        self._api_keys = ApiKeys(db, clock)
        self._clock = clock
        self._most_cached = most_cached
        self._cache: dict[_Key, tuple[float, IdentityRecord]] = {}
        self._lookups: set[_Lookup] = set()

    async def of_request(self, authorization: str) -> Actor:
        """Return who sends a request, by its Authorization header (contract 3)."""
        scheme, _, credentials = authorization.strip().partition(" ")
        match scheme.lower():
            case "bearer":
                return (await self.of_token(credentials.strip())).actor
            case "api-key":
                return await self._api_keys.authenticate(credentials.strip())
        raise Unauthenticated("Send Authorization: Bearer <token>, or Api-Key <key>.")

    async def sign_in_of(self, authorization: str) -> SignInClaims:
        """Return by which sign-in a request comes; an Api-Key has none."""
        scheme, _, credentials = authorization.strip().partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated()
        return (await self.of_token(credentials.strip())).claims

    async def of_sign_in(self, sign_in: SignInClaims) -> Actor:
        """Return who signed in so; Unauthenticated if that no longer counts."""
        user = await self._holder(sign_in)
        return Actor(user.id, user.name, user.role)

    async def of_token(self, token: str) -> Identified:
        """Return whose token this is.

        Raises ``TokenExpired``, ``Unauthenticated`` (unknown and inactive users too)
        or ``StoreUnavailable``.
        """
        try:
            claims = self._verifier.verify(token)
        except TokenExpired:
            # Merely so? Who is locked out, too, isn't to come again with a new one.
            await self._holder(self._verifier.claims(token))
            raise
        user = await self._holder(claims)
        # The keys may have been read anew meanwhile, and who is here been checked.
        self._verifier.claims(token)
        return Identified(Actor(user.id, user.name, user.role), user, claims)

    def is_signed(self, claims: Claims) -> bool:
        """Return whether the key that a good token was signed with is still there."""
        return self._verifier.is_signed(claims)

    async def still_valid(self, tokens: Collection[Claims]) -> dict[Claims, Actor]:
        """Return those whose user and login stand, and who that is by now.

        Expiry isn't looked at.
        """
        held = {(claims.user_id, claims.sid) for claims in tokens}
        found = await self._db.read(users.identities, held)
        return {
            claims: Actor(user.id, user.name, user.role)
            for claims in tokens
            if (user := found.get((claims.user_id, claims.sid))) is not None
            and self._holds(user, claims)
        }

    def forget(self, user_id: int) -> None:
        """Look the user up anew from now on: their account or a login has changed."""
        for lookup in self._lookups:
            lookup.is_outdated |= lookup.user_id == user_id
        for key in [key for key in self._cache if key[0] == user_id]:
            del self._cache[key]

    async def _holder(self, claims: SignInClaims) -> IdentityRecord:
        """Find the user of a token; Unauthenticated if there is none any more."""
        user = await self._user(claims.user_id, claims.sid)
        if user is None or not self._holds(user, claims):
            raise Unauthenticated()
        return user

    async def _user(self, user_id: int, sid: str | None) -> IdentityRecord | None:
        key, now = (user_id, sid), self._clock.monotonic()
        until, user = self._cache.get(key, (now, None))
        if user is not None and now < until:
            return user
        # What was read before they were forgotten may be what they were; and who signs
        # in with that is missed by the check of those who are here.
        while (lookup := await self._look_up(user_id, sid)).is_outdated:
            pass
        user = lookup.user
        if user is not None:
            while len(self._cache) >= self._most_cached:
                del self._cache[next(iter(self._cache))]
            self._cache[key] = now + CACHE_SECONDS, user
        return user

    async def _look_up(self, user_id: int, sid: str | None) -> "_Lookup":
        lookup = _Lookup(user_id)
        self._lookups.add(lookup)
        try:
            lookup.user = await self._reads.read(None, (user_id, sid))
        finally:
            self._lookups.remove(lookup)
        return lookup

    def _holds(self, user: IdentityRecord, claims: SignInClaims) -> bool:
        """Return whether a token of this user counts.

        One that belongs to no login of ours, but to a platform, must be younger than
        the last time that all were revoked (in whole seconds, as tokens count). One
        that doesn't tell its age is left to the platform: no password here led to it.
        """
        if not user.is_active or user.login_revoked:
            return False
        if user.revoked_at is None:
            return True
        return claims.issued_at is None or claims.issued_at > floor(
            user.revoked_at.timestamp()
        )


def _find(
    tx: Transaction, _: None, keys: list[_Key]
) -> Callable[[_Key], IdentityRecord | None]:
    return users.identities(tx, set(keys)).get
