"""The limit on open files: raised as far as need be, and counted with a reserve."""

import resource
from collections.abc import Iterator

import pytest

from rtserver.process import file_limit

LOW = 500


@pytest.fixture(autouse=True)
def low() -> Iterator[int]:
    """A limit of 500 for the time of a test; give what may be reached."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (LOW, hard))
    yield hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def limit() -> int:
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def test_a_limit_that_is_high_enough_is_left_alone() -> None:
    assert file_limit.raise_to(LOW) == LOW
    assert limit() == LOW


def test_a_limit_that_is_too_low_is_raised_as_far_as_it_goes(low: int) -> None:
    assert file_limit.raise_to(LOW + 1) == file_limit.highest()
    assert limit() == low


def test_what_is_out_of_reach_is_told_and_no_error() -> None:
    assert file_limit.raise_to(2**31) == file_limit.highest()


def test_the_connections_that_need_a_limit_fit_into_it() -> None:
    connections = LOW - file_limit.RESERVE

    assert file_limit.needed(connections) == LOW
    for most in (connections, 10 * connections):
        sockets = file_limit.most_sockets(most)
        assert connections < sockets < LOW


def test_sockets_are_bounded_by_the_settings_where_the_system_allows_more() -> None:
    room = file_limit.RESERVE // 2

    assert file_limit.most_sockets(10) == 10 + room
