"""Members of lessons (contract 3.3): invite, change, remove, accept, decline."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

import msgspec
from msgspec import UNSET

from rtserver.access import rights
from rtserver.access.actor import Actor
from rtserver.access.rights import Right
from rtserver.clock import Clock
from rtserver.errors import Conflict, Forbidden, NotFound
from rtserver.lessons import invitations
from rtserver.lessons.notices import TellLesson, concerned
from rtserver.lessons.requests import Invitation, MemberPatch
from rtserver.lessons.roster import Roster
from rtserver.lessons.service import allowed
from rtserver.views import LessonView, MemberView, lesson_view, member_view
from store.database import Database
from store.records import LessonRecord, MemberRecord
from store.transaction import Transaction

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741 - the item of a change


class DeclinedView(msgspec.Struct, frozen=True):
    lesson_id: int
    state: str = "declined"


class Members:
    """Who is in a lesson; each change is announced to all who are."""

    def __init__(self, db: Database, clock: Clock, tell: TellLesson) -> None:
        self._db = db
        self._clock = clock
        self._tell = tell

    async def invite(
        self, actor: Actor, lesson_id: int, asked: Invitation
    ) -> tuple[MemberView, bool]:
        """Add somebody; who is in already stays as they are. True if they are new."""
        at = self._at(actor, lesson_id)
        return await self._write(_invite, (at, asked), lesson_id, [asked])

    async def change(
        self, actor: Actor, lesson_id: int, user_id: int, asked: MemberPatch
    ) -> MemberView:
        """Change somebody's board or role; admins and Api-Keys also their state."""
        at = self._at(actor, lesson_id)
        return await self._write(_change, (at, user_id, asked), lesson_id)

    async def remove(self, actor: Actor, lesson_id: int, user_id: int) -> None:
        """Take somebody out of the lesson, or an invitation back."""
        at = self._at(actor, lesson_id)
        await self._write(_remove, (at, user_id), lesson_id)

    async def accept(self, actor: Actor, lesson_id: int) -> LessonView:
        """Accept one's own invitation; a second time changes nothing."""
        actor.require_user()
        at = self._at(actor, lesson_id)
        return await self._write(_accept, at, lesson_id)

    async def decline(self, actor: Actor, lesson_id: int) -> DeclinedView:
        """Decline one's own invitation, which removes it."""
        actor.require_user()
        at = self._at(actor, lesson_id)
        return await self._write(_decline, at, lesson_id)

    def _at(self, actor: Actor, lesson_id: int) -> "_At":
        return _At(actor, lesson_id, self._clock.now(), self._tell)

    async def _write(
        self,
        change: Callable[[Transaction, I], T],
        item: I,
        lesson_id: int,
        asked: Sequence[Invitation] = (),
    ) -> T:
        """Run a change with the rows locked of all whom it may notify."""
        people = await self._db.read(concerned, lesson_id, asked)
        return await self._db.write(change, item, lessons=[lesson_id], users=people)


@dataclass(frozen=True, slots=True)
class _At:
    """Who changes which lesson's members, and when."""

    actor: Actor
    lesson_id: int
    now: datetime
    tell: TellLesson

    def roster(self, tx: Transaction, lesson: LessonRecord) -> Roster:
        return Roster(tx, lesson, self.actor, self.now)


def _invite(tx: Transaction, call: tuple[_At, Invitation]) -> tuple[MemberView, bool]:
    at, asked = call
    lesson = allowed(tx, at.actor, at.lesson_id, Right.CHANGE_MEMBERS)
    invitations.check_states(at.actor, [asked])
    user = invitations.find(tx, asked)
    roster = at.roster(tx, lesson)
    if held := roster.get(user.id):
        return member_view(held), False
    member = invitations.place(roster, user, asked)
    at.tell.roster_changed(tx, roster)
    return member_view(member), True


def _change(tx: Transaction, call: tuple[_At, int, MemberPatch]) -> MemberView:
    at, user_id, asked = call
    roster, member = _of_others(tx, at, user_id)
    may_set_state = rights.allows(at.actor, None, Right.SET_STATE)
    if asked.state is not UNSET and not may_set_state:
        raise Forbidden("Only admins and integrating platforms set `state`.")
    changed = roster.put(invitations.revised(member, asked))
    roster.require_tutor()
    at.tell.roster_changed(tx, roster)
    return member_view(changed)


def _remove(tx: Transaction, call: tuple[_At, int]) -> None:
    at, user_id = call
    roster, _ = _of_others(tx, at, user_id)
    roster.remove(user_id)
    roster.require_tutor()
    at.tell.roster_changed(tx, roster)


def _of_others(tx: Transaction, at: _At, user_id: int) -> tuple[Roster, MemberRecord]:
    """Find a member whom the actor may change."""
    lesson = allowed(tx, at.actor, at.lesson_id, Right.CHANGE_MEMBERS)
    roster = at.roster(tx, lesson)
    member = roster.get(user_id)
    if member is None:
        raise NotFound("The lesson has no such member.")
    return roster, member


def _accept(tx: Transaction, at: _At) -> LessonView:
    lesson, roster, member = _own(tx, at)
    roster.put(replace(member, state="accepted"))
    at.tell.roster_changed(tx, roster)
    return lesson_view(lesson, roster.members())


def _decline(tx: Transaction, at: _At) -> DeclinedView:
    _, roster, member = _own(tx, at)
    if member.state == "accepted":
        raise Conflict("You have accepted already: ask a tutor to take you out.")
    roster.remove(member.user_id)
    return DeclinedView(at.lesson_id)


def _own(tx: Transaction, at: _At) -> tuple[LessonRecord, Roster, MemberRecord]:
    """Find the actor's own place in a lesson that isn't cancelled."""
    lesson = allowed(tx, at.actor, at.lesson_id, Right.READ_LESSON)
    roster = at.roster(tx, lesson)
    member = roster.get(at.actor.require_user())
    if member is None:
        raise Forbidden("You have no invitation to this lesson.")
    if member.state == "invited":
        rights.require(at.actor, lesson, member, Right.ANSWER_INVITATION)
    roster.require_open()
    return lesson, roster, member
