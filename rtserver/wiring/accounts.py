"""Build what knows people: their tokens, logins and accounts."""

from typing import NamedTuple

from rtserver.accounts.identity import Identity
from rtserver.accounts.keys import KeySet
from rtserver.accounts.login_limiter import LoginLimiter
from rtserver.accounts.logins import Logins
from rtserver.accounts.passwords import Passwords
from rtserver.accounts.tokens import TokenSigner, TokenVerifier
from rtserver.accounts.users import Users
from rtserver.clock import Clock
from rtserver.settings.model import Settings
from store.database import Database


class AccountParts(NamedTuple):
    """The parts that know people, named as in the services."""

    keys: KeySet
    passwords: Passwords
    identity: Identity
    logins: Logins
    users: Users


def build_accounts(
    settings: Settings, secret: str, db: Database, clock: Clock
) -> AccountParts:
    """Build them; raises ``KeysError`` when a key can't be read."""
    auth = settings.auth
    keys = KeySet.load(auth, secret=secret)
    verifier = TokenVerifier(
        keys,
        issuer=auth.issuer,
        audience=auth.audience,
        max_ttl=auth.max_ttl,
        clock=clock,
    )
    passwords = Passwords()
    limiter = LoginLimiter(settings.limits.logins_per_minute, clock)
    sign = signer(settings, secret, clock)
    return AccountParts(
        keys,
        passwords,
        identity=Identity(db, verifier, clock),
        logins=Logins(db, passwords, sign, auth, limiter, clock),
        users=Users(db, passwords, clock, settings.notifications, limiter),
    )


def signer(settings: Settings, secret: str, clock: Clock) -> TokenSigner | None:
    """Build what signs tokens, where the server may (HS256 is among the algorithms)."""
    auth = settings.auth
    if "HS256" not in auth.algorithms:
        return None
    return TokenSigner(
        secret,
        issuer=auth.issuer,
        audience=auth.audience,
        ttl=auth.access_ttl,
        clock=clock,
    )
