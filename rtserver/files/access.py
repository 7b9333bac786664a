"""Access to files, by their lesson's one table of rights."""

from typing import NamedTuple

from rtserver.access import rights
from rtserver.access.actor import Actor
from rtserver.access.rights import Right
from rtserver.errors import NotFound
from store import files, lessons, members
from store.records import FileRecord, LessonRecord, MemberRecord
from store.transaction import Transaction


class SeenFile(NamedTuple):
    """A file that the actor may see, where it is, and what they are there."""

    file: FileRecord
    lesson: LessonRecord | None
    member: MemberRecord | None


def visible(tx: Transaction, actor: Actor, file_id: str) -> SeenFile:
    """Find a file; strangers can't tell whether it exists, as ``rights`` says."""
    user_id = actor.require_user()
    file = files.get(tx, file_id)
    if file is None:
        raise NotFound()
    member = members.acting(tx, file.lesson_id, user_id)
    lesson = lessons.get(tx, file.lesson_id)
    for_board = file.purpose == "board"
    right = Right.VIEW_BOARD if for_board else Right.READ_CHAT
    rights.require(actor, lesson, member, right)
    if not file.is_shared and file.user_id != user_id:
        rights.require(actor, lesson, member, Right.MODERATE_FILES)
    return SeenFile(file, lesson, member)


def sees_all(tx: Transaction, actor: Actor, lesson_id: int) -> bool:
    """Require that somebody takes part; tell whether they see what isn't sent yet."""
    member = members.acting(tx, lesson_id, actor.require_user())
    rights.require(actor, lessons.get(tx, lesson_id), member, Right.READ_CHAT)
    return rights.allows(actor, member, Right.MODERATE_FILES)
