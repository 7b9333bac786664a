"""Whoever sends too much is read more slowly, and nobody else notices."""

import pytest

from handlers.pace import OVER_RATE_SECONDS, Pace
from rtserver.access.allowances import (
    BYTES_AT_ONCE,
    BYTES_PER_SECOND,
    REFUSALS_AT_ONCE,
    Allowances,
)
from rtserver.limits import LET_UP, MAX_REST
from rtserver.settings.model import Settings

LIMITS = Settings().limits
BURST = LIMITS.commands_burst


class Resting:
    """A connection that writes down how long it is to rest."""

    def __init__(self, rests: list[float]) -> None:
        self.rest_reading = rests.append


@pytest.fixture
def rests() -> list[float]:
    """How long it was to be rested."""
    return []


@pytest.fixture
def allowances() -> Allowances:
    return Allowances(LIMITS)


@pytest.fixture
def pace(allowances: Allowances, rests: list[float]) -> Pace:
    return Pace(allowances, Resting(rests))


def test_within_the_rate_nobody_rests(pace: Pace, rests: list[float]) -> None:
    assert not any(pace.take(0.0, 20_000) for _ in range(BURST))
    assert not any(pace.take(1.0 + n / 100, 20_000) for n in range(100))
    assert rests == []


def test_some_refusals_are_answered_at_once_and_then_as_fast_as_the_rate(
    pace: Pace, rests: list[float]
) -> None:
    for _ in range(BURST + REFUSALS_AT_ONCE):
        pace.take(0.0, 10)
    assert rests == []

    assert pace.take(0.0, 10) == pytest.approx(0.01)
    assert rests == pytest.approx([0.01])


def test_long_frames_come_as_fast_as_they_may_and_all_are_served(
    pace: Pace, rests: list[float]
) -> None:
    for _ in range(BYTES_AT_ONCE // 262_144):
        assert pace.take(0.0, 262_144) == 0
    assert rests == []

    assert pace.take(0.0, 262_144) == 0
    assert rests == [262_144 / BYTES_PER_SECOND]


def test_long_frames_that_are_refused_count_for_more(
    pace: Pace, rests: list[float]
) -> None:
    for _ in range(BURST):
        pace.take(0.0, 10)
    for _ in range(2):
        pace.take(0.0, 262_144)

    assert rests == pytest.approx([0.3])


def test_no_rest_is_so_long_that_it_would_pass_for_a_let_up(
    pace: Pace, rests: list[float]
) -> None:
    pace.unreadable(100_000_000)
    for _ in range(BURST + 1):
        pace.take(0.0, 100_000_000)

    assert set(rests) == {MAX_REST}
    assert MAX_REST < LET_UP


def test_what_is_no_command_costs_by_its_length(pace: Pace, rests: list[float]) -> None:
    for size in (128, 65_536):
        pace.unreadable(size)

    assert rests == pytest.approx([1 / 1024, 0.5])


def test_refusals_without_let_up_end_it(pace: Pace) -> None:
    steps = int(OVER_RATE_SECONDS / 0.5)

    assert [pace.refuse(n * 0.5) for n in range(steps + 1)] == [False] * steps + [True]
    assert not pace.refuse(OVER_RATE_SECONDS + LET_UP + 0.1)


def test_too_many_bad_requests_are_told(pace: Pace) -> None:
    told = [pace.bad_request(0.0) for _ in range(LIMITS.bad_frames + 1)]

    assert told == [False] * LIMITS.bad_frames + [True]


def signed_in(allowances: Allowances, user: int, rests: list[float]) -> Pace:
    pace = Pace(allowances, Resting(rests))
    pace.signed_in(user, 0.0)
    return pace


def test_all_connections_of_a_user_share_one_rate_and_others_have_theirs(
    allowances: Allowances, rests: list[float]
) -> None:
    phone, laptop = [signed_in(allowances, 7, rests) for _ in range(2)]
    for _ in range(BURST // 2):
        assert phone.take(0.0, 10) == laptop.take(0.0, 10) == 0

    assert phone.take(0.0, 10) == laptop.take(0.0, 10) == pytest.approx(0.01)
    assert signed_in(allowances, 7, rests).take(0.0, 10)
    assert not signed_in(allowances, 8, rests).take(0.0, 10)


def test_whoever_is_refused_on_many_connections_rests_on_each_of_them(
    allowances: Allowances, rests: list[float]
) -> None:
    many = [signed_in(allowances, 7, rests) for _ in range(16)]
    for _ in range(BURST + REFUSALS_AT_ONCE):
        many[0].take(0.0, 10)
    assert rests == []

    for each in many:
        each.take(0.0, 10)

    assert rests == pytest.approx([n / 100 for n in range(1, 17)])


def test_what_was_sent_before_the_sign_in_counts_as_the_users(
    allowances: Allowances, pace: Pace, rests: list[float]
) -> None:
    for _ in range(BURST // 2):
        pace.take(0.0, 10)
    pace.signed_in(7, 0.0)
    other = signed_in(allowances, 7, rests)

    assert not any(other.take(0.0, 10) for _ in range(BURST // 2))
    assert other.take(0.0, 10)


def test_one_connection_over_the_rate_is_not_the_end_of_the_others(
    allowances: Allowances, rests: list[float]
) -> None:
    laptop, phone = [signed_in(allowances, 7, rests) for _ in range(2)]
    for n in range(40):
        ended = laptop.refuse(n * 0.5)

    assert ended
    assert not phone.refuse(20.0)
