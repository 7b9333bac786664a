"""Lesson chat (contract 3.2): history, edits, deletions, typing, read marks."""

from collections.abc import Callable, Sequence

import msgspec

from rtserver.access import rights
from rtserver.access.actor import Actor
from rtserver.access.rights import Right
from rtserver.chat import access, posts
from rtserver.chat.events import change_event
from rtserver.chat.held import HeldMessages
from rtserver.chat.posts import Held, MessageDraft, NeedsApproval, Posted
from rtserver.clock import Clock
from rtserver.delivery.channels import chat_stream
from rtserver.delivery.messages import Publication
from rtserver.delivery.publication import to_users
from rtserver.errors import Invalid
from rtserver.input.cursors import decode_cursor, encode_cursor
from rtserver.input.text import check_key, clean_text
from rtserver.notifications import reads
from rtserver.throttle import Throttle
from rtserver.views import MessageView, message_view
from store import lessons, members, messages, read_marks
from store.database import Database
from store.transaction import Transaction

TYPING_INTERVAL = 3.0


class HistoryView(msgspec.Struct, frozen=True):
    """A page of messages, newest first; ``reads``: each member's read mark."""

    results: list[MessageView]
    next: str | None
    seq: int
    reads: dict[int, int]


class ChangesView(msgspec.Struct, frozen=True):
    """A page of what changed in a chat, oldest first."""

    results: list[MessageView]
    next: str | None
    seq: int


class Chat:
    """The chat of every lesson; each change is committed before anyone hears of it.

    ``held`` are the messages that wait for a tutor.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        publish: Callable[[Sequence[Publication]], None],
        held: HeldMessages,
        *,
        max_length: int,
    ) -> None:
        self._db = db
        self.held = held
        self._clock = clock
        self._publish = publish
        self._max_length = max_length
        self._typing = Throttle(TYPING_INTERVAL)

    async def post(
        self,
        actor: Actor,
        lesson_id: int,
        text: str,
        client_id: str | None,
        files: Sequence[str] = (),
    ) -> Posted | Held:
        """Post a message, or have it held where the author may do no more.

        The same ``client_id`` again gives what became of the first. With ``files``, the
        ids of what it is to show, it needs no text.
        """
        author_id = actor.require_user()
        says_nothing = bool(files) and not text.strip(" \n\t")
        clean = "" if says_nothing else self._clean(text)
        if len(set(files)) != len(files):
            raise Invalid.at("files", "each may be there once")
        if client_id is not None:
            check_key(client_id, path="client_id")
        now = self._clock.now()
        draft = MessageDraft(
            actor, author_id, lesson_id, clean, client_id, now, tuple(files)
        )
        try:
            return await self._db.write_batched(
                posts.post_all, draft, lessons=[lesson_id]
            )
        except NeedsApproval:
            return await self.held.hold(draft)

    async def get(self, actor: Actor, message_id: int) -> MessageView:
        """Read one message of a lesson that the actor takes part in."""
        return message_view(await self._db.read(access.visible, actor, message_id))

    async def edit(self, actor: Actor, message_id: int, text: str) -> MessageView:
        """Change the text of a message of one's own."""
        actor.require_user()
        clean = self._clean(text)
        lesson_id = (await self._db.read(access.visible, actor, message_id)).lesson_id
        edited = await self._db.write(
            self._edit, actor, message_id, clean, lessons=[lesson_id]
        )
        self._db.forgetting.soon()
        return edited

    async def delete(self, actor: Actor, message_id: int) -> None:
        """Delete a message, one's own or as a tutor: the text goes, its place stays."""
        actor.require_user()
        lesson_id = (await self._db.read(access.visible, actor, message_id)).lesson_id
        await self._db.write(self._delete, actor, message_id, lessons=[lesson_id])
        self._db.forgetting.soon()

    async def history(
        self, actor: Actor, lesson_id: int, *, cursor: str | None, limit: int
    ) -> HistoryView:
        """Page through the messages, newest first."""
        before = None if cursor is None else decode_cursor(cursor, "history", 1)[0]
        return await self._db.read(_history, actor, lesson_id, before, limit)

    async def changes(
        self, actor: Actor, lesson_id: int, *, since: int, limit: int
    ) -> ChangesView:
        """Page through what changed after a seq, oldest first."""
        return await self._db.read(_changes, actor, lesson_id, since, limit)

    async def typing(self, actor: Actor, lesson_id: int) -> None:
        """Tell the other members, at most once per 3 s, that the actor is typing."""
        user_id = actor.require_user()
        # Rights come first: who has lost them is told so, however soon they ask again.
        recipients = await self._db.read(_typing_recipients, actor, lesson_id)
        if not self._typing.take((user_id, lesson_id), self._clock.monotonic()):
            return
        payload = {"lesson_id": lesson_id, "user_id": user_id}
        others = [other for other in recipients if other != user_id]
        latest = f"typing:{lesson_id}:{user_id}"
        now, topic = self._clock.now(), chat_stream(lesson_id)
        event = to_users(
            "chat.typing", payload, now, others, topic=topic, latest=latest
        )
        self._publish([event])

    async def mark_read(
        self, actor: Actor, lesson_id: int, seq: int, sender: str = ""
    ) -> int:
        """Move the actor's mark forward, at most to the lesson's seq; return the mark.

        All members hear of it, but for the connection ``sender``. What the actor was
        notified of up to there is read, too.
        """
        user_id = actor.require_user()
        return await self._db.write(
            self._mark,
            actor,
            lesson_id,
            seq,
            sender,
            lessons=[lesson_id],
            users=[user_id],
        )

    def lost_file(self, tx: Transaction, message_id: int, by: int) -> None:
        """Tell that a message has lost a file; with nothing left it is deleted."""
        message = messages.get(tx, message_id)
        if message is None or message.deleted:
            return
        seq = lessons.take_chat_seq(tx, message.lesson_id)
        if message.text or message.files:
            messages.set_seq(tx, message_id, seq)
        else:
            messages.set_deleted(tx, message_id, seq=seq, by=by)
        self._tell(tx, message_id)

    def _clean(self, text: str) -> str:
        return clean_text(text, path="text", maximum=self._max_length, multiline=True)

    def _edit(
        self, tx: Transaction, actor: Actor, message_id: int, text: str
    ) -> MessageView:
        message = access.changeable(tx, actor, message_id, Right.SAY)
        seq = lessons.take_chat_seq(tx, message.lesson_id)
        messages.set_text(tx, message.id, seq=seq, text=text, at=self._clock.now())
        return self._tell(tx, message.id)

    def _delete(self, tx: Transaction, actor: Actor, message_id: int) -> None:
        message = access.changeable(
            tx, actor, message_id, Right.WRITE_CHAT, Right.DELETE_ANY
        )
        seq = lessons.take_chat_seq(tx, message.lesson_id)
        messages.set_deleted(tx, message.id, seq=seq, by=actor.user_id)
        self._tell(tx, message.id)

    def _tell(self, tx: Transaction, message_id: int) -> MessageView:
        message = messages.get(tx, message_id)
        assert message is not None
        recipients = members.accepted_ids(tx, message.lesson_id)
        tx.emit(change_event(message, recipients, now=self._clock.now()))
        return message_view(message)

    def _mark(
        self, tx: Transaction, actor: Actor, lesson_id: int, seq: int, sender: str
    ) -> int:
        lesson = access.readable(tx, actor, lesson_id)
        user_id = actor.require_user()
        held = read_marks.get(tx, lesson_id, user_id)
        seq = min(seq, lesson.chat_seq)
        if seq <= held:
            return held
        read_marks.put(tx, lesson_id, user_id, seq)
        reads.read_chat(tx, user_id, lesson_id, seq, self._clock.now())
        payload = {"lesson_id": lesson_id, "user_id": user_id, "seq": seq}
        recipients = members.accepted_ids(tx, lesson_id)
        key = f"read:{lesson_id}:{user_id}"
        now = self._clock.now()
        topic = chat_stream(lesson_id)
        tx.emit(
            to_users(
                "chat.read",
                payload,
                now,
                recipients,
                topic=topic,
                latest=key,
                sender=sender,
            )
        )
        return seq


def _history(
    tx: Transaction, actor: Actor, lesson_id: int, before: int | None, limit: int
) -> HistoryView:
    lesson = access.readable(tx, actor, lesson_id)
    found = messages.history(tx, lesson_id, before=before, limit=limit + 1)
    more = len(found) > limit
    return HistoryView(
        results=[message_view(message) for message in found[:limit]],
        next=encode_cursor("history", found[limit - 1].id) if more else None,
        seq=lesson.chat_seq,
        reads=read_marks.of_lesson(tx, lesson_id),
    )


def _changes(
    tx: Transaction, actor: Actor, lesson_id: int, since: int, limit: int
) -> ChangesView:
    lesson = access.readable(tx, actor, lesson_id)
    found = messages.changed_since(tx, lesson_id, since, limit=limit + 1)
    more = len(found) > limit
    seq = found[limit - 1].seq if more else lesson.chat_seq
    return ChangesView(
        results=[message_view(message) for message in found[:limit]],
        next=encode_cursor("changes", seq) if more else None,
        seq=seq,
    )


def _typing_recipients(tx: Transaction, actor: Actor, lesson_id: int) -> list[int]:
    lesson = lessons.get(tx, lesson_id)
    member = members.acting(tx, lesson_id, actor.require_user())
    rights.require(actor, lesson, member, Right.WRITE_CHAT)
    return members.accepted_ids(tx, lesson_id)
