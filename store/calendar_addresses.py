"""At which addresses calendars are read (table ``calendar_addresses``), by digest."""

from datetime import datetime

from store.models import User
from store.models_schedule import CalendarAddress
from store.transaction import Transaction


def made_at(tx: Transaction, user_id: int) -> datetime | None:
    """Return when somebody's address was made; None: they have none."""
    query = CalendarAddress.select(CalendarAddress.created_at)
    row = tx.first(query.where(CalendarAddress.user == user_id))
    return row["created_at"] if row else None


def put(tx: Transaction, user_id: int, digest: str, at: datetime) -> None:
    """Give somebody an address, which ends the one before.

    The user's row is locked (``users=``).
    """
    delete(tx, user_id)
    tx.insert(CalendarAddress.insert(user=user_id, digest=digest, created_at=at))


def delete(tx: Transaction, user_id: int) -> None:
    """End somebody's address, if there is one."""
    tx.write(CalendarAddress.delete().where(CalendarAddress.user == user_id))


def owner(tx: Transaction, digest: str) -> int | None:
    """Return whose address it is; nobody's, once they are deactivated."""
    query = CalendarAddress.select(CalendarAddress.user).join(User)
    row = tx.first(query.where(CalendarAddress.digest == digest, User.is_active))
    return row["user"] if row else None
