"""Take a person who is being erased out of their lessons."""

from datetime import datetime

import msgspec

from rtserver.access import changes as access
from rtserver.lessons.announcements import announce_lesson
from store import lessons, members
from store.records import MemberRecord
from store.transaction import Transaction


def leave(
    tx: Transaction, user_id: int, lesson_ids: list[int], now: datetime
) -> list[int]:
    """Take a person out of lessons; return those that have no other tutor."""
    kept = []
    people: dict[int, list[MemberRecord]] = {}
    for member in members.of_lessons(tx, lesson_ids):
        people.setdefault(member.lesson_id, []).append(member)
    for lesson_id, here in people.items():
        mine = [one for one in here if one.user_id == user_id]
        if not mine:
            continue
        if _is_last_tutor(mine[0], here):
            kept.append(lesson_id)
            continue
        members.delete(tx, lesson_id, user_id)
        if mine[0].state == "accepted":
            lessons.renew_call(tx, lesson_id)
            _announce_left(tx, mine[0], here, now)
        announce_lesson(tx, lesson_id, now)
    return kept


def _is_last_tutor(mine: MemberRecord, here: list[MemberRecord]) -> bool:
    """Return whether the lesson would lose its last tutor."""
    tutors = [one for one in here if (one.role, one.state) == ("tutor", "accepted")]
    return tutors == [mine]


def _announce_left(
    tx: Transaction, mine: MemberRecord, here: list[MemberRecord], now: datetime
) -> None:
    accepted = tuple(one.user_id for one in here if one.state == "accepted")
    data = access.Membership(mine.name, mine.role, None, 0, accepted)
    access.announce(
        tx,
        "left",
        mine.user_id,
        now=now,
        lesson_id=mine.lesson_id,
        data=msgspec.to_builtins(data),
    )
