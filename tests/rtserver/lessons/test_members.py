import pytest

from rtserver.errors import Conflict, Forbidden, NotFound
from rtserver.lessons.requests import MemberPatch, MembersPatch
from tests.lesson_school import (
    ADMIN,
    LESSON,
    OLENA,
    PETRO,
    PLATFORM,
    SOFIA,
    STRANGER,
    TARAS,
    ask,
    shown,
    told,
)

# Changing


async def test_who_may_no_longer_draw_is_announced(school, members):
    changed = await members.change(
        OLENA, LESSON, SOFIA.user_id, MemberPatch(board="view")
    )

    assert changed == shown(SOFIA, board="view")
    assert school.told() == [("board", SOFIA.user_id, {"board": "view"})]


async def test_the_board_of_an_invited_member_concerns_nobody_yet(school, members):
    changed = await members.change(
        OLENA, LESSON, TARAS.user_id, MemberPatch(board="view")
    )

    assert changed == shown(TARAS, state="invited", board="view")
    assert school.told() == []


@pytest.mark.parametrize(
    "change", [MemberPatch(), MemberPatch(role="student", board="draw")]
)
async def test_a_change_that_changes_nothing_is_not_announced(school, members, change):
    changed = await members.change(OLENA, LESSON, SOFIA.user_id, change)

    assert changed == shown(SOFIA)
    assert school.told() == []


async def test_a_new_tutor_has_a_tutors_rights(members):
    await members.change(OLENA, LESSON, SOFIA.user_id, MemberPatch(role="tutor"))

    await members.remove(SOFIA, LESSON, OLENA.user_id)


@pytest.mark.parametrize("actor", [ADMIN, PLATFORM])
async def test_managers_set_the_state(school, members, actor):
    await members.change(actor, LESSON, TARAS.user_id, MemberPatch(state="accepted"))
    await members.change(actor, LESSON, SOFIA.user_id, MemberPatch(state="invited"))

    assert school.told() == [
        told("joined", TARAS, 2, 4, 5, by=actor),
        told("left", SOFIA, 2, 4, 5, by=actor),
    ]


# Removing


async def test_who_is_removed_and_all_who_stay_hear_of_it(school, members, lessons):
    await members.remove(OLENA, LESSON, SOFIA.user_id)

    assert school.told() == [told("left", SOFIA, 2, 4)]
    with pytest.raises(NotFound):
        await lessons.get(SOFIA, LESSON)


async def test_an_invitation_is_taken_back_without_a_word(school, members, lessons):
    await members.remove(OLENA, LESSON, TARAS.user_id)

    assert school.told() == []
    with pytest.raises(NotFound):
        await lessons.get(TARAS, LESSON)


async def test_who_is_not_in_the_lesson_cannot_be_changed_or_removed(members):
    for user_id in (PETRO.user_id, 99):
        with pytest.raises(NotFound):
            await members.change(OLENA, LESSON, user_id, MemberPatch(board="view"))
        with pytest.raises(NotFound):
            await members.remove(OLENA, LESSON, user_id)


@pytest.mark.parametrize(
    ("actor", "error"), [(SOFIA, Forbidden), (TARAS, Forbidden), (STRANGER, NotFound)]
)
async def test_others_change_no_members(school, members, actor, error):
    for attempt in (
        lambda: members.invite(actor, LESSON, ask(PETRO)),
        lambda: members.invite(actor, LESSON, ask(PETRO, state="accepted")),
        lambda: members.change(actor, LESSON, actor.user_id, MemberPatch(role="tutor")),
        lambda: members.remove(actor, LESSON, OLENA.user_id),
        lambda: members.remove(actor, LESSON, 99),
    ):
        with pytest.raises(error):
            await attempt()
    assert school.told() == []


# The board of all students


async def test_all_students_only_look_and_who_joins_later_too(school, members):
    lesson = await members.set_board(OLENA, LESSON, MembersPatch(board="view"))

    assert lesson.members == [
        shown(OLENA, "tutor"),
        shown(SOFIA, board="view"),
        shown(TARAS, state="invited", board="view"),
    ]
    assert school.told() == [("board", SOFIA.user_id, {"board": "view"})]
    invited, _ = await members.invite(OLENA, LESSON, ask(PETRO))
    assert invited.board == "view"
    tutor, _ = await members.invite(OLENA, LESSON, ask(ADMIN, "tutor"))
    assert tutor.board == "draw"


async def test_the_right_that_an_invitation_names_goes_before_the_lessons(members):
    await members.set_board(ADMIN, LESSON, MembersPatch(board="view"))

    invited, _ = await members.invite(PLATFORM, LESSON, ask(PETRO, board="draw"))

    assert invited.board == "draw"


async def test_all_students_draw_again_and_twice_is_told_once(school, members):
    await members.change(OLENA, LESSON, SOFIA.user_id, MemberPatch(board="view"))
    school.told()

    for _ in range(2):
        await members.set_board(OLENA, LESSON, MembersPatch(board="draw"))

    assert school.told() == [("board", SOFIA.user_id, {"board": "draw"})]


@pytest.mark.parametrize(
    ("actor", "error"), [(SOFIA, Forbidden), (TARAS, Forbidden), (STRANGER, NotFound)]
)
async def test_others_set_no_board(school, members, actor, error):
    with pytest.raises(error):
        await members.set_board(actor, LESSON, MembersPatch(board="view"))

    assert school.told() == []


async def test_the_board_of_a_cancelled_lesson_stays(lessons, members):
    await lessons.cancel(OLENA, LESSON)

    with pytest.raises(Conflict):
        await members.set_board(OLENA, LESSON, MembersPatch(board="view"))


# Counting


async def test_all_are_counted_and_nobody_while_the_database_fails(members, school):
    known = await members.count(LESSON)
    stranger = await members.count(LESSON + 1)
    await school.db.write(lose_members)

    assert (known, stranger) == (3, 0)
    assert await members.count(LESSON) == 0


def lose_members(tx):
    """Have the database fail whoever asks for members."""
    tx.engine.execute_sql("ALTER TABLE members RENAME TO lost")
