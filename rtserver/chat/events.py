"""Events of a lesson's chat, as its members hear them (contract 2.4)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from rtserver.delivery.channels import chat_stream
from rtserver.delivery.gates import Gap
from rtserver.delivery.messages import Publication
from rtserver.delivery.publication import to_users
from rtserver.delivery.replay import ReplayLimits
from rtserver.views import message_view
from store import lessons, members, messages
from store.records import MessageRecord
from store.transaction import Transaction


class _Made(msgspec.Struct, frozen=True):
    """The seq at which a message was made, of all that is told of it."""

    created_seq: int


def change_event(
    message: MessageRecord, recipients: Iterable[int], *, now: datetime
) -> Publication:
    """Return the event of a change in the making, for who has seen all before it."""
    # A deletion isn't stored with its time, so this is the only one to know it.
    return chat_event(message, message.seq - 1, recipients, at=now)


def chat_event(
    message: MessageRecord,
    since: int,
    recipients: Iterable[int],
    *,
    at: datetime | None = None,
) -> Publication:
    """Return the event of a message's latest change, for who has seen up to ``since``.

    ``at`` is the time of the change, where that is known better than from the message.
    """
    if message.deleted:
        type = "chat.message.deleted"
    elif message.created_seq > since:
        type = "chat.message.new"
    else:
        type = "chat.message.edited"
    return to_users(
        type,
        message_view(message),
        at or message.edited_at or message.created_at,
        recipients,
        stream=chat_stream(message.lesson_id),
        seq=message.seq,
    )


def as_seen_from(event: Publication, position: int) -> Publication:
    """Return a change's event as somebody needs it who has seen up to ``position``.

    An event that closed a gap which began before may call new what they have.
    """
    if event.type != "chat.message.new":
        return event
    made = msgspec.json.decode(event.payload, type=_Made)
    if made.created_seq > position:
        return event
    return event.told_as("chat.message.edited")


def within(events: Sequence[Publication], limits: ReplayLimits) -> bool:
    """Return whether a replay keeps to the limits."""
    return len(events) <= limits.events and size_of(events) <= limits.bytes


def size_of(events: Iterable[Publication]) -> int:
    """Return how many bytes the payloads of events have."""
    return sum(len(event.payload) for event in events)


def chat_gap(tx: Transaction, lesson_id: int, seq: int, limits: ReplayLimits) -> Gap:
    """Read the messages that changed after ``seq``, as they are now."""
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
