"""A lesson's members while one transaction changes them (contract 1 and 2.4)."""

from dataclasses import replace
from datetime import datetime

import msgspec

from rtserver.access.actor import Actor
from rtserver.access.changes import Membership, announce
from rtserver.access.rights import CANCELLED
from rtserver.errors import Conflict
from store import lessons, members
from store.records import LessonRecord, MemberRecord
from store.transaction import Transaction


class Roster:
    """A lesson's members: changes are stored, and joining and leaving announced.

    The lesson's row has to be locked. Every change of a cancelled lesson is refused.
    ``changes``: members as they were before and are after each change, if they were.
    """

    def __init__(
        self, tx: Transaction, lesson: LessonRecord, actor: Actor, now: datetime
    ) -> None:
        self.lesson_id = lesson.id
        self.lesson = lesson
        self.actor = actor
        self.now = now
        self.changes: list[tuple[MemberRecord | None, MemberRecord | None]] = []
        self._tx = tx
        found = members.of_lesson(tx, lesson.id)
        self._members = {member.user_id: member for member in found}
        self._had_tutor = self._has_tutor()

    def get(self, user_id: int) -> MemberRecord | None:
        return self._members.get(user_id)

    def members(self) -> list[MemberRecord]:
        """Return the members by user id, as they are now."""
        return [self._members[user_id] for user_id in sorted(self._members)]

    def put(self, member: MemberRecord) -> MemberRecord:
        """Add a member, or change one; give what was stored."""
        before = self._members.get(member.user_id)
        if member == before:
            return member
        self.require_open()
        if _takes_part(member) and not _takes_part(before):
            member = replace(
                member, chat_from=self.lesson.chat_seq, accepted_at=self.now
            )
        self._members[member.user_id] = member
        if before is None:
            members.insert(self._tx, member, self.now)
        else:
            members.update(self._tx, member)
        self._had_tutor = self._had_tutor or self._has_tutor()
        self._tell(before, member)
        return member

    def remove(self, user_id: int) -> None:
        """Remove somebody who is in the lesson."""
        self.require_open()
        before = self._members.pop(user_id)
        members.delete(self._tx, self.lesson.id, user_id)
        self._tell(before, None)

    def require_open(self) -> None:
        """Refuse to change a cancelled lesson."""
        if self.lesson.status == "cancelled":
            raise Conflict(CANCELLED)

    def require_tutor(self) -> None:
        """Refuse all that was done if it has taken the lesson its last tutor."""
        if self._had_tutor and not self._has_tutor():
            raise Conflict("A lesson keeps at least one tutor: add another one first.")

    def _has_tutor(self) -> bool:
        return any(
            member.role == "tutor" and _takes_part(member)
            for member in self._members.values()
        )

    def _tell(self, before: MemberRecord | None, after: MemberRecord | None) -> None:
        self.changes.append((before, after))
        if _loses_call(before, after):
            lessons.renew_call(self._tx, self.lesson_id)
        if after is not None and _takes_part(after):
            if not _takes_part(before):
                self._announce_membership("joined", after)
            elif before is not None and before.board != after.board:
                self._announce("board", after.user_id, {"board": after.board})
        elif before is not None and _takes_part(before):
            self._announce_membership("left", before)

    def _announce_membership(self, kind: str, member: MemberRecord) -> None:
        present = {other.user_id for other in self.members() if _takes_part(other)}
        data = Membership(
            name=member.name,
            role=member.role,
            by=self.actor.user_id,
            seq=self.lesson.chat_seq,
            recipients=tuple(sorted(present | {member.user_id})),
        )
        self._announce(kind, member.user_id, msgspec.to_builtins(data))

    def _announce(self, kind: str, user_id: int, data: dict[str, object]) -> None:
        announce(
            self._tx,
            kind,
            user_id,
            now=self.now,
            lesson_id=self.lesson.id,
            data=data,
        )


def _takes_part(member: MemberRecord | None) -> bool:
    return member is not None and member.state == "accepted"


def _loses_call(before: MemberRecord | None, after: MemberRecord | None) -> bool:
    """Return whether somebody may no longer come into the call, or not as a tutor."""
    if before is None or not _takes_part(before):
        return False
    if after is None or not _takes_part(after):
        return True
    return before.role == "tutor" and after.role != "tutor"
