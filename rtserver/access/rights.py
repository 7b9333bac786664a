"""The one table of who may do what with a lesson; what isn't in it is denied.

A person's standing towards a lesson is a set, since an admin may also be a member.
"""

from enum import Enum, auto

from rtserver.access.actor import Actor
from rtserver.errors import Conflict, Forbidden, NotFound
from store.records import LessonRecord, MemberRecord


class Standing(Enum):
    """A person's relation to a lesson."""

    __hash__ = object.__hash__  # as each is one of a kind; Enum's is slow

    MANAGER = auto()  # an admin or an Api-Key
    INVITED = auto()
    STUDENT = auto()
    TUTOR = auto()
    DRAWER = auto()  # an accepted member whose board is ``draw``
    SPEAKER = auto()  # who says something at once: a tutor; a student of an open chat
    MODERATED = auto()  # a student whose words a tutor looks at first


class Right(Enum):
    """Something that one may do with a lesson."""

    __hash__ = object.__hash__  # as above: rights are looked up in each command

    READ_LESSON = auto()
    CHANGE_LESSON = auto()
    CHANGE_MEMBERS = auto()
    SET_STATE = auto()
    ANSWER_INVITATION = auto()
    READ_CHAT = auto()
    WRITE_CHAT = auto()  # be seen typing; delete what is one's own
    SAY = auto()  # post a message, and edit one's own
    HAVE_HELD = auto()  # post a message that waits for a tutor
    DELETE_ANY = auto()  # delete another's message
    READ_HELD = auto()  # see what others want to say
    APPROVE_HELD = auto()
    REJECT_HELD = auto()
    WITHDRAW_HELD = auto()  # what is one's own
    VIEW_BOARD = auto()
    DRAW_BOARD = auto()
    RESET_BOARD = auto()
    ENTER_ROOM = auto()
    SIGNAL = auto()  # raise one's hand in the room, and react
    CLEAR_SIGNALS = auto()  # lower others' hands, and clear their reactions
    LEAD_ROOM = auto()
    READ_ATTENDANCE = auto()
    UPLOAD_TO_CHAT = auto()  # for a message, held or not
    DELETE_FILES = auto()  # one's own; others' with the next one
    ARCHIVE = auto()  # have all of the lesson in one file
    MODERATE_FILES = auto()  # which includes seeing what isn't sent yet
    JOIN_CALL = auto()
    VIEW_HISTORY = auto()


_MEMBER = {
    Right.READ_LESSON,
    Right.READ_CHAT,
    Right.WRITE_CHAT,
    Right.WITHDRAW_HELD,
    Right.VIEW_BOARD,
    Right.ENTER_ROOM,
    Right.SIGNAL,
    Right.DELETE_FILES,
    Right.JOIN_CALL,
}
_TABLE = {
    Standing.MANAGER: {
        Right.READ_LESSON,
        Right.CHANGE_LESSON,
        Right.CHANGE_MEMBERS,
        Right.SET_STATE,
        Right.READ_ATTENDANCE,
    },
    Standing.INVITED: {Right.READ_LESSON, Right.ANSWER_INVITATION},
    Standing.STUDENT: _MEMBER,
    Standing.TUTOR: _MEMBER
    | {Right.CHANGE_LESSON, Right.CHANGE_MEMBERS, Right.MODERATE_FILES}
    | {Right.RESET_BOARD, Right.VIEW_HISTORY, Right.ARCHIVE}
    | {Right.DELETE_ANY, Right.READ_HELD, Right.APPROVE_HELD, Right.REJECT_HELD}
    | {Right.CLEAR_SIGNALS, Right.LEAD_ROOM, Right.READ_ATTENDANCE},
    Standing.DRAWER: {Right.DRAW_BOARD},
    Standing.SPEAKER: {Right.SAY, Right.UPLOAD_TO_CHAT},
    Standing.MODERATED: {Right.HAVE_HELD, Right.UPLOAD_TO_CHAT},
}
_HOLDERS = {
    right: {held for held, rights in _TABLE.items() if right in rights}
    for right in Right
}
# What each mode of a lesson's chat makes of its students.
_STUDENTS = {"open": {Standing.SPEAKER}, "moderated": {Standing.MODERATED}}
CANCELLED = "The lesson is cancelled: it can only be read."
# A cancelled lesson is read-only. What waits for its tutors may still be refused or
# withdrawn: nobody would ever be rid of it.
_WRITING = {
    Right.CHANGE_LESSON,
    Right.CHANGE_MEMBERS,
    Right.ANSWER_INVITATION,
    Right.WRITE_CHAT,
    Right.SAY,
    Right.HAVE_HELD,
    Right.DELETE_ANY,
    Right.APPROVE_HELD,
    Right.DRAW_BOARD,
    Right.RESET_BOARD,
    Right.SIGNAL,
    Right.CLEAR_SIGNALS,
    Right.LEAD_ROOM,
    Right.UPLOAD_TO_CHAT,
    Right.DELETE_FILES,
    Right.JOIN_CALL,  # nobody meets in a lesson that isn't held
}


def standing(
    actor: Actor, member: MemberRecord | None, chat: str = ""
) -> set[Standing]:
    """Return what somebody is to a lesson; ``member`` is their row in it, if any.

    ``chat`` is the mode of the lesson's chat: without it a student says nothing.
    """
    held = {Standing.MANAGER} if actor.manages else set()
    if member is None:
        return held
    if member.state == "invited":
        return held | {Standing.INVITED}
    if member.board == "draw":
        held.add(Standing.DRAWER)
    if member.role == "tutor":
        return held | {Standing.TUTOR, Standing.SPEAKER}
    return held | {Standing.STUDENT} | _STUDENTS.get(chat, set())


def allows(
    actor: Actor, member: MemberRecord | None, right: Right, chat: str = ""
) -> bool:
    """Return whether the actor has a right; ``chat`` as in ``standing``."""
    return not _HOLDERS[right].isdisjoint(standing(actor, member, chat))


def require(
    actor: Actor,
    lesson: LessonRecord | None,
    member: MemberRecord | None,
    right: Right,
) -> LessonRecord:
    """Return the lesson if the actor may; a stranger can't tell whether it exists.

    Raises ``NotFound`` for strangers, ``Forbidden`` for those who may see it but lack
    the right, ``Conflict`` where a cancelled lesson would change.
    """
    held = standing(actor, member, lesson.chat) if lesson is not None else set()
    if lesson is None or not held:
        raise NotFound()
    if _HOLDERS[right].isdisjoint(held):
        raise Forbidden()
    if right in _WRITING and lesson.status == "cancelled":
        raise Conflict(CANCELLED)
    return lesson
