"""Who may do what with a lesson: one table; what isn't in it is denied.

A person's standing towards a lesson is a set, since an admin may also be a member.
"""

from enum import Enum, auto

from rtserver.access.actor import Actor
from rtserver.errors import Conflict, Forbidden, NotFound
from store.records import LessonRecord, MemberRecord


class Standing(Enum):
    """What somebody is to a lesson."""

    MANAGER = auto()  # an admin or an Api-Key
    INVITED = auto()
    STUDENT = auto()
    TUTOR = auto()
    DRAWER = auto()  # an accepted member whose board is ``draw``


class Right(Enum):
    """Something that one may do with a lesson."""

    READ_LESSON = auto()
    CHANGE_LESSON = auto()
    CHANGE_MEMBERS = auto()
    SET_STATE = auto()
    ANSWER_INVITATION = auto()
    READ_CHAT = auto()
    WRITE_CHAT = auto()
    VIEW_BOARD = auto()
    DRAW_BOARD = auto()
    RESET_BOARD = auto()


_MEMBER = {Right.READ_LESSON, Right.READ_CHAT, Right.WRITE_CHAT, Right.VIEW_BOARD}
_TABLE = {
    Standing.MANAGER: {
        Right.READ_LESSON,
        Right.CHANGE_LESSON,
        Right.CHANGE_MEMBERS,
        Right.SET_STATE,
    },
    Standing.INVITED: {Right.READ_LESSON, Right.ANSWER_INVITATION},
    Standing.STUDENT: _MEMBER,
    Standing.TUTOR: _MEMBER
    | {Right.CHANGE_LESSON, Right.CHANGE_MEMBERS, Right.RESET_BOARD},
    Standing.DRAWER: {Right.DRAW_BOARD},
}
CANCELLED = "The lesson is cancelled: it can only be read."
# A cancelled lesson is read-only.
_WRITING = {
    Right.CHANGE_LESSON,
    Right.CHANGE_MEMBERS,
    Right.ANSWER_INVITATION,
    Right.WRITE_CHAT,
    Right.DRAW_BOARD,
    Right.RESET_BOARD,
}


def standing(actor: Actor, member: MemberRecord | None) -> set[Standing]:
    """Tell what somebody is to a lesson; ``member`` is their row in it, if any."""
    held = {Standing.MANAGER} if actor.manages else set()
    if member is None:
        return held
    if member.state == "invited":
        return held | {Standing.INVITED}
    if member.board == "draw":
        held.add(Standing.DRAWER)
    return held | {Standing.TUTOR if member.role == "tutor" else Standing.STUDENT}


def allows(actor: Actor, member: MemberRecord | None, right: Right) -> bool:
    return any(right in _TABLE[held] for held in standing(actor, member))


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
    if lesson is None or not standing(actor, member):
        raise NotFound()
    if not allows(actor, member, right):
        raise Forbidden()
    if right in _WRITING and lesson.status == "cancelled":
        raise Conflict(CANCELLED)
    return lesson
