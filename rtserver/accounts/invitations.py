"""Invitations to choose a password, for people whom somebody else brings here."""

from rtserver.access.actor import Actor
from rtserver.accounts import account_mails, user_changes
from rtserver.accounts.user_changes import AccountChange
from rtserver.clock import Clock
from rtserver.errors import Conflict
from store import users
from store.database import Database
from store.records import UserRecord
from store.transaction import Transaction

HAS_PASSWORD = (
    "This user has a password. Who forgot it asks for a link: "
    "POST /api/auth/password/forgot/"
)


class Invitations:
    """The invitations that managers send."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def invite(self, actor: Actor, user_id: int) -> None:
        """Mail a user an invitation; Conflict for who has a password."""
        actor.require_manager()
        change = AccountChange(actor, {}, self._clock.now(), user_id)
        await self._db.write(_invite, change, users=[user_id])


def create(tx: Transaction, change: AccountChange) -> UserRecord:
    """Add a user as ``user_changes.create`` does, and invite them."""
    user = user_changes.create(tx, change)
    account_mails.invite(tx, [user.id], change.now)
    return user


def _invite(tx: Transaction, change: AccountChange) -> None:
    user = user_changes.require_managed(tx, change)
    if not user.is_active:
        raise Conflict("This user is deactivated: activate them first.")
    if users.password_hash(tx, user.id) is not None:
        raise Conflict(HAS_PASSWORD)
    account_mails.invite(tx, [user.id], change.now)
