"""Access to a lesson's chat and its messages."""

from rtserver.access import rights
from rtserver.access.actor import Actor
from rtserver.access.rights import Right
from rtserver.errors import Conflict, Forbidden, NotFound
from store import lessons, members, messages
from store.records import LessonRecord, MessageRecord
from store.transaction import Transaction


def readable(tx: Transaction, actor: Actor, lesson_id: int) -> LessonRecord:
    """Find a lesson whose chat the actor may read."""
    lesson = lessons.get(tx, lesson_id)
    member = members.acting(tx, lesson_id, actor.require_user())
    return rights.require(actor, lesson, member, Right.READ_CHAT)


def visible(tx: Transaction, actor: Actor, message_id: int) -> MessageRecord:
    """Find a message of a lesson whose chat the actor may read."""
    actor.require_user()
    message = messages.get(tx, message_id)
    if message is None:
        raise NotFound()
    readable(tx, actor, message.lesson_id)
    return message


def changeable(
    tx: Transaction,
    actor: Actor,
    message_id: int,
    own: Right,
    others: Right | None = None,
) -> MessageRecord:
    """Find a message that the actor may change: which right that takes, by whose it is.

    Without ``others`` it has to be one's own.
    """
    message = visible(tx, actor, message_id)
    lesson = lessons.get(tx, message.lesson_id)
    member = members.acting(tx, message.lesson_id, actor.require_user())
    needed = own if message.author_id == actor.user_id else others
    if needed is None:
        raise Forbidden("Only the author changes a message.")
    rights.require(actor, lesson, member, needed)
    if message.deleted:
        raise Conflict("The message is deleted already.")
    return message
