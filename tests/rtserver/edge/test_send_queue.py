import gc
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtserver.edge.send_queue import Outbox

ALL = 1 << 20


def test_frames_are_taken_in_order():
    outbox = Outbox()
    outbox.push(b"one ")
    outbox.push(b"two")

    assert outbox.queued_bytes == 7
    assert outbox.take(ALL) == b"one two"
    assert outbox.empty
    assert outbox.queued_bytes == 0


def test_taking_stops_at_the_budget():
    outbox = Outbox()
    for frame in (b"aaa", b"bbb", b"ccc"):
        outbox.push(frame)

    assert outbox.take(4) == b"aaabbb"
    assert outbox.queued_bytes == 3
    assert outbox.take(1) == b"ccc"


def test_latest_replaces_an_unsent_one_in_its_place():
    outbox = Outbox()
    replaced = [outbox.push_latest("x", b"old")]
    outbox.push(b" then ")
    replaced.append(outbox.push_latest("x", b"newer"))
    replaced.append(outbox.push_latest("y", b" other"))

    assert replaced == [False, True, False]
    assert outbox.queued_bytes == len(b"newer then  other")
    assert outbox.take(ALL) == b"newer then  other"


def test_latest_that_was_taken_is_not_replaced():
    outbox = Outbox()
    outbox.push_latest("x", b"1")
    outbox.push(b"2")
    assert outbox.take(1) == b"1"

    assert not outbox.push_latest("x", b"3")

    assert outbox.take(ALL) == b"23"
    assert outbox.queued_bytes == 0


def test_stream_is_pulled_only_as_it_is_taken():
    pulled = []
    outbox = Outbox()
    outbox.push_stream(pulled.append(n) or b"%d" % n for n in range(9))

    assert outbox.take(3) == b"012"
    assert pulled == [0, 1, 2]
    assert outbox.take(ALL) == b"345678"


def test_frames_keep_their_place_around_a_stream():
    outbox = Outbox()
    outbox.push(b"ack ")
    outbox.push_stream(iter([b"replay ", b"replay "]))
    outbox.push(b"live")

    assert outbox.queued_bytes == len(b"ack live")
    assert [outbox.take(5) for _ in range(3)] == [b"ack replay ", b"replay ", b"live"]
    assert outbox.empty


def test_control_frames_overtake_messages_but_not_each_other():
    outbox = Outbox()
    outbox.push_stream(iter([b"1", b"2", b"3"]))
    outbox.push(b"4")
    assert outbox.take(1) == b"1"

    outbox.push_control(b"a")
    outbox.push_control(b"b")

    assert outbox.take(1) == b"a"
    outbox.push_control(b"c")
    assert outbox.take(ALL) == b"bc234"
    assert outbox.queued_bytes == 0


def test_mark_is_reached_when_all_before_it_was_taken():
    reached = []
    outbox = Outbox()
    outbox.push(b"one")
    outbox.push_mark(lambda: reached.append("mark"))
    outbox.push(b"two")

    assert outbox.take(1) == b"one"
    assert outbox.take_reached() == []
    assert outbox.take(1) == b"two"
    [callback] = outbox.take_reached()
    callback()
    assert reached == ["mark"]
    assert outbox.take_reached() == []


def test_exhausted_stream_gives_no_bytes_and_leaves_nothing():
    outbox = Outbox()
    outbox.push_stream(iter(()))

    assert not outbox.empty
    assert outbox.take(ALL) == b""
    assert outbox.empty


def test_error_of_a_stream_passes_and_clearing_heals():
    outbox = Outbox()
    outbox.push(b"one")
    outbox.push_stream(b"%d" % (1 // n) for n in [0])
    with pytest.raises(ZeroDivisionError):
        outbox.take(ALL)

    outbox.clear()
    outbox.push(b"two")

    assert outbox.queued_bytes == 3
    assert outbox.take(ALL) == b"two"


def test_clearing_drops_everything():
    outbox = Outbox()
    outbox.push_control(b"ping")
    outbox.push_latest("x", b"1")
    outbox.push_stream(iter([b"2"]))
    outbox.push_mark(lambda: None)
    outbox.clear()

    assert outbox.empty
    assert outbox.queued_bytes == 0
    outbox.push_latest("x", b"3")
    assert outbox.take(ALL) == b"3"
    assert outbox.take_reached() == []


def test_idle_outbox_is_small():
    outbox = Outbox()
    outbox.push_latest("x", b"1")
    outbox.take(ALL)
    held = [outbox, *gc.get_referents(outbox)]

    assert sum(sys.getsizeof(each) for each in held if each is not Outbox) < 400


PUSHES = st.lists(
    st.one_of(
        st.tuples(st.just("push"), st.binary(max_size=9)),
        st.tuples(st.just("stream"), st.lists(st.binary(max_size=9))),
        st.tuples(st.just("take"), st.integers(1, 20)),
    )
)


@given(PUSHES)
def test_every_byte_comes_out_once_and_in_order(steps):
    outbox, pushed, taken = Outbox(), b"", b""
    for step, value in steps:
        if step == "push":
            outbox.push(value)
            pushed += value
        elif step == "stream":
            outbox.push_stream(iter(value))
            pushed += b"".join(value)
        else:
            taken += outbox.take(value)
    while not outbox.empty:
        taken += outbox.take(7)

    assert taken == pushed
    assert outbox.queued_bytes == 0
