"""Held messages (contract 3.2): what students say where a tutor looks at it first.

A held message is no message: it has its own table and its own way, so that neither the
chat's stream nor its history, counts and mails ever see it.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from rtserver.access import rights
from rtserver.access.actor import Actor
from rtserver.access.rights import Right
from rtserver.chat import held_events, posts
from rtserver.chat.posts import Held, MessageDraft, NeedsApproval, Posted
from rtserver.clock import Clock
from rtserver.errors import Conflict, Forbidden, LimitExceeded, NotFound
from rtserver.input.cursors import decode_cursor, encode_cursor
from rtserver.mail.events import HELD
from rtserver.notifications.notices import Notice, Notices
from rtserver.views import HeldView, MessageView, held_view, message_view
from store import held_messages, lessons, members
from store.database import Database
from store.records import HeldMessageRecord
from store.transaction import Transaction

# So many of one author wait in a lesson.
MAX_HELD = 20


class HeldPage(msgspec.Struct, frozen=True):
    """A page of what waits in a lesson, oldest first."""

    results: list[HeldView]
    next: str | None


class HeldMessages:
    """The messages that wait: held, shown, approved, rejected, withdrawn."""

    def __init__(self, db: Database, clock: Clock, notices: Notices) -> None:
        self._db = db
        self._clock = clock
        self._notices = notices

    async def hold(self, draft: MessageDraft) -> Posted | Held:
        """Hold a draft, or post it if its author may say it by now."""
        tutors = await self._db.read(members.tutor_ids, draft.lesson_id)
        return await self._db.write(
            self._hold, draft, lessons=[draft.lesson_id], users=tutors
        )

    async def page(
        self, actor: Actor, lesson_id: int, *, cursor: str | None, limit: int
    ) -> HeldPage:
        """Page through what waits in a lesson: for its tutors all, else one's own."""
        after = 0 if cursor is None else decode_cursor(cursor, "held", 1)[0]
        return await self._db.read(_page, actor, lesson_id, after, limit)

    async def approve(self, actor: Actor, held_id: int) -> MessageView:
        """Make a message of what waits, as of now."""
        lesson_id = await self._lesson_of(actor, held_id)
        return await self._db.write(
            _approve, actor, held_id, self._clock.now(), lessons=[lesson_id]
        )

    async def reject(self, actor: Actor, held_id: int) -> None:
        """Refuse what waits: its text is gone."""
        lesson_id = await self._lesson_of(actor, held_id)
        await self._db.write(
            _reject, actor, held_id, self._clock.now(), lessons=[lesson_id]
        )
        self._db.forgetting.soon()

    async def withdraw(self, actor: Actor, held_id: int) -> None:
        """Take back what waits of one's own: its text is gone."""
        lesson_id = await self._lesson_of(actor, held_id)
        await self._db.write(
            _withdraw, actor, held_id, self._clock.now(), lessons=[lesson_id]
        )
        self._db.forgetting.soon()

    async def _lesson_of(self, actor: Actor, held_id: int) -> int:
        """Find the lesson whose row has to be locked."""
        actor.require_user()
        held = await self._db.read(held_messages.get, held_id)
        if held is None:
            raise NotFound()
        return held.lesson_id

    def _hold(self, tx: Transaction, draft: MessageDraft) -> Posted | Held:
        # Asked once more: it may have been sent before, and the chat be open by now.
        [outcome] = posts.post_all(tx, [draft])
        if not isinstance(outcome, NeedsApproval):
            if isinstance(outcome, Exception):
                raise outcome
            return outcome
        if held_messages.count(tx, draft.lesson_id, draft.author_id) >= MAX_HELD:
            raise LimitExceeded(
                f"{MAX_HELD} of your messages wait in this lesson already: "
                "a tutor is to look at them first."
            )
        held = held_messages.insert(
            tx,
            lesson_id=draft.lesson_id,
            author_id=draft.author_id,
            text=draft.text,
            client_id=draft.client_id,
            sent_digest=draft.digest,
            at=draft.now,
            file_ids=draft.files,
        )
        # First: users' rows are locked before the counter of changes (store.locks).
        self._notify(tx, held, draft.now)
        held_events.announce_new(tx, held, draft.now)
        return Held(held_view(held))

    def _notify(self, tx: Transaction, held: HeldMessageRecord, now: datetime) -> None:
        lesson = lessons.get(tx, held.lesson_id)
        # Without the text, which would outlive the decision.
        data = {
            "lesson_id": held.lesson_id,
            "held_id": held.id,
            "author": {"id": held.author_id, "name": held.author_name},
        }
        tutors = members.tutor_ids(tx, held.lesson_id)
        notices = [Notice(user_id, data, lesson) for user_id in tutors]
        self._notices.dispatch(tx, HELD, notices, now=now)


def refuse(tx: Transaction, held_ids: Iterable[int], state: str, now: datetime) -> int:
    """End the waiting of messages on nobody's behalf; return how many waited.

    The rows of their lessons have to be locked (``lessons=``).
    """
    waiting = [
        held
        for held in held_messages.by_ids(tx, held_ids)
        if held.state == held_messages.HELD
    ]
    ids = [held.id for held in waiting]
    held_messages.decide(tx, ids, state, by=None, at=now)
    for held in waiting:
        held_events.announce_decided(tx, held, message_id=None, by=None, now=now)
    return len(waiting)


def _page(
    tx: Transaction, actor: Actor, lesson_id: int, after: int, limit: int
) -> HeldPage:
    lesson = lessons.get(tx, lesson_id)
    member = members.acting(tx, lesson_id, actor.require_user())
    rights.require(actor, lesson, member, Right.READ_CHAT)
    sees_all = rights.allows(actor, member, Right.READ_HELD)
    found = held_messages.undecided(
        tx,
        lesson_id,
        author_id=None if sees_all else actor.user_id,
        after=after,
        limit=limit + 1,
    )
    more = len(found) > limit
    return HeldPage(
        results=[held_view(held) for held in found[:limit]],
        next=encode_cursor("held", found[limit - 1].id) if more else None,
    )


def _approve(tx: Transaction, actor: Actor, held_id: int, now: datetime) -> MessageView:
    held = _decidable(tx, actor, held_id, Right.APPROVE_HELD)
    _require_undecided(held)
    author = members.acting(tx, held.lesson_id, held.author_id)
    if author is None or author.state != "accepted":
        raise Conflict("Its author takes part in the lesson no longer.")
    message = posts.publish(tx, actor, held, now)
    _decide(tx, held, "approved", actor, now, message.id)
    return message_view(message)


def _reject(tx: Transaction, actor: Actor, held_id: int, now: datetime) -> None:
    held = _decidable(tx, actor, held_id, Right.REJECT_HELD)
    _require_undecided(held)
    _decide(tx, held, "rejected", actor, now)


def _withdraw(tx: Transaction, actor: Actor, held_id: int, now: datetime) -> None:
    held = _decidable(tx, actor, held_id, Right.WITHDRAW_HELD)
    if held.author_id != actor.user_id:
        raise Forbidden("Only the author withdraws a message.")
    _require_undecided(held)
    _decide(tx, held, "withdrawn", actor, now)


def _decidable(
    tx: Transaction, actor: Actor, held_id: int, right: Right
) -> HeldMessageRecord:
    """Find a held message to which the actor has a right at this moment."""
    held = held_messages.get(tx, held_id)
    if held is None:
        raise NotFound()
    lesson = lessons.get(tx, held.lesson_id)
    member = members.acting(tx, held.lesson_id, actor.require_user())
    rights.require(actor, lesson, member, right)
    return held


def _require_undecided(held: HeldMessageRecord) -> None:
    if held.state != held_messages.HELD:
        raise Conflict(f"It waits no longer: it was {held.state}.")


def _decide(
    tx: Transaction,
    held: HeldMessageRecord,
    state: str,
    actor: Actor,
    now: datetime,
    message_id: int | None = None,
) -> None:
    by = actor.user_id
    held_messages.decide(tx, [held.id], state, by=by, at=now, message_id=message_id)
    held_events.announce_decided(tx, held, message_id=message_id, by=by, now=now)
