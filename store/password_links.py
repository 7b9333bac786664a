"""Links to choose a password by (table ``password_links``); only digests are kept."""

from datetime import datetime

from store.models import User
from store.models_accounts import PasswordLink
from store.records import LinkRecord
from store.transaction import Transaction

# The events of the mails that bring such a link.
INVITED, FORGOTTEN = "account.invited", "account.password"
ACCOUNT_MAILS = (INVITED, FORGOTTEN)


def add(
    tx: Transaction,
    digest: str,
    *,
    user_id: int,
    mail_id: int | None,
    at: datetime,
    expires_at: datetime,
) -> None:
    """Keep a link that counts until ``expires_at``, beside those that there are."""
    tx.insert(
        PasswordLink.insert(
            digest=digest,
            user=user_id,
            mail_id=mail_id,
            created_at=at,
            expires_at=expires_at,
        )
    )


def get(tx: Transaction, digest: str, now: datetime) -> LinkRecord | None:
    """Find a link that counts; None if it ended, or its user may not sign in."""
    query = (
        PasswordLink.select(User.id.alias("user_id"), User.name, User.email)
        .join(User)
        .where(PasswordLink.digest == digest, PasswordLink.expires_at > now)
        .where(User.is_active)
    )
    row = tx.first(query)
    return LinkRecord(**row) if row else None


def end(tx: Transaction, user_id: int) -> int:
    """End all links of a user; return the number."""
    return tx.write(PasswordLink.delete().where(PasswordLink.user == user_id))


def end_all(tx: Transaction) -> int:
    """End everybody's links, as in a database that was restored."""
    return tx.write(PasswordLink.delete())


def delete_expired(tx: Transaction, before: datetime, limit: int) -> int:
    """Delete some links that ended before a moment; return the number."""
    old = PasswordLink.expires_at < before
    rows = tx.rows(PasswordLink.select(PasswordLink.digest).where(old).limit(limit))
    digests = [row["digest"] for row in rows]
    if not digests:
        return 0
    return tx.write(PasswordLink.delete().where(PasswordLink.digest.in_(digests)))
