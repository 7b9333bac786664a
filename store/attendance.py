"""Attendance: stays in the room of a lesson (table ``attendance``).

Who writes of somebody has locked the lesson, so that processes do it one by one.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from peewee import Tuple

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


class Leeway(NamedTuple):
    """The times for which people may be away, or not be heard of, in one stay.

    Within the ``grace`` nobody has left; with a last sign of life older than the
    ``slack`` they were cut off.
    """

    grace: timedelta
    slack: timedelta


def hold(tx: Transaction, held: OpenStay, until: datetime, leeway: Leeway) -> None:
    """Note that somebody was in all the time from ``held.since`` to ``until``.

    What is known of that time becomes one stay, even where another process, which
    couldn't know of it yet, has ended one and begun the next. A stay whose last sign of
    life was before by more than the slack ended with that, though.
    """
    stays = _since(tx, held, leeway.slack)
    end = until + leeway.grace
    later = [stay for stay in stays if stay["entered_at"] >= end]
    stays = [stay for stay in stays if stay["entered_at"] < end]
    for stay in stays:
        is_open = stay["left_at"] is None
        if is_open and held.since - stay["seen_at"] > leeway.slack:
            stays.remove(stay)
            _change(tx, stay, left_at=stay["seen_at"])
            break
    left_at = until if later else None
    if stays:
        _join(tx, stays, held.since, until, left_at)
    else:
        _open(tx, held, until, left_at)


def leave(tx: Transaction, lesson_id: int, user_id: int, at: datetime) -> None:
    """Close somebody's stay, if one is open that began before."""
    # The last sign of life stays: it tells this from a stay that was cut off.
    closed = Stay.update(left_at=at)
    mine = (Stay.lesson == lesson_id) & (Stay.user == user_id)
    tx.write(closed.where(mine, Stay.left_at.is_null(), Stay.entered_at <= at))


def see(
    tx: Transaction, people: Iterable[OpenStay], now: datetime, leeway: Leeway
) -> None:
    """Note a sign of life of many who are in; whose stay isn't right is held again."""
    for some in chunks(people, _AT_ONCE):
        pairs = [(each.lesson_id, each.user_id) for each in some]
        seen = Stay.update(seen_at=now).where(
            Tuple(Stay.lesson, Stay.user).in_(pairs), Stay.left_at.is_null()
        )
        columns = Stay.lesson, Stay.user, Stay.entered_at
        rows = tx.returning(seen.returning(*columns))
        found = {(row["lesson"], row["user"]): row["entered_at"] for row in rows}
        for each in some:
            entered_at = found.get((each.lesson_id, each.user_id))
            if entered_at is None or entered_at > each.since:
                hold(tx, each, now, leeway)


def has_stale(tx: Transaction, before: datetime) -> bool:
    """Return whether the last sign of life of an open stay is older."""
    return tx.first(Stay.select(Stay.id).where(_stale(before)).limit(1)) is not None


def close_stale(tx: Transaction, before: datetime) -> int:
    """Close the stays whose last sign of life is older, with that; return how many.

    Those that another process writes just now are passed over.
    """
    stale: Any = Stay.select(Stay.id).where(_stale(before))
    if tx.is_postgres:
        stale = stale.for_update("FOR UPDATE SKIP LOCKED")
    ids = [row["id"] for row in tx.rows(stale)]
    closed = Stay.update(left_at=Stay.seen_at)
    return sum(tx.write(closed.where(Stay.id.in_(some))) for some in chunks(ids))


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


def _since(tx: Transaction, held: OpenStay, slack: timedelta) -> list[Row]:
    """Return the stays that lasted beyond a moment, or began with it, by their start.

    Also one that was cut off shortly before.
    """
    mine = (Stay.lesson == held.lesson_id) & (Stay.user == held.user_id)
    ended, begun = Stay.left_at, Stay.entered_at
    beyond = ended.is_null() | (ended > held.since) | (begun == held.since)
    # It was closed for want of a sign of life, not since they had left.
    is_cut_off = (ended == Stay.seen_at) & (ended >= held.since - slack)
    return tx.rows(Stay.select().where(mine, beyond | is_cut_off).order_by(begun))


def _join(
    tx: Transaction,
    stays: Sequence[Row],
    since: datetime,
    until: datetime,
    left_at: datetime | None,
) -> None:
    """Make one stay of several; it lasts still, unless one had ended after that time.

    ``left_at`` is when it ended where another one has begun since.
    """
    first, *others = stays
    if others:
        tx.write(Stay.delete().where(Stay.id.in_([stay["id"] for stay in others])))
    ends = [stay["left_at"] for stay in stays]
    known = [end for end in ends if end is not None]
    if len(known) == len(ends) and max(known) >= until:
        left_at = max(known)
    _change(
        tx,
        first,
        entered_at=min(first["entered_at"], since),
        seen_at=max(until, *(stay["seen_at"] for stay in stays)),
        left_at=left_at,
    )


def _open(
    tx: Transaction, held: OpenStay, until: datetime, left_at: datetime | None
) -> None:
    member = members.get(tx, held.lesson_id, held.user_id)
    if member is None:
        return  # taken out of the lesson a moment ago
    tx.insert(
        Stay.insert(
            lesson=held.lesson_id,
            user=held.user_id,
            role=member.role,
            entered_at=held.since,
            seen_at=max(until, held.since),
            left_at=left_at,
        )
    )


def _change(tx: Transaction, stay: Row, **values: Any) -> None:
    tx.write(Stay.update(**values).where(Stay.id == stay["id"]))


def _stale(before: datetime) -> Any:
    return Stay.left_at.is_null() & (Stay.seen_at < before)


def _delete(tx: Transaction, which: Any, limit: int) -> int:
    rows = tx.rows(Stay.select(Stay.id).where(which).limit(limit))
    ids: Collection[int] = [row["id"] for row in rows]
    return tx.write(Stay.delete().where(Stay.id.in_(ids))) if ids else 0
