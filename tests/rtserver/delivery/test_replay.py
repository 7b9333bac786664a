"""What an ack says of a replay, or of why there is none."""

from rtserver.clock import Clock
from rtserver.delivery.messages import Publication
from rtserver.delivery.replay import Missed, Replay
from rtserver.delivery.wire import MAX_PIECE, EventText


def event(seq: int, size: int) -> Publication:
    payload = b'"%b"' % (b"x" * size)
    return Publication("board.patch", payload, Clock().now(), seq=seq)


def test_replay_says_that_all_is_there_even_where_nothing_was_missed():
    assert Replay().recovery == {"recovered": True}


def test_what_isnt_replayed_has_a_reason():
    replay = Replay(reason="trimmed")

    assert replay.events == ()
    assert replay.recovery == {"recovered": False, "reason": "trimmed"}


def test_short_frames_are_built_once_for_all():
    events = [event(1, 10), event(2, 10)]
    missed = Missed("board:lesson:3", events)

    first, second = list(missed.frames()), list(missed.frames())

    assert first == [EventText(each).frame("board:lesson:3") for each in events]
    assert all(one is other for one, other in zip(first, second, strict=True))


def test_long_ones_are_built_as_the_socket_drains():
    events = [event(1, MAX_PIECE), event(2, 10)]
    missed = Missed("board:lesson:3", events)

    frames = missed.frames()

    assert next(frames) == EventText(events[0]).frame("board:lesson:3")
    assert missed.size == MAX_PIECE + 10 + 4
