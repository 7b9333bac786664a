"""Members of lessons (contract 3.3): invite, change, remove, accept, decline."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar, TypeVarTuple

import msgspec
from msgspec import UNSET

from rtserver.access import rights
from rtserver.access.actor import Actor
from rtserver.access.rights import Right
from rtserver.clock import Clock
from rtserver.errors import Conflict, Forbidden, NotFound
from rtserver.lessons import invitations
from rtserver.lessons.announcements import announce_roster
from rtserver.lessons.notices import TellLesson, concerned
from rtserver.lessons.requests import Invitation, MemberPatch, MembersPatch
from rtserver.lessons.roster import Roster
from rtserver.lessons.service import allowed
from rtserver.views import LessonView, MemberView, lesson_view, member_view
from store import lessons, members
from store.database import Database
from store.errors import StoreError
from store.records import MemberRecord
from store.transaction import Transaction

T = TypeVar("T")
Args = TypeVarTuple("Args")


class DeclinedView(msgspec.Struct, frozen=True):
    """An invitation that was declined."""

    lesson_id: int
    state: str = "declined"


class Members:
    """The members of lessons; each change is announced to all who are."""

    def __init__(self, db: Database, clock: Clock, tell: TellLesson) -> None:
        self._db = db
        self._clock = clock
        self._tell = tell

    async def count(self, lesson_id: int) -> int:
        """Return how many are in a lesson, invited ones included; 0 if nobody can tell.

        Whoever has changed it is to get their answer: a lesson made again is another.
        """
        try:
            return await self._db.read(members.count, lesson_id)
        except StoreError:
            return 0

    async def invite(
        self, actor: Actor, lesson_id: int, asked: Invitation
    ) -> tuple[MemberView, bool]:
        """Add somebody; who is in already stays as they are. True if they are new."""
        self._tell.require_mails(actor)
        return await self._write(self._invite, actor, lesson_id, asked, invited=[asked])

    async def change(
        self, actor: Actor, lesson_id: int, user_id: int, asked: MemberPatch
    ) -> MemberView:
        """Change somebody's board or role; admins and Api-Keys also their state."""
        return await self._write(self._change, actor, lesson_id, user_id, asked)

    async def set_board(
        self, actor: Actor, lesson_id: int, asked: MembersPatch
    ) -> LessonView:
        """Set the board right of all students, and of those who join later."""
        return await self._write(_set_board, actor, lesson_id, asked.board)

    async def remove(self, actor: Actor, lesson_id: int, user_id: int) -> None:
        """Take somebody out of the lesson, or an invitation back."""
        await self._write(self._remove, actor, lesson_id, user_id)

    async def accept(self, actor: Actor, lesson_id: int) -> LessonView:
        """Accept one's own invitation; a second time changes nothing."""
        actor.require_user()
        return await self._write(self._accept, actor, lesson_id)

    async def decline(self, actor: Actor, lesson_id: int) -> DeclinedView:
        """Decline one's own invitation, which removes it."""
        actor.require_user()
        return await self._write(_decline, actor, lesson_id)

    async def _write(
        self,
        change: Callable[[Transaction, Actor, int, datetime, *Args], T],
        actor: Actor,
        lesson_id: int,
        *args: *Args,
        invited: Sequence[Invitation] = (),
    ) -> T:
        """Run a change with the rows locked of all whom it may notify."""
        now = self._clock.now()
        people = await self._db.read(concerned, lesson_id, invited)
        return await self._db.write(
            change, actor, lesson_id, now, *args, lessons=[lesson_id], users=people
        )

    def _invite(
        self,
        tx: Transaction,
        actor: Actor,
        lesson_id: int,
        now: datetime,
        asked: Invitation,
    ) -> tuple[MemberView, bool]:
        lesson = allowed(tx, actor, lesson_id, Right.CHANGE_MEMBERS)
        invitations.check_states(actor, [asked])
        user = invitations.find(tx, asked)
        roster = Roster(tx, lesson, actor, now)
        if held := roster.get(user.id):
            return member_view(held), False
        member = invitations.place(roster, user, asked)
        self._announce(tx, roster)
        return member_view(member), True

    def _change(
        self,
        tx: Transaction,
        actor: Actor,
        lesson_id: int,
        now: datetime,
        user_id: int,
        asked: MemberPatch,
    ) -> MemberView:
        roster, member = _of_others(tx, actor, lesson_id, now, user_id)
        may_set_state = rights.allows(actor, None, Right.SET_STATE)
        if asked.state is not UNSET and not may_set_state:
            raise Forbidden("Only admins and integrating platforms set `state`.")
        changed = roster.put(invitations.revised(member, asked))
        roster.require_tutor()
        self._announce(tx, roster)
        return member_view(changed)

    def _remove(
        self,
        tx: Transaction,
        actor: Actor,
        lesson_id: int,
        now: datetime,
        user_id: int,
    ) -> None:
        roster, _ = _of_others(tx, actor, lesson_id, now, user_id)
        roster.remove(user_id)
        roster.require_tutor()
        self._announce(tx, roster)

    def _accept(
        self, tx: Transaction, actor: Actor, lesson_id: int, now: datetime
    ) -> LessonView:
        roster, member = _own(tx, actor, lesson_id, now)
        roster.put(replace(member, state="accepted"))
        self._announce(tx, roster)
        return lesson_view(roster.lesson, roster.members())

    def _announce(self, tx: Transaction, roster: Roster) -> None:
        """Notify people of a change, and tell it in the lesson's room."""
        self._tell.roster_changed(tx, roster)
        announce_roster(tx, roster)


def _set_board(
    tx: Transaction, actor: Actor, lesson_id: int, now: datetime, board: str
) -> LessonView:
    allowed(tx, actor, lesson_id, Right.CHANGE_MEMBERS)
    lesson = lessons.set_student_board(tx, lesson_id, board)
    roster = Roster(tx, lesson, actor, now)
    for member in roster.members():
        if member.role == "student":
            roster.put(replace(member, board=board))
    announce_roster(tx, roster)
    return lesson_view(lesson, roster.members())


def _decline(
    tx: Transaction, actor: Actor, lesson_id: int, now: datetime
) -> DeclinedView:
    roster, member = _own(tx, actor, lesson_id, now)
    if member.state == "accepted":
        raise Conflict("You have accepted already: ask a tutor to take you out.")
    roster.remove(member.user_id)
    announce_roster(tx, roster)
    return DeclinedView(lesson_id)


def _of_others(
    tx: Transaction, actor: Actor, lesson_id: int, now: datetime, user_id: int
) -> tuple[Roster, MemberRecord]:
    """Find a member whom the actor may change."""
    lesson = allowed(tx, actor, lesson_id, Right.CHANGE_MEMBERS)
    roster = Roster(tx, lesson, actor, now)
    member = roster.get(user_id)
    if member is None:
        raise NotFound("The lesson has no such member.")
    return roster, member


def _own(
    tx: Transaction, actor: Actor, lesson_id: int, now: datetime
) -> tuple[Roster, MemberRecord]:
    """Find the actor's own place in a lesson that isn't cancelled."""
    lesson = allowed(tx, actor, lesson_id, Right.READ_LESSON)
    roster = Roster(tx, lesson, actor, now)
    member = roster.get(actor.require_user())
    if member is None:
        raise Forbidden("You have no invitation to this lesson.")
    if member.state == "invited":
        rights.require(actor, lesson, member, Right.ANSWER_INVITATION)
    roster.require_open()
    return roster, member
