"""Members of lessons (table ``members``)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from peewee import fn

from store.chunks import chunks
from store.models import Lesson, Member, User
from store.prepared import Prepared
from store.records import MemberRecord
from store.transaction import Row, Transaction

# A lesson may have a hundred members, and their rows have more than is asked for.
_COLUMNS = (
    Member.lesson,
    Member.user,
    Member.role,
    Member.state,
    Member.board,
    Member.chat_from,
    Member.accepted_at,
    User.name,
)


class Place(NamedTuple):
    """A lesson as one of its accepted members has it."""

    lesson_id: int
    chat_seq: int
    chat_from: int


def get(tx: Transaction, lesson_id: int, user_id: int) -> MemberRecord | None:
    row = _ONE.first(tx, lesson_id, user_id)
    return _record(row) if row else None


def acting(tx: Transaction, lesson_id: int, user_id: int) -> MemberRecord | None:
    """Find the row of somebody who wants to act: nobody's, once deactivated."""
    row = _ACTING.first(tx, lesson_id, user_id)
    return _record(row) if row else None


def acting_among(
    tx: Transaction, lesson_id: int, user_ids: Collection[int]
) -> dict[int, MemberRecord]:
    """Do the same for many, by user id; those who may not act are left out."""
    rows = _ACTING_AMONG.rows(tx, lesson_id, *user_ids)
    return {row["user"]: _record(row) for row in rows}


def of_lesson(tx: Transaction, lesson_id: int) -> list[MemberRecord]:
    """Return a lesson's members by user id, invited ones too."""
    return of_lessons(tx, [lesson_id])


def of_lessons(tx: Transaction, lesson_ids: Collection[int]) -> list[MemberRecord]:
    """Return the members of some lessons, by lesson and user id."""
    return [_record(row) for row in _OF_LESSONS.rows(tx, *lesson_ids)]


def count(tx: Transaction, lesson_id: int) -> int:
    """Return how many members a lesson has, invited ones included."""
    query = Member.select(fn.COUNT(Member.user).alias("n"))
    row = tx.first(query.where(Member.lesson == lesson_id))
    return int(row["n"]) if row else 0


def accepted_ids(tx: Transaction, lesson_id: int) -> list[int]:
    """Return the user ids of a lesson's accepted members, in order."""
    query = Member.select(Member.user).where(
        (Member.lesson == lesson_id) & (Member.state == "accepted")
    )
    return [row["user"] for row in tx.rows(query.order_by(Member.user))]


def tutor_ids(tx: Transaction, lesson_id: int) -> list[int]:
    """Return the user ids of a lesson's accepted tutors, in order."""
    return [
        member.user_id
        for member in of_lesson(tx, lesson_id)
        if (member.role, member.state) == ("tutor", "accepted")
    ]


def lessons_of_users(
    tx: Transaction, user_ids: Collection[int]
) -> dict[int, list[Place]]:
    """Return for each of some users the lessons, by id, whose accepted member they are.

    Those without any are left out.
    """
    found: dict[int, list[Place]] = {}
    for some in chunks(user_ids):
        for row in _PLACES.rows(tx, *some):
            place = Place(row["lesson"], row["chat_seq"], row["chat_from"])
            found.setdefault(row["user"], []).append(place)
    return found


def states(
    tx: Transaction, user_id: int, lesson_ids: Collection[int]
) -> dict[int, str]:
    """Return what somebody's state is in those of some lessons that they are in."""
    query = Member.select(Member.lesson, Member.state).where(Member.user == user_id)
    return {
        row["lesson"]: row["state"]
        for ids in chunks(lesson_ids)
        for row in tx.rows(query.where(Member.lesson.in_(ids)))
    }


def companions(tx: Transaction, user_ids: Collection[int]) -> dict[int, set[int]]:
    """Return for each user, if any, those in an uncancelled lesson with them.

    Both have accepted. Everybody in a lesson has themselves among them.
    """
    other = Member.alias()
    query = (
        Member.select(Member.user, other.user.alias("other"))
        .join(other, on=(other.lesson == Member.lesson))
        .join(Lesson, on=(Lesson.id == Member.lesson))
        .where(
            (Member.state == "accepted")
            & (other.state == "accepted")
            & (Lesson.status != "cancelled")
        )
        .distinct()
    )
    found: dict[int, set[int]] = {}
    for some in chunks(user_ids):
        for row in tx.rows(query.where(Member.user.in_(some))):
            found.setdefault(row["user"], set()).add(row["other"])
    return found


def insert(tx: Transaction, member: MemberRecord, at: datetime) -> None:
    """Add a member; the record's name isn't stored, it is the user's."""
    tx.insert(
        Member.insert(
            lesson=member.lesson_id,
            user=member.user_id,
            created_at=at,
            **_changeable(member),
        )
    )


def update(tx: Transaction, member: MemberRecord) -> None:
    """Store a member's role, state and board, and since when they take part."""
    changed = Member.update(**_changeable(member))
    tx.write(changed.where(_is(member.lesson_id, member.user_id)))


def delete(tx: Transaction, lesson_id: int, user_id: int) -> None:
    tx.write(Member.delete().where(_is(lesson_id, user_id)))


def _is(lesson_id: Any, user_id: Any) -> Any:
    return (Member.lesson == lesson_id) & (Member.user == user_id)


def _named() -> Any:
    return Member.select(*_COLUMNS).join(User)


def _changeable(member: MemberRecord) -> dict[str, Any]:
    return {
        "role": member.role,
        "state": member.state,
        "board": member.board,
        "chat_from": member.chat_from,
        "accepted_at": member.accepted_at,
    }


def _record(row: Row) -> MemberRecord:
    return MemberRecord(
        lesson_id=row["lesson"],
        user_id=row["user"],
        name=row["name"],
        role=row["role"],
        state=row["state"],
        board=row["board"],
        chat_from=row["chat_from"],
        accepted_at=row["accepted_at"],
    )


_ONE = Prepared(Member, lambda *key: _named().where(_is(*key)))
_ACTING = Prepared(Member, lambda *key: _named().where(_is(*key) & User.is_active))
_ACTING_AMONG = Prepared(
    Member,
    lambda lesson_id, *user_ids: _named().where(
        (Member.lesson == lesson_id) & Member.user.in_(user_ids) & User.is_active
    ),
)
_OF_LESSONS = Prepared(
    Member,
    lambda *ids: (
        _named().where(Member.lesson.in_(ids)).order_by(Member.lesson, Member.user)
    ),
)
_PLACES = Prepared(
    Member,
    lambda *user_ids: (
        Member.select(Member.user, Member.lesson, Lesson.chat_seq, Member.chat_from)
        .join(Lesson)
        .where(Member.user.in_(user_ids) & (Member.state == "accepted"))
        .order_by(Member.user, Member.lesson)
    ),
)
