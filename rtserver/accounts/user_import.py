"""Bring a file of people into the school: all of it, or nothing (contract 3.1)."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from rtserver.access.actor import Actor
from rtserver.accounts import account_mails, user_changes
from rtserver.accounts.user_table import TableRow, UserTable, read_table
from rtserver.clock import Clock
from rtserver.errors import LimitExceeded
from rtserver.settings.model import NotificationsSettings
from store import users
from store.database import Database
from store.records import UserRecord
from store.transaction import Transaction


class ImportView(msgspec.Struct, frozen=True):
    """The outcome of an import: how many people are new, and how many were there."""

    created: int
    updated: int


class Caps(NamedTuple):
    """Limits of how many people may be new, and changed, at once.

    It is one transaction, in which nobody else writes: about two seconds for so many.
    """

    new: int
    changed: int


CAPS = Caps(new=20_000, changed=10_000)


class Import(NamedTuple):
    """A file that somebody wants to be brought in."""

    actor: Actor
    table: UserTable
    now: datetime
    caps: Caps


@dataclass(slots=True)
class _ImportPlan:
    """The changes that an import makes, once nothing speaks against it."""

    new: list[TableRow] = field(default_factory=list)
    changed: list[tuple[UserRecord, dict[str, Any]]] = field(default_factory=list)
    invited: list[int] = field(default_factory=list)

    @property
    def demoted(self) -> set[int]:
        """Return the active admins who will be none."""
        return {user.id for user, values in self.changed if _gives(user, values) == -1}

    @property
    def promotes(self) -> bool:
        """Return whether somebody will be an active admin who isn't now."""
        return any(row.values.get("role") == "admin" for row in self.new) or any(
            _gives(user, values) == 1 for user, values in self.changed
        )


class UserImport:
    """The import of files; ``signs``: whether people sign in here, and can be invited.

    ``defaults`` are for who is new and has chosen none.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        defaults: NotificationsSettings,
        *,
        signs: bool,
        caps: Caps = CAPS,
    ) -> None:
        self._db = db
        self._clock = clock
        self._defaults = {"locale": defaults.locale, "timezone": defaults.timezone}
        self._signs = signs
        self._caps = caps

    async def run(self, actor: Actor, data: bytes, *, dry_run: bool) -> ImportView:
        """Bring a file in, or with ``dry_run`` only tell what that would do.

        Raises ``InvalidLines`` with all that is wrong.
        """
        actor.require_manager()
        # In a thread: a large file takes a second to be read.
        table = await asyncio.to_thread(read_table, data)
        self._check_invitations(table)
        if table.is_hopeless:
            table.require_sound()
        wanted = Import(actor, table, self._clock.now(), self._caps)
        # What is wrong already is told together with what the database knows.
        if dry_run or not table.is_sound:
            return await self._db.read(_look, wanted)
        keys = [row.key for row in table.rows]
        known = await self._db.read(users.by_keys, keys)
        ids = [user.id for user in known.values()]
        return await self._db.write(self._apply, wanted, users=ids)

    def _check_invitations(self, table: UserTable) -> None:
        for row in table.rows:
            if row.invite and not self._signs:
                table.blame(row.line, "invite", "nobody signs in here: leave it out")

    def _apply(self, tx: Transaction, wanted: Import) -> ImportView:
        plan = _plan(tx, wanted)
        ids = users.add_many(tx, [self._columns(row, wanted.now) for row in plan.new])
        user_changes.update_all(tx, plan.changed, wanted.now)
        guests = [ids[row.key] for row in plan.new if row.invite]
        account_mails.invite(tx, [*guests, *plan.invited], wanted.now)
        return _view(plan, wanted)

    def _columns(self, row: TableRow, now: datetime) -> Mapping[str, Any]:
        own = {"email_key": row.key, "created_at": now}
        return {**self._defaults, **row.values, **own}


def _look(tx: Transaction, wanted: Import) -> ImportView:
    return _view(_plan(tx, wanted), wanted)


def _view(plan: _ImportPlan, wanted: Import) -> ImportView:
    return ImportView(len(plan.new), len(wanted.table.rows) - len(plan.new))


def _plan(tx: Transaction, wanted: Import) -> _ImportPlan:
    """Find what is to be done; raises ``InvalidLines`` where it can't all be."""
    user_changes.require_manager(tx, wanted.actor)
    # A change may run twice.
    plan, table = _ImportPlan(), wanted.table.copy()
    keys = [row.key for row in table.rows]
    known = users.by_keys(tx, keys)
    passwords = users.with_password(tx, [user.id for user in known.values()])
    for row in table.rows:
        user = known.get(row.key)
        _guard_admins(table, wanted.actor, row, user)
        if user is None:
            _plan_new(plan, table, row)
        else:
            _plan_known(plan, table, row, user, has_password=user.id in passwords)
    _keep_an_admin(tx, plan, table)
    table.require_sound()
    _require_room(plan, wanted.caps)
    return plan


def _require_room(plan: _ImportPlan, caps: Caps) -> None:
    for most, number, who in (
        (caps.new, len(plan.new), "new people"),
        (caps.changed, len(plan.changed), "changes of people who are there"),
    ):
        if number > most:
            raise LimitExceeded(f"At most {most} {who} at once: split the file.")


def _plan_new(plan: _ImportPlan, table: UserTable, row: TableRow) -> None:
    for name in ("name", "role"):
        if name not in row.values:
            table.blame(row.line, name, "is missing, and this user is new")
    plan.new.append(row)


def _plan_known(
    plan: _ImportPlan,
    table: UserTable,
    row: TableRow,
    user: UserRecord,
    *,
    has_password: bool,
) -> None:
    # By the address they were found; another spelling of it is no other address.
    values = {
        name: value
        for name, value in row.values.items()
        if name != "email" and getattr(user, name) != value
    }
    if values:
        plan.changed.append((user, values))
    if not row.invite or has_password:
        return
    if not user.is_active:
        table.blame(row.line, "invite", "this user is deactivated: leave it out")
    plan.invited.append(user.id)


def _guard_admins(
    table: UserTable, actor: Actor, row: TableRow, user: UserRecord | None
) -> None:
    roles = {row.values.get("role"), user.role if user else None}
    if user_changes.hides_admins(actor) and "admin" in roles:
        message = "an Api-Key can't change admins, nor make anyone one"
        table.blame(row.line, "role", message)


def _keep_an_admin(tx: Transaction, plan: _ImportPlan, table: UserTable) -> None:
    demoted = plan.demoted
    if not demoted or plan.promotes or users.active_admins(tx) - demoted:
        return
    keys = {
        row.key: row.line
        for row in table.rows
        if row.values.get("role") not in (None, "admin")
    }
    known = users.by_keys(tx, list(keys))
    line = max(keys[key] for key, user in known.items() if user.id in demoted)
    table.blame(line, "role", "this is the last active admin: make another one first")


def _gives(user: UserRecord, values: Mapping[str, Any]) -> int:
    """Return how many active admins more there are by a change: 1, 0 or -1."""
    role: str = values.get("role", user.role)
    return int(user.is_active) * ((role == "admin") - (user.role == "admin"))
