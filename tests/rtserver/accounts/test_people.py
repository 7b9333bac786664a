"""Who may look for people, and what they are told of them."""

import pytest

from rtserver.access.actor import Actor, api_key_actor
from rtserver.accounts.people import FoundView, People
from rtserver.errors import BadRequest, Forbidden
from tests.rtserver.account_school import EMAIL

ADMIN = Actor(70, "Ada", "admin")


async def test_admins_are_told_addresses(school):
    found = await People(school.db).find(ADMIN, "OL", 50)

    assert found.results == [FoundView(school.olena.id, "olena", "tutor", EMAIL)]


async def test_tutors_find_nobody_but_their_own(school):
    found = await People(school.db).find(Actor(70, "Tom", "tutor"), "ol", 50)

    assert found.results == []


@pytest.mark.parametrize(
    "actor", [Actor(70, "Sofia", "student"), api_key_actor(1, "x")]
)
async def test_students_and_platforms_have_no_use_for_it(school, actor):
    with pytest.raises(Forbidden):
        await People(school.db).find(actor, "ol", 50)


@pytest.mark.parametrize("asked", ["", " ", "o" * 101])
async def test_what_is_asked_for_has_1_to_100_characters(school, asked):
    with pytest.raises(BadRequest) as refused:
        await People(school.db).find(ADMIN, asked, 50)
    assert [fault.path for fault in refused.value.faults] == ["q"]
