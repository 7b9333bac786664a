"""At most once per interval and key."""

from rtserver.throttle import Throttle


def test_key_passes_once_per_interval() -> None:
    throttle = Throttle(3.0)

    passed = [throttle.take("a", now) for now in (0.0, 1.0, 2.9, 3.0, 5.9, 6.0)]

    assert passed == [True, False, False, True, False, True]


def test_keys_do_not_stand_in_each_others_way() -> None:
    throttle = Throttle(3.0)

    assert [throttle.take(key, 0.0) for key in "aba"] == [True, True, False]


def test_old_keys_are_forgotten() -> None:
    throttle = Throttle(3.0)
    for n in range(100):
        throttle.take(n, float(n))

    assert len(throttle) <= 3
