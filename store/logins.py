"""Sign-ins and their refresh tokens (tables ``logins`` and ``refresh_tokens``)."""

from datetime import datetime

from peewee import fn

from store.models import Login, RefreshToken, User
from store.records import RefreshTokenRecord
from store.transaction import Transaction


def add(
    tx: Transaction,
    login_id: str,
    *,
    user_id: int,
    at: datetime,
    cookie: str | None = None,
) -> None:
    """Begin a family of tokens; ``login_id`` is their claim ``sid``.

    ``cookie``: session or remembered, where the refresh token is a browser's cookie.
    """
    tx.insert(Login.insert(id=login_id, user=user_id, created_at=at, cookie=cookie))


def revoke(tx: Transaction, login_id: str, *, at: datetime) -> bool:
    """End a login; False when it had ended before."""
    change = Login.update(revoked_at=at).where(
        Login.id == login_id, Login.revoked_at.is_null()
    )
    return tx.write(change) > 0


def revoke_all(tx: Transaction, user_id: int, *, at: datetime) -> int:
    """End every login of a user; return the number that ended."""
    return tx.write(
        Login.update(revoked_at=at).where(
            Login.user == user_id, Login.revoked_at.is_null()
        )
    )


def add_token(
    tx: Transaction, digest: str, *, login_id: str, expires_at: datetime
) -> None:
    """Keep a refresh token, of which only the digest is stored."""
    tx.insert(RefreshToken.insert(digest=digest, login=login_id, expires_at=expires_at))


def token(tx: Transaction, digest: str) -> RefreshTokenRecord | None:
    """Find a refresh token, spent ones too, with the state of its login and user."""
    query = (
        RefreshToken.select(
            RefreshToken.digest,
            RefreshToken.login.alias("login_id"),
            RefreshToken.expires_at,
            RefreshToken.spent_at,
            RefreshToken.successor,
            Login.user.alias("user_id"),
            Login.revoked_at.is_null(False).alias("login_revoked"),
            Login.cookie,
            User.is_active,
        )
        .join(Login)
        .join(User)
        .where(RefreshToken.digest == digest)
    )
    row = tx.first(query)
    if row is None:
        return None
    # SQLite gives a comparison as 0 or 1.
    return RefreshTokenRecord(**{**row, "login_revoked": bool(row["login_revoked"])})


def spend(tx: Transaction, digest: str, *, at: datetime, successor: str) -> None:
    """Mark a refresh token as used, and name the one given for it."""
    tx.write(
        RefreshToken.update(spent_at=at, successor=successor).where(
            RefreshToken.digest == digest
        )
    )


def pass_on(tx: Transaction, login_id: str, *, old: str, new: str) -> None:
    """Name another successor for all tokens of a login that had ``old`` for theirs."""
    theirs = (RefreshToken.login == login_id) & (RefreshToken.successor == old)
    tx.write(RefreshToken.update(successor=new).where(theirs))


def prune(tx: Transaction, before: datetime) -> int:
    """Delete refresh tokens that expired before, and logins which lost their last one.

    Keep ``before`` as far back as access tokens may live: the access tokens of a
    revoked login are refused only while the login is known. Return the tokens' number.
    """
    deleted = tx.write(RefreshToken.delete().where(RefreshToken.expires_at < before))
    left = RefreshToken.select(RefreshToken.digest).where(
        RefreshToken.login == Login.id
    )
    tx.write(Login.delete().where(Login.created_at < before, ~fn.EXISTS(left)))
    return deleted
