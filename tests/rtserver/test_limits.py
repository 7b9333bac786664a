import gc
import weakref

import pytest

from rtserver.limits import BadFrameCounter, LeastPace, Overrun, Slots, TokenBucket


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


def test_what_is_missing_comes_back_in_time():
    bucket = TokenBucket(rate=10, burst=20)
    bucket.take(0.0, 15)

    assert [bucket.missing(now) for now in (0.0, 1.0, 9.0)] == [15, 5, 0]


def test_asking_for_the_wait_does_not_count():
    bucket = TokenBucket(rate=1, burst=1)

    assert [bucket.wait(0.0), bucket.wait(0.0), bucket.take(0.0)] == [0, 0, 0]


def test_what_is_spent_beyond_the_level_has_to_be_made_up():
    bucket = TokenBucket(rate=10, burst=20)

    assert [bucket.spend(0.0, 15) for _ in range(3)] == [0, 1, 2.5]
    assert bucket.spend(2.5, 0) == 0
    assert bucket.take(2.5) > 0


def test_refusals_without_a_let_up_are_timed():
    overrun = Overrun()

    over = [overrun.refuse(100 + n / 2) for n in range(21)]

    assert over == [n / 2 for n in range(21)]


def test_a_let_up_of_over_a_second_starts_the_time_again():
    overrun = Overrun()

    over = [overrun.refuse(now) for now in (100.1, 101.0, 102.4, 102.5)]

    assert over == pytest.approx([0, 0.9, 0, 0.1])


def test_more_bad_frames_than_the_limit_in_a_minute_are_too_many():
    counter = BadFrameCounter(limit=3)

    assert [counter.hit(now) for now in (0, 1, 2, 59)] == [False, False, False, True]


def test_bad_frames_are_forgotten_after_a_minute():
    counter = BadFrameCounter(limit=3)

    assert not any(counter.hit(now) for now in range(0, 600, 20))


def test_each_has_so_many_slots_and_gets_them_back():
    slots = Slots(2)

    assert [slots.take(7) for _ in range(3)] == [True, True, False]
    assert slots.take(8)

    slots.give_back(7)

    assert [slots.take(7) for _ in range(2)] == [True, False]


class Somebody:
    """Whoever has a slot; unlike a number, one sees whether it is kept."""


def test_who_has_nothing_under_way_is_forgotten():
    slots, somebody = Slots(1), Somebody()
    slots.take(somebody)
    slots.give_back(somebody)

    kept = weakref.ref(somebody)
    del somebody
    gc.collect()
    assert kept() is None


def test_who_is_slow_for_a_whole_window_is_too_slow():
    pace = LeastPace(rate=10, window=60, now=0)

    assert pace.came(29, 1)
    assert not pace.came(60, 598)


def test_a_pause_within_a_window_is_made_up():
    pace = LeastPace(rate=10, window=60, now=0)

    assert pace.came(1, 1) and pace.came(50, 1) and pace.came(60, 598)


def test_every_window_counts_by_itself():
    pace = LeastPace(rate=10, window=60, now=0)

    assert pace.came(60, 1_000_000)
    assert not pace.came(120, 1)


def test_time_in_which_nothing_is_waited_for_does_not_count():
    pace = LeastPace(rate=10, window=60, now=0)
    assert pace.came(1, 10)

    pace.wait(1000)

    assert pace.came(1050, 10)
    assert not pace.came(1060, 10)
