"""Read durable streams back from the database, to fill the gates' gaps."""

from collections.abc import Mapping, Sequence

import msgspec

from rtserver.access import changes as access
from rtserver.boards.events import missed_events
from rtserver.clock import Clock
from rtserver.delivery.channels import board_stream, chat_stream, notification_stream
from rtserver.delivery.gates import Gap
from rtserver.delivery.publication import Publication, ReplayLimits, to_users
from rtserver.notifications.feed import missed_notifications
from rtserver.views import message_view
from store import access_changes, lessons, members, messages, notifications
from store.database import Database
from store.records import MessageRecord
from store.transaction import Transaction

_PAGE = 1000


class _Made(msgspec.Struct, frozen=True):
    """Where a message was made, of all that is told of it."""

    created_seq: int


class Streams:
    """The source of every gate: chats, boards, notifications and ``access``."""

    def __init__(self, db: Database, clock: Clock, limits: ReplayLimits) -> None:
        self._db = db
        self._clock = clock
        self._limits = limits

    async def heads(self, streams: Sequence[str]) -> Mapping[str, int]:
        """Return the present seq of each stream."""
        return await self._db.read(_heads, streams)

    async def after(self, stream: str, seq: int) -> Gap:
        """Return what a stream holds after ``seq``."""
        if stream == access.STREAM:
            changes = await self._db.read(access_changes.since, seq, _PAGE)
            now = self._clock.now()
            events = [access.event_of(change, now) for change in changes]
            return Gap(events, events[-1].seq if events else seq)
        kind, _, id = stream.partition(":")
        gap = _GAPS[kind]
        return await self._db.read(gap, int(id), seq, self._limits)


def chat_event(
    message: MessageRecord, since: int, recipients: Sequence[int]
) -> Publication:
    """Tell of a message's latest change to somebody who has seen up to ``since``."""
    if message.deleted:
        type = "chat.message.deleted"
    elif message.created_seq > since:
        type = "chat.message.new"
    else:
        type = "chat.message.edited"
    return to_users(
        type,
        message_view(message),
        message.edited_at or message.created_at,
        recipients,
        stream=chat_stream(message.lesson_id),
        seq=message.seq,
    )


def as_seen_from(event: Publication, position: int) -> Publication:
    """Tell of a change as to somebody who has seen up to ``position``.

    An event that closed a gap which began before may call new what they have.
    """
    if event.type != "chat.message.new":
        return event
    made = msgspec.json.decode(bytes(event.payload), type=_Made)
    if made.created_seq > position:
        return event
    return msgspec.structs.replace(event, type="chat.message.edited")


def within(events: Sequence[Publication], limits: ReplayLimits) -> bool:
    """Return whether a replay keeps to the limits."""
    if len(events) > limits.events:
        return False
    return sum(len(bytes(event.payload)) for event in events) <= limits.bytes


def _chat_gap(tx: Transaction, lesson_id: int, seq: int, limits: ReplayLimits) -> Gap:
    lesson = lessons.get(tx, lesson_id)
    if lesson is None:
        return Gap([], seq)
    changed = messages.changed_since(tx, lesson_id, seq, limit=limits.events + 1)
    joined = [
        (member.user_id, member.chat_from)
        for member in members.of_lesson(tx, lesson_id)
        if member.state == "accepted"
    ]
    events = [
        # Who joined later starts behind this event, and knows it from the history.
        chat_event(
            message, seq, [user for user, start in joined if start < message.seq]
        )
        for message in changed
    ]
    head = lesson.chat_seq
    return Gap(events if within(events, limits) else None, head, states=True)


def _board_gap(tx: Transaction, lesson_id: int, seq: int, limits: ReplayLimits) -> Gap:
    head = lessons.board_seqs(tx, [lesson_id]).get(lesson_id, 0)
    missed = missed_events(tx, lesson_id, seq, head, limits)
    return Gap(None if missed.reason else missed.events, head)


def _notification_gap(
    tx: Transaction, user_id: int, seq: int, limits: ReplayLimits
) -> Gap:
    head = notifications.heads(tx, [user_id]).get(user_id, 0)
    missed = missed_notifications(tx, user_id, seq, head, limits)
    lost = missed.reason in ("too_many", "trimmed")
    return Gap(None if lost else missed.events, head)


_GAPS = {"chat": _chat_gap, "board": _board_gap, "notifications": _notification_gap}


def _heads(tx: Transaction, streams: Sequence[str]) -> dict[str, int]:
    ids: dict[str, list[int]] = {kind: [] for kind in _GAPS}
    for kind, _, id in (stream.partition(":") for stream in streams):
        if kind in ids:
            ids[kind].append(int(id))
    chats = lessons.chat_seqs(tx, ids["chat"])
    boards = lessons.board_seqs(tx, ids["board"])
    heads = {chat_stream(id): seq for id, seq in chats.items()}
    heads |= {board_stream(id): seq for id, seq in boards.items()}
    people = notifications.heads(tx, ids["notifications"])
    heads |= {notification_stream(id): seq for id, seq in people.items()}
    if access.STREAM in streams:
        heads[access.STREAM] = access_changes.head(tx)
    return heads
