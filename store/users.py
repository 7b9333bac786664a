"""People (table ``users``), and what a token's check needs to know of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from peewee import RawQuery

from store import bulk, name_index
from store.ids import MADE_BELOW, next_id
from store.models import Login, User
from store.prepared import Prepared
from store.records import IdentityRecord, UserRecord
from store.transaction import Row, Transaction

COLUMNS = (
    User.id,
    User.email,
    User.name,
    User.role,
    User.locale,
    User.timezone,
    User.is_active,
    User.revoked_at,
)
_BY_IDS = Prepared(User, lambda *ids: User.select(*COLUMNS).where(User.id.in_(ids)))
_ACTIVE = Prepared(
    User,
    lambda *ids: User.select(User.id).where(User.is_active & User.id.in_(ids)),
)
_IDENTITY = (User.id, User.name, User.role, User.is_active, User.revoked_at)
_LOGIN = (
    Login.id.alias("sid"),
    Login.user.alias("login_user"),
    Login.revoked_at.alias("login_revoked_at"),
)
_IDENTITIES = Prepared(
    User, lambda *ids: User.select(*_IDENTITY).where(User.id.in_(ids))
)
_LOGINS = Prepared(Login, lambda *sids: Login.select(*_LOGIN).where(Login.id.in_(sids)))
# The most parameters of one query that every SQLite takes.
_CHUNK = 900
# Not GREATEST with setval always: another process may be drawing numbers meanwhile.
_ADVANCE = """
    SELECT setval('users_id_seq', %s) AS value FROM users_id_seq
    WHERE last_value < %s OR NOT is_called
"""


def get(tx: Transaction, user_id: int) -> UserRecord | None:
    return _record(tx.first(User.select(*COLUMNS).where(User.id == user_id)))


def by_ids(tx: Transaction, user_ids: Collection[int]) -> dict[int, UserRecord]:
    """Return those of some users who exist, by id."""
    return {
        row["id"]: UserRecord(**row)
        for ids in _chunks(user_ids)
        for row in _BY_IDS.rows(tx, *ids)
    }


def by_email(tx: Transaction, email_key: str) -> UserRecord | None:
    """Find a user by the key that is the same for every spelling of an address."""
    query = User.select(*COLUMNS).where(User.email_key == email_key)
    return _record(tx.first(query))


def by_keys(tx: Transaction, email_keys: Collection[str]) -> dict[str, UserRecord]:
    """Return the users with some addresses, by the key of each."""
    query = User.select(User.email_key, *COLUMNS)
    return {
        row["email_key"]: _of_columns(row)
        for keys in _chunks(email_keys)
        for row in tx.rows(query.where(User.email_key.in_(keys)))
    }


def with_password(tx: Transaction, user_ids: Collection[int]) -> set[int]:
    """Return those of some users who have a password."""
    query = User.select(User.id).where(User.password_hash.is_null(False))
    return {
        row["id"]
        for ids in _chunks(user_ids)
        for row in tx.rows(query.where(User.id.in_(ids)))
    }


def password_hash(tx: Transaction, user_id: int) -> str | None:
    """Return the hash of a user's password; None also when there is no such user."""
    row = tx.first(User.select(User.password_hash).where(User.id == user_id))
    return row["password_hash"] if row else None


def page(
    tx: Transaction, *, after: int, limit: int, admins: bool = True
) -> list[UserRecord]:
    """Return users by id, from the first one behind ``after``."""
    query = User.select(*COLUMNS).where(User.id > after)
    if not admins:
        query = query.where(User.role != "admin")
    rows = tx.rows(query.order_by(User.id).limit(limit))
    return [UserRecord(**row) for row in rows]


def active_ids(tx: Transaction, user_ids: Collection[int]) -> set[int]:
    """Return those of the ids that belong to active users."""
    return {row["id"] for ids in _chunks(user_ids) for row in _ACTIVE.rows(tx, *ids)}


def active_admins(tx: Transaction) -> set[int]:
    """Return the ids of all active admins."""
    admins = User.select(User.id).where(User.role == "admin", User.is_active)
    return {row["id"] for row in tx.rows(admins)}


def has_active_admin(tx: Transaction) -> bool:
    admins = User.select(User.id).where(User.role == "admin", User.is_active)
    return tx.first(admins.limit(1)) is not None


def add(tx: Transaction, values: Mapping[str, Any]) -> UserRecord:
    """Insert a user from columns; with ``id`` among them, later ids begin behind it."""
    if "id" not in values and not tx.is_postgres:
        values = {**values, "id": next_id(tx, User)}
    (row,) = tx.returning(User.insert(**values).returning(*COLUMNS))
    if tx.is_postgres and values.get("id", MADE_BELOW) < MADE_BELOW:
        tx.returning(RawQuery(_ADVANCE, (row["id"], row["id"])))
    name_index.put(tx, {row["id"]: row["name"]})
    return UserRecord(**row)


def add_many(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Insert users under the next ids, from the same columns each; return their ids.

    By ``email_key``.
    """
    if rows and not tx.is_postgres:
        first = next_id(tx, User)
        rows = [{**row, "id": first + number} for number, row in enumerate(rows)]
    made = bulk.insert(tx, User, rows, returning=("id", "email_key"))
    ids = {row["email_key"]: row["id"] for row in made}
    name_index.put(tx, {ids[row["email_key"]]: row["name"] for row in rows})
    return ids


def update(tx: Transaction, user_id: int, values: Mapping[str, Any]) -> UserRecord:
    """Change columns of a user who exists."""
    change = User.update(**values).where(User.id == user_id)
    (row,) = tx.returning(change.returning(*COLUMNS))
    if "name" in values:
        name_index.put(tx, {user_id: row["name"]})
    return UserRecord(**row)


def update_many(tx: Transaction, changes: Mapping[int, Mapping[str, str]]) -> None:
    """Change names, roles, languages and zones of users who exist, by their ids."""
    bulk.update(tx, User, changes)
    names = {id: values["name"] for id, values in changes.items() if "name" in values}
    name_index.put(tx, names)


def identities(
    tx: Transaction, held: Collection[tuple[int, str | None]]
) -> dict[tuple[int, str | None], IdentityRecord]:
    """Return users as the check of tokens needs them, each by its id and ``sid``.

    ``login_revoked`` is for a login of ours alone: revoked, or somebody else's. A login
    of theirs that stands decides by itself, so ``revoked_at`` is None with it. Unknown
    users are left out.
    """
    people: dict[int, Row] = {}
    for ids in _chunks({user_id for user_id, _ in held}):
        people.update((row["id"], row) for row in _IDENTITIES.rows(tx, *ids))
    known: dict[str, Row] = {}
    for sids in _chunks({sid for _, sid in held if sid is not None}):
        known.update((row["sid"], row) for row in _LOGINS.rows(tx, *sids))
    return {
        (user_id, sid): _identity(people[user_id], known.get(sid or "", {}))
        for user_id, sid in held
        if user_id in people
    }


def _identity(user: Row, login: Row) -> IdentityRecord:
    known = login.get("sid") is not None
    theirs = known and login["login_user"] == user["id"]
    return IdentityRecord(
        id=user["id"],
        name=user["name"],
        role=user["role"],
        is_active=user["is_active"],
        revoked_at=None if known else user["revoked_at"],
        login_revoked=known and not (theirs and login["login_revoked_at"] is None),
    )


def _of_columns(row: Row) -> UserRecord:
    return UserRecord(**{column.name: row[column.name] for column in COLUMNS})


def _record(row: Row | None) -> UserRecord | None:
    return UserRecord(**row) if row else None


def _chunks(values: Collection[Any]) -> Iterator[list[Any]]:
    rest = iter(values)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
