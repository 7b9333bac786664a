from dataclasses import replace

import pytest

from rtserver.access import rights
from rtserver.access.rights import Right
from rtserver.errors import Conflict, Forbidden, NotFound
from store.records import LessonRecord, MemberRecord
from tests.lesson_school import ADMIN, ELEVEN, OLENA, PLATFORM, SOFIA, TEN

LESSON = LessonRecord(1, "Fractions", TEN, ELEVEN, "scheduled", 0, 0)
CANCELLED = replace(LESSON, status="cancelled")

READING = {
    Right.READ_LESSON,
    Right.READ_CHAT,
    Right.VIEW_BOARD,
    Right.ENTER_ROOM,
}
PUPIL = READING | {Right.WRITE_CHAT, Right.WITHDRAW_HELD, Right.DRAW_BOARD}
PUPIL |= {Right.DELETE_FILES, Right.SIGNAL, Right.JOIN_CALL}
STUDENT = PUPIL | {Right.SAY, Right.UPLOAD_TO_CHAT}
HELD_RIGHTS = {Right.READ_HELD, Right.APPROVE_HELD, Right.REJECT_HELD}
TUTOR = (
    STUDENT
    | {Right.CHANGE_LESSON, Right.CHANGE_MEMBERS, Right.RESET_BOARD}
    | {Right.VIEW_HISTORY, Right.DELETE_ANY, Right.MODERATE_FILES, Right.ARCHIVE}
    | {Right.CLEAR_SIGNALS, Right.LEAD_ROOM, Right.READ_ATTENDANCE}
    | HELD_RIGHTS
)
# What may be done in a cancelled lesson.
HARMLESS = READING | {Right.READ_HELD, Right.REJECT_HELD, Right.WITHDRAW_HELD}
HARMLESS |= {Right.MODERATE_FILES, Right.VIEW_HISTORY, Right.ARCHIVE}
HARMLESS |= {Right.READ_ATTENDANCE}
MANAGER = {
    Right.READ_LESSON,
    Right.CHANGE_LESSON,
    Right.CHANGE_MEMBERS,
    Right.SET_STATE,
    Right.READ_ATTENDANCE,
}


def place(actor, role, state="accepted", board="draw"):
    return MemberRecord(1, actor.user_id, actor.name, role, state, board, 0)


HELD = [
    (SOFIA, None, set()),
    (OLENA, None, set()),
    (SOFIA, place(SOFIA, "student"), STUDENT),
    (SOFIA, place(SOFIA, "student", board="view"), STUDENT - {Right.DRAW_BOARD}),
    (SOFIA, place(SOFIA, "tutor"), TUTOR),
    (OLENA, place(OLENA, "tutor"), TUTOR),
    (OLENA, place(OLENA, "student"), STUDENT),
    (
        OLENA,
        place(OLENA, "tutor", "invited"),
        {Right.READ_LESSON, Right.ANSWER_INVITATION},
    ),
    (ADMIN, None, MANAGER),
    (PLATFORM, None, MANAGER),
    (ADMIN, place(ADMIN, "student", "invited"), MANAGER | {Right.ANSWER_INVITATION}),
    (ADMIN, place(ADMIN, "student"), MANAGER | STUDENT),
]


@pytest.mark.parametrize(("actor", "member", "held"), HELD)
def test_everybody_has_exactly_these_rights(actor, member, held):
    assert {
        right for right in Right if rights.allows(actor, member, right, "open")
    } == held


MODES = [
    ("open", STUDENT),
    ("tutors", PUPIL),
    ("moderated", PUPIL | {Right.HAVE_HELD, Right.UPLOAD_TO_CHAT}),
    ("", PUPIL),
]


@pytest.mark.parametrize(("chat", "held"), MODES)
def test_the_mode_of_the_chat_is_for_students_alone(chat, held):
    for person, rights_of in (("student", held), ("tutor", TUTOR)):
        member = place(SOFIA, person)
        may = {one for one in Right if rights.allows(SOFIA, member, one, chat)}
        assert may == rights_of


@pytest.mark.parametrize("right", Right)
def test_strangers_cannot_tell_whether_a_lesson_exists(right):
    with pytest.raises(NotFound) as existing:
        rights.require(OLENA, LESSON, None, right)
    with pytest.raises(NotFound) as missing:
        rights.require(OLENA, None, None, right)

    assert existing.value.message == missing.value.message


def test_a_lesson_that_is_not_there_is_not_found_for_admins():
    with pytest.raises(NotFound):
        rights.require(ADMIN, None, None, Right.READ_LESSON)


@pytest.mark.parametrize("right", [Right.READ_CHAT, Right.VIEW_BOARD, Right.ENTER_ROOM])
def test_an_invited_member_and_an_admin_are_forbidden_what_members_have(right):
    for actor, member in ((SOFIA, place(SOFIA, "student", "invited")), (ADMIN, None)):
        with pytest.raises(Forbidden):
            rights.require(actor, LESSON, member, right)


@pytest.mark.parametrize("right", sorted(TUTOR, key=str))
def test_a_cancelled_lesson_can_be_read_and_nothing_more(right):
    member = place(OLENA, "tutor")

    if right in HARMLESS:
        assert rights.require(OLENA, CANCELLED, member, right) is CANCELLED
        return
    with pytest.raises(Conflict):
        rights.require(OLENA, CANCELLED, member, right)


def test_who_lacks_the_right_is_forbidden_it_in_a_cancelled_lesson_too():
    with pytest.raises(Forbidden):
        rights.require(SOFIA, CANCELLED, place(SOFIA, "student"), Right.CHANGE_LESSON)
