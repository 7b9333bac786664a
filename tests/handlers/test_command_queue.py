"""Commands wait in order, and not without end."""

import pytest

from handlers.command_queue import (
    MAX_WAITING,
    MAX_WAITING_BYTES,
    CommandQueue,
    Received,
)
from rtserver.input.decode import BadFrame


@pytest.mark.parametrize(
    ("size", "count"), [(1, MAX_WAITING), (262_144, 2), (MAX_WAITING_BYTES, 1)]
)
def test_it_is_full_by_number_or_by_bytes(size: int, count: int) -> None:
    queue = CommandQueue()

    for number in range(count):
        assert not queue.full
        queue.push(Received(b"x" * size, float(number), 0.0))

    assert queue.full
    queue.pop()
    assert not queue.full


def test_a_frame_is_read_once() -> None:
    good = Received(b'{"type":"ping","id":1}', 0.0, 0.0)
    bad = Received(b"[]", 0.0, 0.0)

    assert good.read() is good.read()
    faults = []
    for _ in range(2):
        with pytest.raises(BadFrame) as caught:
            bad.read()
        faults.append(caught.value)
    assert faults[0] is faults[1]


def test_the_first_comes_out_first() -> None:
    queue = CommandQueue()
    assert queue.first is None
    for word in (b"one", b"two"):
        queue.push(Received(word, 0.0, 0.0))

    assert queue.first is not None
    assert queue.first.frame == b"one"
    assert [queue.pop().frame, queue.pop().frame] == [b"one", b"two"]
    assert queue.empty
