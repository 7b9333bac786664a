import pytest

from rtserver.limits import BadFrameCounter, RateGuard, TokenBucket


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


def test_what_is_spent_beyond_the_level_has_to_be_made_up():
    bucket = TokenBucket(rate=10, burst=20)

    assert [bucket.spend(0.0, 15) for _ in range(3)] == [0, 1, 2.5]
    assert bucket.spend(2.5, 0) == 0
    assert bucket.take(2.5) > 0


def send(guard, times):
    """Return for how long there was no let-up, for each time that it was refused."""
    return [guard.refuse(now) for now in times if guard.take(now)]


def test_a_connection_within_its_rate_is_never_over_it():
    guard = RateGuard(rate=10, burst=1)

    assert send(guard, [n / 10 for n in range(200)]) == []


def test_a_connection_over_its_rate_without_let_up_is_timed():
    guard = RateGuard(rate=10, burst=1)

    over = send(guard, [100 + n / 20 for n in range(201)])

    assert over == sorted(over)
    assert over[-1] == pytest.approx(10, abs=0.2)


def test_a_let_up_of_over_a_second_starts_the_time_again():
    guard = RateGuard(rate=0.001, burst=1)

    over = send(guard, [100.0, 100.1, 101.0, 102.4, 102.5])

    assert over == pytest.approx([0, 0.9, 0, 0.1])


def test_more_bad_frames_than_the_limit_in_a_minute_are_too_many():
    counter = BadFrameCounter(limit=3)

    assert [counter.hit(now) for now in (0, 1, 2, 59)] == [False, False, False, True]


def test_bad_frames_are_forgotten_after_a_minute():
    counter = BadFrameCounter(limit=3)

    assert not any(counter.hit(now) for now in range(0, 600, 20))
