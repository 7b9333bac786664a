import pytest

from rtserver.accounts.login_limiter import MAX_ENTRIES, LoginLimiter
from rtserver.errors import RateLimited
from tests.fakes import FakeClock

LIMIT = 10


def refused(limiter, address="192.0.2.1", account="a@b.c"):
    try:
        limiter.check(address, account)
    except RateLimited as error:
        return error.retry_after
    return 0.0


def drained(limiter, **who):
    """Try until refused, and return how many tries passed."""
    return next(count for count in range(1000) if refused(limiter, **who))


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def limiter(clock):
    return LoginLimiter(LIMIT, clock)


def test_an_account_from_one_address_has_its_tries_a_minute(limiter, clock):
    assert drained(limiter) == LIMIT

    clock.advance(refused(limiter))

    assert refused(limiter) == 0


def test_case_and_ports_make_no_new_account_or_address(limiter):
    drained(limiter)

    assert refused(limiter, address="::ffff:192.0.2.1", account="A@B.C ")


def test_a_strangers_guesses_do_not_lock_out_the_owner(limiter):
    drained(limiter, address="203.0.113.9")

    assert not refused(limiter)


def test_a_class_may_sign_in_from_one_address(limiter):
    assert not any(refused(limiter, account=f"{n}@b.c") for n in range(30))


def test_one_address_may_not_try_account_after_account(limiter):
    tries = [refused(limiter, account=f"{n}@b.c") for n in range(51)]

    assert [bool(wait) for wait in tries] == [False] * 50 + [True]


def test_many_addresses_may_not_try_one_account_without_end(limiter):
    tries = [refused(limiter, address=f"192.0.2.{n}") for n in range(51)]

    assert [bool(wait) for wait in tries] == [False] * 50 + [True]


def test_one_ipv6_household_is_one_address(limiter):
    drained(limiter, address="2001:db8::1")

    assert refused(limiter, address="2001:db8::2")
    assert not refused(limiter, address="2001:db8:0:1::1")


def test_the_limiter_forgets_the_oldest_and_keeps_no_address(limiter):
    for n in range(MAX_ENTRIES // 2):
        limiter.check(f"10.0.{n >> 8}.{n & 255}", f"{n}@school.example")

    assert len(limiter) == MAX_ENTRIES
    assert "school" not in repr(vars(limiter))


def test_tries_at_a_users_password_and_sign_ins_are_counted_apart(limiter):
    """Also of an account that is named as the user would be."""
    drained(limiter, address="user 5", account="user 5")
    drained(limiter, address="user:5", account="5")

    for _ in range(LIMIT):
        limiter.check_user(5, by="user:5")
    with pytest.raises(RateLimited):
        limiter.check_user(5, by="user:5")

    assert not refused(limiter, account="user:5")
    limiter.check_user(5, by="api_key:5")
    limiter.check_user(6, by="user:5")


@pytest.mark.parametrize("account", ["", "\ud800", "\0", "a" * 100_000])
def test_no_account_or_address_makes_it_fail(limiter, account):
    limiter.check(account, account)
