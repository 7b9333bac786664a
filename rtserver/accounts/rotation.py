"""The chain of a login's refresh tokens: each is spent for its successor.

A spent one that comes again was copied, so it ends the login; only a client that lost
the answer may ask twice, shortly after, while nobody has used the successor.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from rtserver.access import changes as access
from store import logins
from store.records import RefreshTokenRecord
from store.transaction import Transaction


class Rotation(NamedTuple):
    """The exchange of a refresh token for its successor.

    ``digest`` is of the token that was sent, ``successor`` of its replacement, which
    counts until ``expires_at``. For ``leeway`` a spent token may be sent again.
    """

    digest: str
    successor: str
    now: datetime
    expires_at: datetime
    leeway: timedelta


def rotate(tx: Transaction, step: Rotation) -> bool:
    """Spend the token for its successor; a refusal is False, as it may revoke."""
    token = logins.token(tx, step.digest)
    if token is None or token.login_revoked or not token.is_active:
        return False
    if token.expires_at <= step.now:
        return False
    if token.spent_at is not None:
        unused = _unused_successor(tx, token, step)
        if unused is None:
            end(tx, token.login_id, token.user_id, step.now)
            return False
        _spend(tx, unused, step)
        # One that was given in vain may come all the same, as the tabs of a browser
        # share a cookie: its successor is then the newest that nobody has used.
        logins.pass_on(tx, token.login_id, old=unused.digest, new=step.successor)
    _spend(tx, token, step)
    logins.add_token(
        tx, step.successor, login_id=token.login_id, expires_at=step.expires_at
    )
    return True


def end(tx: Transaction, login_id: str, user_id: int, now: datetime) -> None:
    """End a login, and have its connections checked; again is harmless."""
    if logins.revoke(tx, login_id, at=now):
        access.announce(tx, "login", user_id, now=now, data={"sid": login_id})


def _unused_successor(
    tx: Transaction, token: RefreshTokenRecord, step: Rotation
) -> RefreshTokenRecord | None:
    """Find the successor of a spent token, if it was given a moment ago in vain."""
    assert token.spent_at is not None
    # Of two at once, the later may be the first to commit.
    waited = max(step.now - token.spent_at, timedelta())
    if waited >= step.leeway or token.successor is None:
        return None
    successor = logins.token(tx, token.successor)
    return successor if successor and successor.spent_at is None else None


def _spend(tx: Transaction, token: RefreshTokenRecord, step: Rotation) -> None:
    logins.spend(
        tx,
        token.digest,
        # A second try doesn't make the time for it any longer.
        at=token.spent_at or step.now,
        successor=step.successor,
    )
