"""Build what knows people: their tokens, logins and accounts."""

from rtserver.accounts.forgotten_passwords import ForgottenPasswords
from rtserver.accounts.identity import Identity
from rtserver.accounts.invitations import Invitations
from rtserver.accounts.keys import KeySet
from rtserver.accounts.login_limiter import LoginLimiter
from rtserver.accounts.logins import Logins
from rtserver.accounts.password_choices import PasswordChoices
from rtserver.accounts.password_links import PasswordLinks
from rtserver.accounts.passwords import Passwords
from rtserver.accounts.people import People
from rtserver.accounts.tokens import TokenSigner, TokenVerifier
from rtserver.accounts.user_import import UserImport
from rtserver.accounts.users import Users
from rtserver.clock import Clock
from rtserver.services import AccountParts
from rtserver.settings.model import Settings
from store.database import Database


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
    per_minute = settings.limits.logins_per_minute
    limiter = LoginLimiter(per_minute, clock)
    logins = Logins(
        db, passwords, signer(settings, secret, clock), auth, limiter, clock
    )
    return AccountParts(
        keys,
        passwords,
        identity=Identity(db, verifier, clock),
        logins=logins,
        users=Users(db, passwords, clock, settings.notifications, limiter),
        links=PasswordLinks(auth, clock),
        # Limits of their own: whoever asks for links keeps nobody from signing in.
        forgotten=ForgottenPasswords(
            db, clock, LoginLimiter(per_minute, clock), pause=auth.link_pause
        ),
        choices=PasswordChoices(db, passwords, logins, clock),
        invitations=Invitations(db, clock),
        people=People(db),
        imports=UserImport(db, clock, settings.notifications, signs=logins.signs),
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
