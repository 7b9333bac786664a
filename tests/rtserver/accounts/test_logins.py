"""Signing in and out with a password (contract 3.1)."""

import pytest

from rtserver.accounts.passwords import Passwords
from rtserver.accounts.requests import UserChanges
from rtserver.accounts.tokens import digest
from rtserver.errors import NotFound, RateLimited, Unauthenticated
from store import logins, users
from tests.rtserver.account_school import (
    ADDRESS,
    EMAIL,
    PASSWORD,
    ROOT,
    cheap_passwords,
    logins_of,
    verifier_of,
)


def sign_in(school, email=EMAIL, password=PASSWORD):
    return school.logins.sign_in(email, password, ADDRESS)


def sid_of(school, tokens):
    claims = verifier_of(school.clock).verify(tokens.access)
    assert claims.user_id == school.olena.id
    return claims.sid


# Signing in


async def test_a_login_gives_tokens_of_a_login_that_stands(school):
    tokens = await sign_in(school)

    assert tokens.expires_in == 900
    assert not await school.is_revoked(school.olena, sid_of(school, tokens))


async def test_an_address_is_taken_in_any_case(school):
    assert await sign_in(school, " OLENA@school.example ")


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, "wrong horse"),
        (EMAIL, ""),
        ("nobody@school.example", PASSWORD),
        ("no address\0", PASSWORD),
    ],
)
async def test_every_refusal_reads_the_same(school, email, password):
    with pytest.raises(Unauthenticated, match="address or the password is wrong"):
        await sign_in(school, email, password)


async def test_who_has_no_password_is_refused_with_the_same_words(school):
    taras = await school.add("taras")

    for password in ("", PASSWORD):
        with pytest.raises(Unauthenticated, match="address or the password is wrong"):
            await sign_in(school, taras.email, password)


async def test_the_inactive_are_refused_with_the_same_words(school):
    await school.users.deactivate(ROOT, school.olena.id)

    with pytest.raises(Unauthenticated, match="address or the password is wrong"):
        await sign_in(school)


async def test_a_login_is_not_begun_for_an_account_that_changed_meanwhile(school):
    class Slow(Passwords):
        async def verify(self, hashed, password):
            matches = await super().verify(hashed, password)
            await school.users.deactivate(ROOT, school.olena.id)
            back = UserChanges(is_active=True)
            await school.users.patch(ROOT, school.olena.id, back)
            return matches

    passwords = cheap_passwords(kind=Slow)
    racing = logins_of(school, passwords)

    with pytest.raises(Unauthenticated):
        await racing.sign_in(EMAIL, PASSWORD, ADDRESS)
    passwords.close()


async def test_outdated_parameters_are_renewed_and_end_no_login(school):
    first = await sign_in(school)
    before = await school.db.read(users.password_hash, school.olena.id)
    stronger = cheap_passwords(passes=2)
    renewing = logins_of(school, stronger)
    await renewing.sign_in(EMAIL, PASSWORD, ADDRESS)

    after = await school.db.read(users.password_hash, school.olena.id)
    assert stronger.needs_rehash(before) and not stronger.needs_rehash(after)
    assert not await school.is_revoked(school.olena, sid_of(school, first))
    await renewing.sign_in(EMAIL, PASSWORD, ADDRESS)
    stronger.close()


async def test_guessing_is_slowed_down(school):
    passwords = cheap_passwords()
    strict = logins_of(school, passwords, per_minute=2)
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            await strict.sign_in(EMAIL, "guess", ADDRESS)

    with pytest.raises(RateLimited):
        await strict.sign_in(EMAIL, PASSWORD, ADDRESS)
    passwords.close()


async def test_without_a_signer_there_are_no_tokens(school):
    passwords = cheap_passwords()
    mute = logins_of(school, passwords, signs=False)

    with pytest.raises(NotFound):
        await mute.sign_in(EMAIL, PASSWORD, ADDRESS)
    with pytest.raises(NotFound):
        await mute.refresh("x")
    passwords.close()


async def test_only_the_digest_of_a_refresh_token_is_kept(school):
    tokens = await sign_in(school)

    assert await school.db.read(logins.token, tokens.refresh) is None
    assert await school.db.read(logins.token, digest(tokens.refresh))


# Signing out


async def test_signing_out_ends_the_login_and_is_told_once(school):
    tokens = await sign_in(school)
    await school.logins.sign_out(tokens.refresh)
    await school.logins.sign_out(tokens.refresh)

    sid = sid_of(school, tokens)
    assert await school.is_revoked(school.olena, sid)
    assert [event.data["sid"] for event in school.events] == [sid]


async def test_a_spent_token_signs_out_too(school):
    first = await sign_in(school)
    second = await school.logins.refresh(first.refresh)
    await school.logins.sign_out(first.refresh)

    with pytest.raises(Unauthenticated):
        await school.logins.refresh(second.refresh)


async def test_an_unknown_token_signs_nobody_out(school):
    with pytest.raises(Unauthenticated):
        await school.logins.sign_out("rtr_unknown")


async def test_signing_out_everywhere_ends_every_login(school):
    first, second = [await sign_in(school) for _ in range(2)]
    await school.logins.sign_out(first.refresh, everywhere=True)

    for tokens in (first, second):
        with pytest.raises(Unauthenticated):
            await school.logins.refresh(tokens.refresh)
    assert ("user", school.olena.id) in school.told()


async def test_a_login_that_ended_signs_nobody_out_elsewhere(school):
    first, second = [await sign_in(school) for _ in range(2)]
    await school.logins.sign_out(first.refresh)

    with pytest.raises(Unauthenticated):
        await school.logins.sign_out(first.refresh, everywhere=True)
    assert await school.logins.refresh(second.refresh)
