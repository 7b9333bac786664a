"""Notices of changes to a lesson or its members, and whom they go to (contract 4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from rtserver.access.actor import Actor
from rtserver.accounts.requests import lookup_key
from rtserver.clock import rfc3339
from rtserver.lessons.mail_budget import MailBudget
from rtserver.lessons.requests import Invitation
from rtserver.lessons.roster import Roster
from rtserver.notifications.notices import Notice, Notices
from store import lessons, members, users
from store.records import LessonRecord, MemberRecord
from store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class LessonChange:
    """A lesson after a change, and before it where it was there."""

    lesson: LessonRecord
    was: LessonRecord | None
    actor: Actor
    now: datetime


class TellLesson(Protocol):
    """One who tells people of their lessons, inside the transaction of the change."""

    def require_mails(self, actor: Actor) -> None:
        """Refuse, before the change, who has caused too many mails lately."""

    def roster_changed(self, tx: Transaction, roster: Roster) -> None:
        """Notify of people who came or went, and of tutors who accepted."""

    def lesson_changed(
        self, tx: Transaction, change: LessonChange, people: Iterable[MemberRecord]
    ) -> None:
        """Tell members that a lesson was moved or cancelled; know of a new one."""


class LessonPlanner(Protocol):
    """One who plans what is to come before a lesson."""

    def follow(self, tx: Transaction, change: LessonChange) -> None:
        """Plan anew where a lesson was made, moved or cancelled."""


class LessonNotices:
    """The notifier of everybody concerned, but never of the one who acted."""

    def __init__(
        self, notices: Notices, plan: LessonPlanner, mails: MailBudget
    ) -> None:
        self._notices = notices
        self._plan = plan
        self._mails = mails

    def require_mails(self, actor: Actor) -> None:
        self._mails.require(actor)

    def roster_changed(self, tx: Transaction, roster: Roster) -> None:
        gone = [before for before, after in roster.changes if before and not after]
        lesson = roster.lesson
        if gone:
            # Their calendars are to take this for newer than what they have.
            lesson = lessons.raise_sequence(tx, lesson.id)
        change = LessonChange(lesson, None, roster.actor, roster.now)
        self._tell(tx, "lesson.cancelled", change, gone, {"removed": True})
        new = [after for before, after in roster.changes if after and not before]
        invited = [one for one in new if (one.role, one.state) == _INVITED_STUDENT]
        self._tell(tx, "student.invited", change, invited)
        # Whoever tutors, or is in without having been asked.
        others = [one for one in new if one not in invited]
        self._tell(tx, "lesson.scheduled", change, others)
        for before, after in roster.changes:
            if before and after and _accepted_as_tutor(before, after):
                people = [one for one in roster.members() if one != after]
                tutor = {"tutor": {"id": after.user_id, "name": after.name}}
                self._tell(tx, "tutor.accept", change, people, tutor)

    def lesson_changed(
        self, tx: Transaction, change: LessonChange, people: Iterable[MemberRecord]
    ) -> None:
        self._plan.follow(tx, change)
        lesson, was = change.lesson, change.was
        if was is None:
            return
        # Of a lesson that was moved as it was cancelled, its end is what counts.
        if lesson.status != was.status:
            self._tell(tx, "lesson.cancelled", change, people)
        elif (lesson.starts_at, lesson.ends_at) != (was.starts_at, was.ends_at):
            self._tell(tx, "lesson.rescheduled", change, people, {"was": _times(was)})

    def _tell(
        self,
        tx: Transaction,
        event: str,
        change: LessonChange,
        people: Iterable[MemberRecord],
        more: Mapping[str, Any] | None = None,
    ) -> None:
        actor, lesson = change.actor, change.lesson
        by = None
        if actor.user_id is not None:
            by = {"id": actor.user_id, "name": actor.name}
        data = {**lesson_data(lesson, by), **(more or {})}
        notices = [
            Notice(person.user_id, data, lesson)
            for person in people
            if person.user_id != actor.user_id
        ]
        told = self._notices.dispatch(tx, event, notices, now=change.now)
        mails = sum(one.reason is None for one in told)
        # The change may be tried twice, and counts once.
        tx.after_commit(lambda: self._mails.caused(actor, mails))


def lesson_data(lesson: LessonRecord, by: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what every notification about a lesson says; ``by``: who acted."""
    return {"lesson_id": lesson.id, "title": lesson.title, **_times(lesson), "by": by}


def concerned(
    tx: Transaction, lesson_id: int, asked: Sequence[Invitation] = ()
) -> set[int]:
    """Return whom a change may notify, so that their rows are locked beforehand."""
    found = {member.user_id for member in members.of_lesson(tx, lesson_id)}
    for one in asked:
        if isinstance(one.user_id, int):
            found.add(one.user_id)
        elif isinstance(one.email, str) and (key := lookup_key(one.email)):
            user = users.by_email(tx, key)
            found |= {user.id} if user else set()
    return found


_INVITED_STUDENT = ("student", "invited")


def _accepted_as_tutor(before: MemberRecord, after: MemberRecord) -> bool:
    accepted = before.state == "invited" and after.state == "accepted"
    return accepted and after.role == "tutor"


def _times(lesson: LessonRecord) -> dict[str, str]:
    return {
        "starts_at": rfc3339(lesson.starts_at),
        "ends_at": rfc3339(lesson.ends_at),
    }
