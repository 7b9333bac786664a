import pytest

from rtserver.errors import RateLimited
from rtserver.limits import (
    MAX_ENTRIES,
    BadFrameCounter,
    LoginLimiter,
    RateGuard,
    TokenBucket,
)
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


def test_a_burst_passes_and_the_next_is_told_when():
    bucket = TokenBucket(rate=10, burst=3)

    assert [bucket.take(5.0) for _ in range(3)] == [0, 0, 0]
    assert bucket.take(5.0) == pytest.approx(0.1)


def test_whoever_waits_as_long_as_told_passes():
    bucket = TokenBucket(rate=3, burst=1)
    now = 1000.0
    for _ in range(100):
        assert bucket.take(now) == 0
        now += bucket.take(now)


def test_a_bucket_never_holds_more_than_its_burst():
    bucket = TokenBucket(rate=10, burst=2)

    bucket.take(0.0)

    assert [bool(bucket.take(1000.0)) for _ in range(3)] == [False, False, True]


def test_a_refused_one_does_not_count():
    bucket = TokenBucket(rate=1, burst=1)
    bucket.take(0.0)

    for _ in range(10):
        bucket.take(0.5)

    assert bucket.take(1.0) == 0


def test_several_at_once_pass_or_are_refused_together():
    bucket = TokenBucket(rate=10, burst=5)

    assert bucket.take(0.0, 3) == 0
    assert bucket.take(0.0, 3) == pytest.approx(0.1)
    assert bucket.take(0.0, 2) == 0
    assert bucket.take(0.5, 6) == pytest.approx(0.1)


def test_asking_for_the_wait_does_not_count():
    bucket = TokenBucket(rate=1, burst=1)

    assert [bucket.wait(0.0), bucket.wait(0.0), bucket.take(0.0)] == [0, 0, 0]


def send(guard, times):
    for now in times:
        guard.take(now)


def test_a_connection_within_its_rate_is_never_over_it():
    guard = RateGuard(rate=10, burst=1)

    send(guard, [n / 10 for n in range(200)])

    assert guard.over_for(20.0) == 0


def test_a_connection_over_its_rate_without_let_up_is_timed():
    guard = RateGuard(rate=10, burst=1)

    send(guard, [100 + n / 20 for n in range(201)])

    assert guard.over_for(110.0) == pytest.approx(10, abs=0.2)


def test_a_let_up_of_over_a_second_starts_the_time_again():
    guard = RateGuard(rate=1, burst=1)
    send(guard, [100.0, 100.1, 101.0, 102.4])

    guard.take(102.5)

    assert guard.over_for(102.5) == 0
    assert guard.over_for(103.0) == pytest.approx(0.5)


def test_a_connection_that_has_let_up_is_not_over():
    guard = RateGuard(rate=1, burst=1)

    send(guard, [100.0, 100.1])

    assert guard.over_for(100.5) > 0
    assert guard.over_for(102.0) == 0


def test_more_bad_frames_than_the_limit_in_a_minute_are_too_many():
    counter = BadFrameCounter(limit=3)

    assert [counter.hit(now) for now in (0, 1, 2, 59)] == [False, False, False, True]


def test_bad_frames_are_forgotten_after_a_minute():
    counter = BadFrameCounter(limit=3)

    assert not any(counter.hit(now) for now in range(0, 600, 20))


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


@pytest.mark.parametrize("account", ["", "\ud800", "\0", "a" * 100_000])
def test_no_account_or_address_makes_it_fail(limiter, account):
    limiter.check(account, account)
