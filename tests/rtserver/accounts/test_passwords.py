import asyncio
import time
import unicodedata

import pytest

from rtserver.accounts.passwords import MEMORY_KIB, PASSES, Passwords, clean_password
from rtserver.errors import Invalid, RateLimited


@pytest.fixture
def passwords():
    passwords = Passwords(threads=1, most_waiting=2, passes=1, memory_kib=64)
    yield passwords
    passwords.close()


@pytest.fixture(scope="module")
def real():
    passwords = Passwords()
    yield passwords
    passwords.close()


def test_a_hash_has_the_parameters_that_were_chosen(real):
    hashed = real.hash_now("correct horse")

    assert hashed.startswith(f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p=1$")


async def test_only_the_password_itself_is_right(passwords):
    hashed = await passwords.hash("correct horse")

    assert await passwords.verify(hashed, "correct horse")
    assert not await passwords.verify(hashed, "correct horsf")


async def test_two_hashes_of_a_password_differ(passwords):
    assert await passwords.hash("correct horse") != await passwords.hash(
        "correct horse"
    )


async def test_a_composed_letter_is_the_same_as_its_parts(passwords):
    hashed = await passwords.hash(unicodedata.normalize("NFD", "їжакїжак"))

    assert await passwords.verify(hashed, unicodedata.normalize("NFC", "їжакїжак"))


@pytest.mark.parametrize("hashed", [None, "", "x", "$argon2id$v=19$broken", "ї"])
@pytest.mark.parametrize("password", ["", "x", "\ud800", "x" * 100_000])
def test_nothing_is_right_where_there_is_no_good_hash(passwords, hashed, password):
    assert not passwords.verify_now(hashed, password)


@pytest.mark.parametrize("password", ["a" * 257, "\ud800"])
def test_an_impossible_password_is_never_right(passwords, password):
    for kept in ("", "a" * 256, "a" * 257):
        assert not passwords.verify_now(passwords.hash_now(kept), password)


def test_an_unknown_account_takes_as_long_as_a_known_one(real):
    hashed = real.hash_now("correct horse")

    def seconds(candidate):
        start = time.thread_time()
        real.verify_now(candidate, "wrong horse")
        return time.thread_time() - start

    known = min(seconds(hashed) for _ in range(3))
    unknown = min(seconds(None) for _ in range(3))

    assert unknown > known / 2


def test_a_hash_with_other_parameters_needs_another(passwords, real):
    assert real.needs_rehash(passwords.hash_now("correct horse"))
    assert not real.needs_rehash(real.hash_now("correct horse"))


async def test_the_loop_runs_on_while_a_password_is_hashed(real):
    work = asyncio.ensure_future(real.hash("correct horse"))
    turns = 0

    while not work.done():
        turns += 1
        await asyncio.sleep(0)  # one turn of the loop

    assert turns > 10


async def test_too_many_at_once_are_told_to_come_again(passwords):
    hashes = [passwords.hash("correct horse") for _ in range(4)]

    results = await asyncio.gather(*hashes, return_exceptions=True)

    assert [type(result) for result in results] == [str, str, str, RateLimited]
    assert await passwords.hash("correct horse")


async def test_whoever_gives_up_makes_room(passwords):
    for _ in range(10):
        task = asyncio.ensure_future(passwords.hash("correct horse"))
        await asyncio.sleep(0)  # lets the task start
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    assert await passwords.hash("correct horse")


@pytest.mark.parametrize("value", ["12345678", "я" * 256, "пароль з пробілами\0"])
def test_a_password_of_a_fair_length_is_taken_as_it_is(value):
    assert clean_password(value) == value


@pytest.mark.parametrize("value", ["", "1234567", "x" * 257, "\ud800" * 9])
def test_any_other_password_is_refused_without_repeating_it(value):
    with pytest.raises(Invalid) as caught:
        clean_password(value)

    assert caught.value.faults[0].path == "password"
    assert not value or value not in caught.value.message
