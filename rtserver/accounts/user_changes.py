"""Changes of an account, inside their transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from rtserver.access import changes as access
from rtserver.access.actor import Actor
from rtserver.accounts import account_mails
from rtserver.accounts.tombstone import is_erased
from rtserver.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from rtserver.input.text import email_key
from store import logins, password_links, users
from store.records import UserRecord
from store.transaction import Transaction

MAX_ID = 2**53 - 1
ADMIN = ("admin", True)


@dataclass(frozen=True, slots=True)
class AccountChange:
    """The account that somebody (``actor``) wants to be made, or changed to.

    ``values`` are clean columns; ``password_hash`` is among them if it is new. Those of
    ``defaults`` count for a new account that is given no others.
    """

    actor: Actor
    values: Mapping[str, Any]
    now: datetime
    user_id: int | None = None
    defaults: Mapping[str, Any] | None = None
    # When the password that was checked came to be; see ``revoked_at`` of a user.
    checked: datetime | None = None


def replaced_password(tx: Transaction, change: AccountChange) -> str | None:
    """Return the hash of the password that a manager's change would replace.

    Raises what ``create``, ``put`` or ``patch`` would.
    """
    user = users.get(tx, change.user_id) if change.user_id is not None else None
    _check(tx, change, user)
    return users.password_hash(tx, user.id) if user else None


def create(tx: Transaction, change: AccountChange) -> UserRecord:
    """Add a user, with the id that the change names or the next one."""
    _check(tx, change, None)
    own_id = {} if change.user_id is None else {"id": change.user_id}
    created = {"created_at": change.now, **own_id}
    return users.add(tx, {**(change.defaults or {}), **change.values, **created})


def put(tx: Transaction, change: AccountChange) -> tuple[UserRecord, bool]:
    """Create the user with this id, or update them; tell whether they are new."""
    assert change.user_id is not None
    if users.get(tx, change.user_id) is None:
        return create(tx, change), True
    return patch(tx, change), False


def patch(tx: Transaction, change: AccountChange) -> UserRecord:
    """Change somebody's account on behalf of an admin or a platform."""
    return update(tx, require_managed(tx, change), change)


def patch_own(tx: Transaction, change: AccountChange) -> UserRecord:
    """Change the account of the one who asks."""
    user = users.get(tx, change.actor.require_user())
    if user is None or not user.is_active:
        raise Unauthenticated()
    if "password_hash" in change.values and user.revoked_at != change.checked:
        raise Invalid.at("current_password", "was changed a moment ago")
    return update(tx, user, replace(change, user_id=user.id))


def choose_password(
    tx: Transaction, user_id: int, hashed: str, now: datetime
) -> UserRecord:
    """Set the password of who proved to read the account's mail; ends all logins."""
    user = require_user(tx, user_id)
    actor = Actor(user.id, user.name, user.role)
    return update(tx, user, AccountChange(actor, {"password_hash": hashed}, now))


def revoke(tx: Transaction, user_id: int, now: datetime) -> None:
    """End all logins and tokens of a user, as a new password does."""
    users.update(tx, user_id, {"revoked_at": now})
    logins.revoke_all(tx, user_id, at=now)
    access.announce(tx, "user", user_id, now=now)


def require_managed(tx: Transaction, change: AccountChange) -> UserRecord:
    """Find a user whom a manager may change; raises as ``patch`` does."""
    user = require_user(tx, change.user_id)
    _check(tx, change, user)
    return user


def require_user(tx: Transaction, user_id: int | None) -> UserRecord:
    """Find a user, or raise ``NotFound``."""
    user = users.get(tx, user_id) if user_id is not None else None
    if user is None:
        raise NotFound("There is no such user.")
    return user


def hides_admins(actor: Actor) -> bool:
    """Return whether admins are none of this one's business (contract 3: Api-Key)."""
    return actor.role == "api_key"


def _check(tx: Transaction, change: AccountChange, user: UserRecord | None) -> None:
    """Refuse what a manager may not do to a user, or to a new one (None)."""
    require_manager(tx, change.actor)
    _guard_admins(change, user)
    if user and is_erased(user) and change.values != {"is_active": False}:
        raise Conflict("This user was erased for ever: give the person another id.")
    _check_email(tx, change)


def update(tx: Transaction, user: UserRecord, change: AccountChange) -> UserRecord:
    """Change columns of a user, and end what ends with that; rights aren't asked."""
    values = dict(change.values)
    ends = user.is_active and values.get("is_active") is False
    # The first password replaces none that somebody else may know.
    renewed = "password_hash" in values and users.password_hash(tx, user.id) is not None
    if revokes := ends or renewed:
        values["revoked_at"] = change.now
        logins.revoke_all(tx, user.id, at=change.now)
    if ends or "password_hash" in values or _moves(user, values):
        password_links.end(tx, user.id)
    if "password_hash" in values:
        account_mails.drop(tx, user.id, change.now)
    changed = users.update(tx, user.id, values) if values else user
    if changed.name != user.name:
        access.announce_names(tx, {user.id: changed.name}, now=change.now)
    if revokes or _standing(changed) != _standing(user):
        active = {"active": changed.is_active}
        access.announce(tx, "user", user.id, now=change.now, data=active)
        # Only now: announcing lets one process at a time through, so two admins
        # can't remove each other.
        _keep_an_admin(tx, user, changed)
    return changed


def update_all(
    tx: Transaction,
    changed: Sequence[tuple[UserRecord, Mapping[str, Any]]],
    now: datetime,
) -> None:
    """Change names, roles, languages and zones of many users; rights aren't asked.

    The values are others than those that there are.
    """
    users.update_many(tx, {user.id: values for user, values in changed})
    names = {user.id: one["name"] for user, one in changed if "name" in one}
    access.announce_names(tx, names, now=now)
    standings = {
        user.id: {"active": user.is_active} for user, one in changed if "role" in one
    }
    access.announce_all(tx, "user", standings, now=now)
    if any(_standing(user) == ADMIN for user, one in changed if "role" in one):
        _require_admin(tx)


def _moves(user: UserRecord, values: Mapping[str, Any]) -> bool:
    """Return whether a change gives a user another address."""
    key = email_key(user.email)
    return bool(values.get("email_key", key) != key)


def _standing(user: UserRecord) -> tuple[str, bool]:
    return user.role, user.is_active


def _keep_an_admin(tx: Transaction, before: UserRecord, after: UserRecord) -> None:
    if _standing(before) == ADMIN and _standing(after) != ADMIN:
        _require_admin(tx)


def _require_admin(tx: Transaction) -> None:
    if not users.has_active_admin(tx):
        raise Conflict("This is the last active admin: make another one first.")


def require_manager(tx: Transaction, actor: Actor) -> None:
    """Refuse all but managers, also an admin who ceased to be one a moment ago."""
    actor.require_manager()
    if actor.user_id is None:
        return
    own = users.get(tx, actor.user_id)
    if own is None or _standing(own) != ADMIN:
        raise Forbidden("This is for admins and integrating platforms.")


def _guard_admins(change: AccountChange, user: UserRecord | None) -> None:
    roles = {change.values.get("role"), user.role if user else None}
    if hides_admins(change.actor) and "admin" in roles:
        raise Forbidden("An Api-Key can't change admins, nor make anyone one.")


def _check_email(tx: Transaction, change: AccountChange) -> None:
    if "email_key" not in change.values:
        return
    other = users.by_email(tx, change.values["email_key"])
    if other is not None and other.id != change.user_id:
        raise Conflict("email: another user has this address.")
