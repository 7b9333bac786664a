"""Mails that open an account; no notifications, and nobody switches them off."""

from collections.abc import Collection
from datetime import datetime

from store import outbox, users
from store.password_links import ACCOUNT_MAILS, FORGOTTEN, INVITED
from store.transaction import Transaction

REPLACES = '{"replaces":true}'
FIRST = '{"replaces":false}'


def invite(tx: Transaction, user_ids: Collection[int], now: datetime) -> None:
    """Have an invitation mailed to each of some users, who have no password."""
    _put(tx, user_ids, INVITED, FIRST, now)


def remind(tx: Transaction, user_id: int, now: datetime) -> None:
    """Have a link mailed to somebody who forgot their password, or never had one."""
    has_one = users.password_hash(tx, user_id) is not None
    _put(tx, [user_id], FORGOTTEN, REPLACES if has_one else FIRST, now)


def drop(tx: Transaction, user_id: int, now: datetime) -> None:
    """End the mails that wait for somebody who has chosen a password by now."""
    outbox.drop_waiting(
        tx, [user_id], ACCOUNT_MAILS, at=now, detail="a password was chosen"
    )


def _put(
    tx: Transaction, user_ids: Collection[int], event: str, data: str, now: datetime
) -> None:
    """Put mails into the outbox, in the place of those like them that still wait."""
    outbox.drop_waiting(tx, user_ids, [event], at=now, detail="asked for once more")
    mail = {
        "event": event,
        "lesson_id": None,
        # No token: that is made as the mail is sent.
        "data": data,
        "lesson": None,
        "held": False,
        "due_at": now,
        "ready_at": now,
        "created_at": now,
    }
    outbox.put_many(tx, [{**mail, "user": user_id} for user_id in user_ids])
