"""Choosing a password by a link: once, and with what the account then is."""

import asyncio

import pytest

from rtserver.accounts.password_choices import LinkView, PasswordChoices
from rtserver.errors import BadRequest, Invalid, Unauthenticated
from tests.rtserver.account_school import ADDRESS, EMAIL, PASSWORD

NEW = "battery staple"


@pytest.fixture
def choices(school):
    return choices_of(school)


def choices_of(school):
    return PasswordChoices(school.db, school.passwords, school.logins, school.clock)


async def test_the_new_password_counts_and_all_earlier_logins_end(school, choices):
    await school.begin_login(school.olena)
    chosen = await choices.choose(await school.new_link(school.olena), NEW)

    assert await school.is_revoked(school.olena)
    assert (await school.logins.refresh(chosen.refresh)).access
    assert (await school.logins.sign_in(EMAIL, NEW, ADDRESS)).access
    with pytest.raises(Unauthenticated):
        await school.logins.sign_in(EMAIL, PASSWORD, ADDRESS)


async def test_the_first_of_two_at_once_wins(school, choices):
    token = await school.new_link(school.olena)
    outcomes = await asyncio.gather(
        *(choices.choose(token, f"{NEW} {n}") for n in range(4)),
        return_exceptions=True,
    )

    lost = [one for one in outcomes if isinstance(one, BadRequest)]
    assert len(lost) == 3
    (n,) = (n for n, one in enumerate(outcomes) if one not in lost)
    assert (await school.logins.sign_in(EMAIL, f"{NEW} {n}", ADDRESS)).access


async def test_of_two_processes_at_once_one_wins(school, process):
    for each in range(5):
        token = await school.new_link(school.olena)
        outcomes = await asyncio.gather(
            *(
                choices_of(one).choose(token, f"{NEW} {each}")
                for one in (school, process)
            ),
            return_exceptions=True,
        )

        assert [isinstance(one, BadRequest) for one in outcomes].count(True) == 1


async def test_choosing_ends_every_other_link_of_the_account(school, choices):
    tokens = [await school.new_link(school.olena) for _ in range(2)]
    await choices.choose(tokens[0], NEW)

    with pytest.raises(BadRequest) as refused:
        await choices.choose(tokens[1], NEW)
    assert [fault.path for fault in refused.value.faults] == ["token"]


async def test_looking_and_a_refused_password_spend_nothing(school, choices):
    token = await school.new_link(school.olena)

    assert await choices.look(token) == LinkView("olena", EMAIL)
    with pytest.raises(Invalid):
        await choices.choose(token, "short")
    assert (await choices.choose(token, NEW)).access


async def test_a_first_password_ends_no_tokens_of_a_platform(school, choices):
    taras = await school.add("taras")
    await choices.choose(await school.new_link(taras), NEW)

    assert (await school.users.find("taras@school.example")).revoked_at is None
