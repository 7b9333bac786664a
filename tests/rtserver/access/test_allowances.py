"""What a user may send is theirs, however many connections they have or had."""

import pytest

from rtserver.access.allowances import (
    BYTES_AT_ONCE,
    MAX_WAIT,
    REPLAYED_AT_ONCE,
    REPLAYED_PER_SECOND,
    SHORT,
    Allowance,
    Allowances,
)
from rtserver.settings.model import Settings

LIMITS = Settings().limits


def sign_in(allowances: Allowances, user_id: int, now: float = 0.0) -> Allowance:
    return allowances.of_user(user_id, allowances.of_nobody(), now)


def test_a_user_who_comes_anew_has_what_they_left() -> None:
    allowances = Allowances(LIMITS)
    for _ in range(LIMITS.commands_burst):
        assert not sign_in(allowances, 7).take(0.0)

    assert sign_in(allowances, 7).take(0.0) == pytest.approx(0.01)
    assert not sign_in(allowances, 7).take(0.01)


def test_those_who_signed_in_last_are_remembered() -> None:
    allowances = Allowances(LIMITS, most_users=2)
    first, second = [sign_in(allowances, id) for id in (1, 2)]
    assert sign_in(allowances, 1) is first

    sign_in(allowances, 3)

    assert sign_in(allowances, 1) is first
    assert sign_in(allowances, 2) is not second


def test_what_came_before_the_sign_in_counts() -> None:
    allowances = Allowances(LIMITS)
    for _ in range(2):
        guest = allowances.of_nobody()
        for _ in range(LIMITS.commands_burst // 2):
            assert not guest.take(0.0)
        allowance = allowances.of_user(7, guest, 0.0)

    assert allowance.take(0.0)


def test_nobody_shares_with_nobody() -> None:
    allowances = Allowances(LIMITS)

    assert allowances.of_nobody() is not allowances.of_nobody()


def test_only_long_frames_count_by_their_length() -> None:
    allowance = Allowances(LIMITS).of_nobody()

    assert not any(
        allowance.read(0.0, SHORT) for _ in range(2 * BYTES_AT_ONCE // SHORT)
    )
    assert not allowance.read(0.0, BYTES_AT_ONCE)
    assert allowance.read(0.0, SHORT + 1)


def test_whoever_was_sent_very_much_again_waits_for_more() -> None:
    allowances = Allowances(LIMITS)
    for user_id in (7, 8):
        sign_in(allowances, user_id)

    allowances.replayed(7, 0.0, REPLAYED_AT_ONCE)
    enough = allowances.replay_wait(7, 0.0)
    allowances.replayed(7, 0.0, int(REPLAYED_PER_SECOND))

    assert (enough, allowances.replay_wait(7, 0.0)) == (0, 1)
    assert allowances.replay_wait(7, 1.0) == allowances.replay_wait(8, 0.0) == 0
    allowances.replayed(7, 1.0, 10 * REPLAYED_AT_ONCE)
    assert allowances.replay_wait(7, 1.0) == MAX_WAIT


def test_of_who_is_not_here_nothing_is_remembered() -> None:
    allowances = Allowances(LIMITS)

    allowances.replayed(7, 0.0, 10 * REPLAYED_AT_ONCE)

    assert allowances.replay_wait(7, 0.0) == 0
