"""The accounts of people (contract 1, 3.1)."""

from dataclasses import replace
from datetime import datetime

import msgspec
from msgspec import UNSET

from rtserver.access.actor import Actor
from rtserver.accounts import invitations, user_changes
from rtserver.accounts.login_limiter import LoginLimiter
from rtserver.accounts.passwords import Passwords, clean_password
from rtserver.accounts.requests import (
    MyChanges,
    NewUser,
    UserBody,
    UserChanges,
    clean_values,
    lookup_key,
)
from rtserver.accounts.user_changes import MAX_ID, AccountChange
from rtserver.clock import Clock
from rtserver.errors import Forbidden, Invalid, NotFound
from rtserver.input.cursors import decode_cursor, encode_cursor
from rtserver.settings.model import NotificationsSettings
from rtserver.views import UserView, user_view
from store import users
from store.database import Database
from store.records import UserRecord
from store.transaction import Transaction


class UsersView(msgspec.Struct, frozen=True):
    """A page of users."""

    results: list[UserView]
    next: str | None


class Users:
    """The accounts; ``defaults`` are for who has chosen none."""

    def __init__(
        self,
        db: Database,
        passwords: Passwords,
        clock: Clock,
        defaults: NotificationsSettings,
        limiter: LoginLimiter,
    ) -> None:
        self._db = db
        self._passwords = passwords
        self._clock = clock
        self._limiter = limiter
        self._defaults = {"locale": defaults.locale, "timezone": defaults.timezone}

    async def page(self, actor: Actor, *, cursor: str | None, limit: int) -> UsersView:
        """List users by id."""
        actor.require_manager()
        after = 0 if cursor is None else decode_cursor(cursor, "users", 1)[0]
        return await self._db.read(_page, actor, after, limit)

    async def get(self, actor: Actor, user_id: int) -> UserRecord:
        """Read anyone's account, as an admin or a platform."""
        actor.require_manager()
        return await self._db.read(_get, actor, user_id)

    async def me(self, actor: Actor) -> UserRecord:
        """Read one's own account."""
        return await self._db.read(user_changes.require_user, actor.require_user())

    async def find(self, id_or_email: str) -> UserRecord | None:
        """Find a user by what a person would type; no rights are asked."""
        if not (id_or_email.isascii() and id_or_email.isdecimal()):
            key = lookup_key(id_or_email)
            return await self._db.read(users.by_email, key) if key else None
        user_id = int(id_or_email[:17])
        return await self._db.read(users.get, user_id) if _possible(user_id) else None

    async def create(self, actor: Actor, body: UserBody) -> UserRecord:
        """Add a user, with the next id; without a password they can't sign in here.

        A ``NewUser`` may be invited by that to choose one.
        """
        actor.require_manager()
        invited = isinstance(body, NewUser) and body.invite
        if invited:
            _require_invitable(body)
        change = await self._managed(actor, body)
        make = invitations.create if invited else user_changes.create
        return await self._db.write(make, change)

    async def put(
        self, actor: Actor, user_id: int, body: UserBody
    ) -> tuple[UserRecord, bool]:
        """Create (True) or update the user with this id; what is left out stays."""
        actor.require_manager()
        _require_possible(user_id)
        change = await self._managed(actor, body, user_id)
        return await self._db.write(user_changes.put, change, users={user_id})

    async def patch(self, actor: Actor, user_id: int, body: UserChanges) -> UserRecord:
        """Change what is given."""
        actor.require_manager()
        _require_possible(user_id)
        change = await self._managed(actor, body, user_id)
        return await self._db.write(user_changes.patch, change, users={user_id})

    async def patch_me(self, actor: Actor, body: MyChanges) -> UserRecord:
        """Change one's own account; a new password ends all of one's logins."""
        user_id = actor.require_user()
        change = self._change(actor, body, user_id)
        if body.password is not UNSET:
            password = clean_password(body.password)
            checked, stored = await self._check_current(actor, body)
            change = replace(change, checked=checked)
            change = await self._with_password(change, stored, password)
        return await self._db.write(user_changes.patch_own, change, users={user_id})

    async def set_password(
        self, actor: Actor, user_id: int, password: str
    ) -> UserRecord:
        """Set a password; a new one ends all the logins of its user."""
        return await self.patch(actor, user_id, UserChanges(password=password))

    async def deactivate(self, actor: Actor, user_id: int) -> UserRecord:
        """Lock somebody out; what they wrote stays."""
        return await self.patch(actor, user_id, UserChanges(is_active=False))

    async def _managed(
        self, actor: Actor, body: UserBody | UserChanges, user_id: int | None = None
    ) -> AccountChange:
        """Return what a manager wants, with the new password's hash if it is another.

        Raises what the change would fail with before anything is hashed: how long that
        takes tells whether it is the user's password already.
        """
        change = self._change(actor, body, user_id)
        if body.password is UNSET:
            return change
        password = clean_password(body.password)
        stored = await self._db.read(user_changes.replaced_password, change)
        if stored is not None and user_id is not None:
            self._limiter.check_user(user_id, actor.identity)
        return await self._with_password(change, stored, password)

    def _change(
        self,
        actor: Actor,
        body: UserBody | UserChanges | MyChanges,
        user_id: int | None,
    ) -> AccountChange:
        values = clean_values(body)
        return AccountChange(actor, values, self._clock.now(), user_id, self._defaults)

    async def _with_password(
        self, change: AccountChange, stored: str | None, password: str
    ) -> AccountChange:
        """Add the hash of a password, unless ``stored`` is one of it already."""
        if stored is not None and await self._passwords.verify(stored, password):
            return change
        hashed = await self._passwords.hash(password)
        return replace(change, values={**change.values, "password_hash": hashed})

    async def _check_current(
        self, actor: Actor, body: MyChanges
    ) -> tuple[datetime | None, str]:
        """Verify ``current_password``; return since when it holds, and its hash."""
        if body.current_password is UNSET:
            raise Invalid.at("current_password", "is needed to set a new password")
        user_id = actor.require_user()
        # Whoever found a page open isn't to guess on, nor to keep others from signing
        # in: checking takes the same threads.
        self._limiter.check_user(user_id, actor.identity)
        user, stored = await self._db.read(_credentials, user_id)
        if not stored or not await self._passwords.verify(
            stored, body.current_password
        ):
            raise Invalid.at("current_password", "isn't your present password")
        return user.revoked_at, stored


def _page(tx: Transaction, actor: Actor, after: int, limit: int) -> UsersView:
    admins = not user_changes.hides_admins(actor)
    found = users.page(tx, after=after, limit=limit + 1, admins=admins)
    return UsersView(
        results=[user_view(user) for user in found[:limit]],
        next=encode_cursor("users", found[limit - 1].id) if found[limit:] else None,
    )


def _get(tx: Transaction, actor: Actor, user_id: int) -> UserRecord:
    user = user_changes.require_user(tx, user_id if _possible(user_id) else None)
    if user.role == "admin" and user_changes.hides_admins(actor):
        raise Forbidden("An Api-Key has no rights over admins.")
    return user


def _credentials(tx: Transaction, user_id: int) -> tuple[UserRecord, str | None]:
    user = user_changes.require_user(tx, user_id)
    return user, users.password_hash(tx, user_id)


def _require_invitable(body: UserBody) -> None:
    if body.password is not UNSET:
        raise Invalid.at("invite", "is for who has no password: leave one of them out")
    if body.is_active is False:
        raise Invalid.at("invite", "is for who may sign in: leave is_active out")


def _possible(user_id: int) -> bool:
    return 1 <= user_id <= MAX_ID


def _require_possible(user_id: int) -> None:
    if not _possible(user_id):
        raise NotFound("There is no such user.")
