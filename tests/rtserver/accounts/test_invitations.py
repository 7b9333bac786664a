"""Whom managers may invite to choose a password."""

import pytest

from rtserver.access.actor import api_key_actor
from rtserver.accounts.requests import NewUser
from rtserver.errors import Conflict, Forbidden, NotFound
from store.password_links import INVITED
from tests.rtserver.account_school import ROOT, actor_of

PLATFORM = api_key_actor(1, "portal")


async def test_who_has_no_password_is_invited(school):
    taras = await school.add("taras")
    await school.invitations.invite(PLATFORM, taras.id)

    assert await school.mails() == [(INVITED, "waiting")]


async def test_nobody_else_is(school):
    locked = await school.add("locked", is_active=False)
    refused = {school.olena.id: Conflict, locked.id: Conflict, 999: NotFound}

    for user_id, error in refused.items():
        with pytest.raises(error):
            await school.invitations.invite(ROOT, user_id)
    assert await school.mails() == []


async def test_only_managers_invite_and_platforms_no_admins(school):
    admin = await school.add("ada", role="admin")

    with pytest.raises(Forbidden):
        await school.invitations.invite(PLATFORM, admin.id)
    with pytest.raises(Forbidden):
        await school.invitations.invite(actor_of(school.olena), admin.id)


async def test_a_new_user_and_their_invitation_are_one_change(school):
    person = {"name": "Taras", "role": "student", "invite": True}
    await school.users.create(ROOT, NewUser(email="taras@school.example", **person))
    with pytest.raises(Conflict):
        await school.users.create(ROOT, NewUser(email="olena@school.example", **person))

    assert await school.mails() == [(INVITED, "waiting")]
