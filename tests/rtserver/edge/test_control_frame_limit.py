"""Frames that carry nothing: free in small numbers, the end when they don't stop."""

from dataclasses import replace

import pytest

from rtserver.edge.control_frame_limit import ControlFrameLimit
from rtserver.edge.limits import EdgeLimits
from rtserver.errors import CloseCode, Disconnect
from rtserver.limits import MAX_REST
from tests.fakes import FakeClock

LIMITS = EdgeLimits(1 << 20, 1 << 20, frame_rate=10, frame_burst=100, over_seconds=5)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def limit(clock):
    return ControlFrameLimit(LIMITS, clock.monotonic)


def count(limit, frames):
    """Count so many; return the longest rest that was asked for."""
    return max(limit.count() for _ in range(frames))


def test_burst_of_many_passes(limit):
    assert count(limit, 100) == 0


def test_over_the_rate_reading_has_to_rest_in_the_middle_of_a_read(limit):
    count(limit, 100)

    assert limit.count() == pytest.approx(0.1)


def test_no_rest_is_so_long_that_it_would_pass_for_a_let_up(clock):
    limit = ControlFrameLimit(replace(LIMITS, frame_rate=0.001), clock.monotonic)

    assert count(limit, 101) == MAX_REST


def test_many_over_the_rate_are_borne_for_a_while_and_then_the_end(limit, clock):
    for _ in range(10):
        count(limit, 200)
        clock.advance(0.5)

    with pytest.raises(Disconnect) as ended:
        count(limit, 200)

    assert ended.value.code == CloseCode.OVER_RATE


def test_who_lets_up_may_go_on(limit, clock):
    for _ in range(30):
        assert count(limit, 50) == 0
        clock.advance(5)
