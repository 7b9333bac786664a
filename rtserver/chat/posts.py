"""Post chat messages: all that wait at one moment, in a few statements."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from rtserver.access import rights
from rtserver.access.actor import Actor
from rtserver.access.rights import Right
from rtserver.chat.attachments import Attachments
from rtserver.chat.events import change_event
from rtserver.errors import Conflict, RtError, Unauthenticated
from rtserver.views import HeldView, MessageView, held_view, message_view
from store import held_messages, lessons, members, messages, users
from store.records import (
    HeldMessageRecord,
    LessonRecord,
    MemberRecord,
    MessageRecord,
)
from store.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class MessageDraft:
    """A message to be posted; ``text`` is clean already.

    The ``actor`` is its author, or who lets it through.
    """

    actor: Actor
    author_id: int
    lesson_id: int
    text: str
    client_id: str | None
    now: datetime
    files: tuple[str, ...] = ()
    # Where it waited for a tutor until now, and kept its files.
    held_id: int | None = None

    @property
    def key(self) -> tuple[int, str] | None:
        # With the author: nobody's key collides with, or reveals, another's.
        return (self.author_id, self.client_id) if self.client_id else None

    @property
    def digest(self) -> str | None:
        """Fingerprint what was sent, to tell a resend from another message."""
        if self.client_id is None:
            return None
        # Of what was sent: the stored text may have been edited since.
        sent = "\0".join((f"{self.lesson_id}:{self.text}", *sorted(self.files)))
        return hashlib.sha256(sent.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Posted:
    """A message, and whether it was made just now, then to be ``told`` to so many."""

    message: MessageView
    created: bool
    told: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """A draft that waits for a tutor before it becomes a message."""

    message: HeldView


class NeedsApproval(Exception):
    """A draft that its author may not post at once, but have held."""


class _Posts:
    """The messages of one batch, with what the database says about them."""

    def __init__(self, tx: Transaction, drafts: list[MessageDraft]) -> None:
        self._tx = tx
        lesson_ids = {draft.lesson_id for draft in drafts}
        self._lessons = {row.id: row for row in lessons.by_ids(tx, lesson_ids)}
        self._members: dict[tuple[int, int], MemberRecord] = {}
        self._recipients: dict[int, list[int]] = {id: [] for id in lesson_ids}
        for row in members.of_lessons(tx, lesson_ids):
            self._members[row.lesson_id, row.user_id] = row
            if row.state == "accepted":
                self._recipients[row.lesson_id].append(row.user_id)
        # Asked here, not when the request came: it has waited for its turn.
        self._active = users.active_ids(tx, {draft.author_id for draft in drafts})
        keys = [draft.key for draft in drafts if draft.key]
        self._known = messages.by_client_ids(tx, keys)
        self._held = held_messages.by_client_ids(tx, keys)
        named = [file_id for draft in drafts for file_id in draft.files]
        self._attachments = Attachments(tx, named)

    def check(self, draft: MessageDraft) -> Posted | Held | None:
        """Refuse a draft, or find the message that it made before, held or not."""
        if draft.author_id not in self._active:
            raise Unauthenticated()
        known = self._known.get(draft.key) if draft.key else None
        held = self._held.get(draft.key) if draft.key else None
        if known is None and held is None:
            may_say = self._may_say(draft)
            self._take_files(draft)
            if not may_say:
                raise NeedsApproval()
            return None
        # Once the message is stored, a resend is answered whatever came after.
        rights.require(draft.actor, *self._places(draft), Right.READ_CHAT)
        if known is not None:
            _require_same(draft, known)
            return Posted(message_view(known), created=False)
        if held is not None and held.state == held_messages.HELD:
            _require_same(draft, held)
            return Held(held_view(held))
        raise Conflict("client_id: used for a message that was refused or withdrawn.")

    def is_taken(self, draft: MessageDraft) -> bool:
        """Return whether a message has the draft's ``client_id`` already."""
        return draft.key in self._known

    def _may_say(self, draft: MessageDraft) -> bool:
        """Return whether the author may post it at once, not just have it held."""
        lesson, member = self._places(draft)
        chat = lesson.chat if lesson else ""
        is_held = rights.allows(draft.actor, member, Right.HAVE_HELD, chat)
        right = Right.HAVE_HELD if is_held else Right.SAY
        rights.require(draft.actor, lesson, member, right)
        return not is_held

    def _take_files(self, draft: MessageDraft) -> None:
        self._attachments.take(
            draft.files,
            # A resend in the same batch names the same.
            by=draft.key or object(),
            author_id=draft.author_id,
            lesson_id=draft.lesson_id,
            held_id=draft.held_id,
        )

    def insert(self, drafts: list[MessageDraft]) -> list[MessageRecord]:
        """Number and store the drafts, in their order."""
        rows = [
            {
                "lesson": draft.lesson_id,
                "author": draft.author_id,
                "seq": seq,
                "text": draft.text,
                "created_at": draft.now,
                "client_id": draft.client_id,
                "sent_digest": draft.digest,
            }
            for draft, seq in zip(drafts, self._take_seqs(drafts), strict=True)
        ]
        ids = messages.insert_many(self._tx, rows)
        self._attachments.attach(
            {
                file_id: id
                for draft, id in zip(drafts, ids, strict=True)
                for file_id in draft.files
            }
        )
        return [
            self._record(draft, id, row)
            for draft, id, row in zip(drafts, ids, rows, strict=True)
        ]

    def recipients(self, lesson_id: int) -> list[int]:
        """Return the ids of a lesson's accepted members."""
        return self._recipients[lesson_id]

    def _take_seqs(self, drafts: list[MessageDraft]) -> list[int]:
        counts: dict[int, int] = {}
        offsets = []
        for draft in drafts:
            counts[draft.lesson_id] = counts.get(draft.lesson_id, 0) + 1
            offsets.append(counts[draft.lesson_id])
        # One statement takes as many numbers as a lesson needs, and tells the last.
        taken = lessons.take_chat_seqs(self._tx, counts)
        starts = {id: taken[id] - count for id, count in counts.items()}
        pairs = zip(drafts, offsets, strict=True)
        return [starts[draft.lesson_id] + offset for draft, offset in pairs]

    def _places(
        self, draft: MessageDraft
    ) -> tuple[LessonRecord | None, MemberRecord | None]:
        return (
            self._lessons.get(draft.lesson_id),
            self._members.get((draft.lesson_id, draft.author_id)),
        )

    def _record(self, draft: MessageDraft, id: int, row: Row) -> MessageRecord:
        return MessageRecord(
            id=id,
            lesson_id=draft.lesson_id,
            seq=row["seq"],
            created_seq=row["seq"],
            author_id=draft.author_id,
            author_name=self._members[draft.lesson_id, draft.author_id].name,
            text=draft.text,
            created_at=draft.now,
            edited_at=None,
            deleted=False,
            client_id=draft.client_id,
            sent_digest=row["sent_digest"],
            files=self._attachments.of(draft.files),
        )


def _require_same(
    draft: MessageDraft, known: MessageRecord | HeldMessageRecord
) -> None:
    """Refuse a ``client_id`` that was used for something else."""
    # None: the message was deleted, and its fingerprint with it.
    if known.sent_digest not in (draft.digest, None):
        raise Conflict("client_id: already used for another message.")
    if known.lesson_id != draft.lesson_id:
        raise Conflict("client_id: already used in another lesson.")


def publish(
    tx: Transaction, actor: Actor, held: HeldMessageRecord, now: datetime
) -> MessageRecord:
    """Make a message, as of now, of what the actor lets through."""
    draft = MessageDraft(
        actor,
        held.author_id,
        held.lesson_id,
        held.text,
        held.client_id,
        now,
        files=tuple(file.id for file in held.files),
        held_id=held.id,
    )
    posts = _Posts(tx, [draft])
    if posts.is_taken(draft):
        # Two processes took it at one moment, in two lessons: the other was first.
        draft = replace(draft, client_id=None)
    [message] = _make(tx, posts, [draft])
    return message


def _make(
    tx: Transaction, posts: _Posts, drafts: list[MessageDraft]
) -> list[MessageRecord]:
    """Store messages, and tell of each."""
    made = posts.insert(drafts)
    for record in made:
        recipients = posts.recipients(record.lesson_id)
        tx.emit(change_event(record, recipients, now=record.created_at))
    return made


Answer = Posted | Held | Exception


def post_all(tx: Transaction, drafts: list[MessageDraft]) -> list[Answer]:
    """Post the drafts of one batch; each gets its message or its refusal.

    One that has to be held is refused by ``NeedsApproval``.
    """
    posts = _Posts(tx, drafts)
    outcomes: dict[int, Answer] = {}
    # What is new, by key, and resends that came so soon that their first is in this
    # batch, where check() can't find it.
    fresh: dict[object, int] = {}
    twins: dict[int, int] = {}
    for index, draft in enumerate(drafts):
        try:
            answer = posts.check(draft)
        except (RtError, NeedsApproval) as error:
            outcomes[index] = error
            continue
        if answer is not None:
            outcomes[index] = answer
        # A draft without a key is like no other, and so gets a key of its own.
        elif (first := fresh.setdefault(draft.key or object(), index)) != index:
            twins[index] = first
    # In the order of the drafts, which is to be that of the seqs.
    order = list(fresh.values())
    records = _make(tx, posts, [drafts[index] for index in order]) if order else []
    for index, record in zip(order, records, strict=True):
        told = len(posts.recipients(record.lesson_id))
        outcomes[index] = Posted(message_view(record), created=True, told=told)
    for index, first in twins.items():
        outcomes[index] = _second(drafts[index], drafts[first], outcomes[first])
    return [outcomes[index] for index in range(len(drafts))]


def _second(draft: MessageDraft, first: MessageDraft, answer: Answer) -> Answer:
    """Answer a resend that came in the same batch as its first."""
    if draft.digest != first.digest or not isinstance(answer, Posted):
        return Conflict("client_id: already used for another message.")
    return Posted(answer.message, created=False)
