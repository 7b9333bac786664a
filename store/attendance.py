"""Who was in the room of a lesson, stay by stay (table ``attendance``)."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from peewee import Case, Tuple, fn

from store import members
from store.chunks import chunks
from store.models import User
from store.models_attendance import Stay
from store.records import StayRecord
from store.transaction import Row, Transaction

# Pairs, in one query.
_AT_ONCE = 200


class OpenStay(NamedTuple):
    """Somebody who is in a lesson's room, and since when."""

    lesson_id: int
    user_id: int
    since: datetime


def hold(tx: Transaction, held: OpenStay, now: datetime, slack: timedelta) -> None:
    """Note that somebody is in: open a stay, or go on with the one that is open.

    One whose last sign of life was longer ago than the slack ended with that. One that
    was closed while they were in all the time is opened again.
    """
    stay = _latest(tx, held)
    if stay is not None and stay["left_at"] is None:
        if held.since - stay["seen_at"] <= slack:
            begin = min(stay["entered_at"], _not_before(tx, held))
            _change(tx, stay, entered_at=begin, seen_at=max(now, stay["seen_at"]))
            return
        _change(tx, stay, left_at=stay["seen_at"])
    elif stay is not None and (
        stay["left_at"] > held.since or stay["entered_at"] == held.since
    ):
        _change(tx, stay, left_at=None, seen_at=max(now, stay["seen_at"]))
        return
    _open(tx, held, now)


def leave(tx: Transaction, lesson_id: int, user_id: int, at: datetime) -> None:
    """Close somebody's stay, if one is open that began before."""
    closed = Stay.update(left_at=at, seen_at=at)
    mine = (Stay.lesson == lesson_id) & (Stay.user == user_id)
    tx.write(closed.where(mine, Stay.left_at.is_null(), Stay.entered_at <= at))


def see(
    tx: Transaction, people: Iterable[OpenStay], now: datetime, slack: timedelta
) -> None:
    """Note a sign of life of many who are in; whose stay isn't open is held again."""
    for some in chunks(people, _AT_ONCE):
        pairs = [(each.lesson_id, each.user_id) for each in some]
        seen = Stay.update(seen_at=now).where(
            Tuple(Stay.lesson, Stay.user).in_(pairs), Stay.left_at.is_null()
        )
        rows = tx.returning(seen.returning(Stay.lesson, Stay.user))
        found = {(row["lesson"], row["user"]) for row in rows}
        for each in some:
            if (each.lesson_id, each.user_id) not in found:
                hold(tx, each, now, slack)


def last_seen(tx: Transaction, lesson_id: int, user_id: int, at: datetime) -> None:
    """Note the last sign of life of somebody whose devices have gone."""
    mine = (Stay.lesson == lesson_id) & (Stay.user == user_id)
    known = Stay.left_at.is_null() & (Stay.seen_at < at)
    tx.write(Stay.update(seen_at=at).where(mine, known))


def has_stale(tx: Transaction, before: datetime) -> bool:
    """Return whether the last sign of life of an open stay is older."""
    return tx.first(Stay.select(Stay.id).where(_stale(before)).limit(1)) is not None


def close_stale(tx: Transaction, before: datetime) -> int:
    """Close the stays whose last sign of life is older, with that; return how many."""
    return tx.write(Stay.update(left_at=Stay.seen_at).where(_stale(before)))


def of_lesson(tx: Transaction, lesson_id: int) -> list[StayRecord]:
    """Return the stays of a lesson in the order of entering, with today's names."""
    query = Stay.select(Stay, User.name).join(User).where(Stay.lesson == lesson_id)
    rows = tx.rows(query.order_by(Stay.entered_at, Stay.id))
    roles = {one.user_id: one.role for one in members.of_lesson(tx, lesson_id)}
    return [
        StayRecord(
            user_id=row["user"],
            name=row["name"],
            role=roles.get(row["user"]) or row["role"],
            entered_at=row["entered_at"],
            left_at=row["left_at"],
        )
        for row in rows
    ]


def delete_older(tx: Transaction, before: datetime, limit: int) -> int:
    """Delete some stays that ended before a moment; return the number."""
    old = (Stay.left_at < before) & (Stay.entered_at < before)
    return _delete(tx, old, limit)


def delete_of_user(tx: Transaction, user_id: int, limit: int) -> int:
    """Delete some of somebody's stays; return the number."""
    return _delete(tx, Stay.user == user_id, limit)


def _latest(tx: Transaction, held: OpenStay) -> Row | None:
    mine = (Stay.lesson == held.lesson_id) & (Stay.user == held.user_id)
    # The open one first, whatever the clocks of processes say.
    is_open = Case(None, [(Stay.left_at.is_null(), 0)], 1)
    query = Stay.select().where(mine).order_by(is_open, Stay.left_at.desc())
    return tx.first(query.limit(1))


def _not_before(tx: Transaction, held: OpenStay) -> datetime:
    """Return since when somebody is in, as far as no earlier stay says otherwise.

    Of two devices that come at once, the later one's process may write first.
    """
    mine = (Stay.lesson == held.lesson_id) & (Stay.user == held.user_id)
    query = Stay.select(fn.MAX(Stay.left_at).alias("left_at")).where(mine)
    row = tx.first(query)
    left = row["left_at"] if row else None
    return held.since if left is None else max(held.since, left)


def _open(tx: Transaction, held: OpenStay, now: datetime) -> None:
    member = members.get(tx, held.lesson_id, held.user_id)
    if member is None:
        return  # taken out of the lesson a moment ago
    # Another process may be opening it just now: then that one stays.
    tx.insert(
        Stay.insert(
            lesson=held.lesson_id,
            user=held.user_id,
            role=member.role,
            entered_at=held.since,
            seen_at=max(now, held.since),
        ).on_conflict_ignore()
    )


def _change(tx: Transaction, stay: Row, **values: Any) -> None:
    tx.write(Stay.update(**values).where(Stay.id == stay["id"]))


def _stale(before: datetime) -> Any:
    return Stay.left_at.is_null() & (Stay.seen_at < before)


def _delete(tx: Transaction, which: Any, limit: int) -> int:
    rows = tx.rows(Stay.select(Stay.id).where(which).limit(limit))
    ids: Collection[int] = [row["id"] for row in rows]
    return tx.write(Stay.delete().where(Stay.id.in_(ids))) if ids else 0
