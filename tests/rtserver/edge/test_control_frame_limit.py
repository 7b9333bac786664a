"""Frames that carry nothing: free in small numbers, the end when they don't stop."""

import pytest

from rtserver.edge.control_frame_limit import ControlFrameLimit
from rtserver.edge.limits import EdgeLimits
from rtserver.errors import CloseCode, Disconnect
from tests.fakes import FakeClock

FREE = 16
LIMITS = EdgeLimits(1 << 20, 1 << 20, frame_rate=10, frame_burst=100, over_seconds=5)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def limit(clock):
    return ControlFrameLimit(LIMITS, clock.monotonic)


def test_few_of_each_read_are_free_however_often(limit):
    for _ in range(10_000):
        limit.count(FREE)


def test_burst_of_many_passes(limit):
    limit.count(100)


def test_many_over_the_rate_are_borne_for_a_while_and_then_the_end(limit, clock):
    for _ in range(10):
        limit.count(200)
        clock.advance(0.5)

    with pytest.raises(Disconnect) as ended:
        limit.count(200)

    assert ended.value.code == CloseCode.OVER_RATE


def test_who_lets_up_may_go_on(limit, clock):
    for _ in range(30):
        limit.count(50)
        clock.advance(5)
