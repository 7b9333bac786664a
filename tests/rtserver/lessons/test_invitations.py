import msgspec
import pytest

from rtserver.errors import Conflict, Forbidden, Invalid, NotFound
from rtserver.lessons.requests import Invitation, MemberPatch
from store import lessons as rows
from store import members as member_rows
from tests.lesson_school import (
    ADMIN,
    GONE,
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

# Inviting


@pytest.mark.parametrize("actor", [OLENA, ADMIN, PLATFORM])
async def test_tutors_and_managers_invite(school, members, lessons, actor):
    asked = Invitation(email="petro@example.org", role="tutor")

    assert await members.invite(actor, LESSON, asked) == (
        shown(PETRO, "tutor", "invited"),
        True,
    )
    assert (
        shown(PETRO, "tutor", "invited") in (await lessons.get(PETRO, LESSON)).members
    )
    assert school.told() == []


@pytest.mark.parametrize("person", [SOFIA, TARAS])
async def test_who_is_in_already_stays_as_they_are(school, members, person):
    state = "accepted" if person is SOFIA else "invited"
    asked = ask(person, "tutor", state="accepted", board="view")

    found = await members.invite(ADMIN, LESSON, asked)

    assert found == (shown(person, state=state), False)
    assert school.told() == []


async def test_an_admin_who_is_added_is_announced_to_all(school, members):
    asked = ask(ADMIN, state="accepted")

    await members.invite(ADMIN, LESSON, asked)

    assert school.told() == [told("joined", ADMIN, 1, 2, 4, by=ADMIN)]


async def test_a_tutor_sets_no_state(members):
    with pytest.raises(Forbidden, match="state"):
        await members.invite(OLENA, LESSON, ask(PETRO, state="accepted"))
    with pytest.raises(Forbidden, match="state"):
        await members.change(OLENA, LESSON, 5, MemberPatch(state="accepted"))

    assert (await members.invite(OLENA, LESSON, ask(PETRO, state="invited")))[1]


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        (Invitation(user_id=99, role="student"), "user_id"),
        (Invitation(user_id=GONE, role="student"), "user_id"),
        (Invitation(email="nobody@example.org", role="student"), "email"),
        (Invitation(role="student"), "user_id"),
        (Invitation(user_id=3, email="petro@example.org", role="tutor"), "email"),
    ],
)
async def test_an_invitation_of_nobody_is_refused(members, asked, path):
    with pytest.raises(Invalid) as failure:
        await members.invite(OLENA, LESSON, asked)

    assert failure.value.faults[0].path == path


# Answering


async def test_who_accepts_takes_part_from_the_chats_position_on(school, members):
    lesson = await members.accept(TARAS, LESSON)

    assert shown(TARAS) in lesson.members
    assert school.told() == [told("joined", TARAS, 2, 4, 5, by=TARAS)]
    places = await school.db.read(member_rows.lessons_of_users, [TARAS.user_id])
    assert places == {TARAS.user_id: [(LESSON, 9, 9)]}


async def test_accepting_again_changes_nothing(school, members):
    first = await members.accept(TARAS, LESSON)
    school.told()
    await school.run(rows.take_chat_seq, LESSON, 3)

    assert await members.accept(TARAS, LESSON) == first
    assert school.told() == []
    places = await school.db.read(member_rows.lessons_of_users, [TARAS.user_id])
    assert places == {TARAS.user_id: [(LESSON, 12, 9)]}


async def test_who_declines_is_a_stranger_again(school, members, lessons):
    declined = await members.decline(TARAS, LESSON)

    assert msgspec.to_builtins(declined) == {"lesson_id": 1, "state": "declined"}
    assert school.told() == []
    for attempt in (lessons.get, members.decline, members.accept):
        with pytest.raises(NotFound):
            await attempt(TARAS, LESSON)


async def test_who_has_accepted_declines_no_more(members):
    with pytest.raises(Conflict):
        await members.decline(SOFIA, LESSON)


@pytest.mark.parametrize(
    ("actor", "error"),
    [(STRANGER, NotFound), (ADMIN, Forbidden), (PLATFORM, Forbidden)],
)
async def test_only_who_was_invited_answers(members, actor, error):
    for answer in (members.accept, members.decline):
        with pytest.raises(error):
            await answer(actor, LESSON)
        with pytest.raises(Forbidden if actor is PLATFORM else NotFound):
            await answer(actor, 99)
