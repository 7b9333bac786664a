import gc
import sys
import weakref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtserver.edge.send_queue import SendQueue

ALL = 1 << 20


def test_frames_are_taken_in_order():
    queue = SendQueue()
    queue.push(b"one ")
    queue.push(b"two")

    assert queue.queued_bytes == 7
    assert queue.take(ALL) == b"one two"
    assert queue.empty
    assert queue.queued_bytes == 0


def test_taking_stops_at_the_budget():
    queue = SendQueue()
    for frame in (b"aaa", b"bbb", b"ccc"):
        queue.push(frame)

    assert queue.take(4) == b"aaabbb"
    assert queue.queued_bytes == 3
    assert queue.take(1) == b"ccc"


def test_latest_replaces_an_unsent_one_in_its_place():
    queue = SendQueue()
    replaced = [queue.push_latest("x", b"old")]
    queue.push(b" then ")
    replaced.append(queue.push_latest("x", b"newer"))
    replaced.append(queue.push_latest("y", b" other"))

    assert replaced == [False, True, False]
    assert queue.queued_bytes == len(b"newer then  other")
    assert queue.take(ALL) == b"newer then  other"


def test_latest_that_was_taken_is_not_replaced():
    queue = SendQueue()
    queue.push_latest("x", b"1")
    queue.push(b"2")
    assert queue.take(1) == b"1"

    assert not queue.push_latest("x", b"3")

    assert queue.take(ALL) == b"23"
    assert queue.queued_bytes == 0


def test_stream_is_pulled_only_as_it_is_taken():
    pulled = []
    queue = SendQueue()
    queue.push_stream((pulled.append(n) or b"%d" % n for n in range(9)), 9)

    assert queue.take(3) == b"012"
    assert pulled == [0, 1, 2]
    assert queue.take(ALL) == b"345678"


def test_frames_keep_their_place_around_a_stream():
    queue = SendQueue()
    queue.push(b"ack ")
    queue.push_stream(iter([b"replay ", b"replay "]), 9)
    queue.push(b"live")

    assert queue.queued_bytes == len(b"ack live")
    assert [queue.take(5) for _ in range(3)] == [b"ack replay ", b"replay ", b"live"]
    assert queue.empty


def test_control_frames_overtake_messages_but_not_each_other():
    queue = SendQueue()
    queue.push_stream(iter([b"1", b"2", b"3"]), 9)
    queue.push(b"4")
    assert queue.take(1) == b"1"

    queue.push_control(b"a")
    queue.push_control(b"b")

    assert queue.take(1) == b"a"
    queue.push_control(b"c")
    assert queue.take(ALL) == b"bc234"
    assert queue.queued_bytes == 0


def test_mark_is_reached_when_all_before_it_was_taken():
    reached = []
    queue = SendQueue()
    queue.push(b"one")
    queue.push_mark(lambda: reached.append("mark"))
    queue.push(b"two")

    assert queue.take(1) == b"one"
    assert queue.take_reached() == []
    assert queue.take(1) == b"two"
    [callback] = queue.take_reached()
    callback()
    assert reached == ["mark"]
    assert queue.take_reached() == []


def test_exhausted_stream_gives_no_bytes_and_leaves_nothing():
    queue = SendQueue()
    queue.push_stream(iter(()), 9)

    assert not queue.empty
    assert queue.take(ALL) == b""
    assert queue.empty


def test_of_the_streams_all_count_but_the_largest():
    queue, alone = SendQueue(), SendQueue()
    queue.push(b"one")
    queue.push_stream(iter([b"a"]), 50_000)
    alone.push_stream(iter([b"a"]), 1 << 30)
    queue.push_stream(iter([b"b"]), 9_000_000)
    queue.push_stream(iter([b"c"]), 70_000)

    assert alone.queued_bytes == 0
    assert 120_003 < queue.queued_bytes < 125_000
    assert queue.take(5) == b"oneab"
    assert 70_000 < queue.queued_bytes < 75_000
    assert queue.take(ALL) == b"c"
    assert (queue.queued_bytes, queue.streaming) == (0, False)


def test_many_short_streams_count_too():
    queue = SendQueue()
    for _ in range(1001):
        queue.push_stream(iter([b"x"]), 1)

    assert queue.queued_bytes > 1_000_000
    queue.clear()
    assert queue.queued_bytes == 0


def test_error_of_a_stream_passes_and_clearing_heals():
    queue = SendQueue()
    queue.push(b"one")
    queue.push_stream((b"%d" % (1 // n) for n in [0]), 0)
    with pytest.raises(ZeroDivisionError):
        queue.take(ALL)

    queue.clear()
    queue.push(b"two")

    assert queue.queued_bytes == 3
    assert queue.take(ALL) == b"two"


def test_clearing_drops_everything():
    queue = SendQueue()
    queue.push_control(b"ping")
    queue.push_latest("x", b"1")
    queue.push_stream(iter([b"2"]), 9)
    queue.push_mark(lambda: None)
    queue.clear()

    assert queue.empty
    assert queue.queued_bytes == 0
    queue.push_latest("x", b"3")
    assert queue.take(ALL) == b"3"
    assert queue.take_reached() == []


def test_idle_outbox_is_small():
    queue = SendQueue()
    queue.push_latest("x", b"1")
    queue.take(ALL)
    held = [queue, *gc.get_referents(queue)]

    assert sum(sys.getsizeof(each) for each in held if each is not SendQueue) < 400


# Frames of one letter, so that a take of so many bytes is one of so many frames.
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("latest"), st.sampled_from("ab"), st.sampled_from("xyz")),
        st.tuples(st.just("push"), st.just(""), st.sampled_from("123")),
        st.tuples(st.just("control"), st.just(""), st.sampled_from("!?")),
        st.tuples(st.just("take"), st.integers(1, 3), st.just("")),
    )
)


@given(MOVES)
def test_latest_frames_keep_their_place_whatever_goes_before_them(steps):
    queue, controls, waiting = SendQueue(), [], []
    for step, value, frame in steps:
        if step == "latest":
            keys = [key for key, _ in waiting]
            assert queue.push_latest(value, frame.encode()) == (value in keys)
            place = keys.index(value) if value in keys else len(keys)
            waiting[place : place + 1] = [(value, frame)]
        elif step == "push":
            queue.push(frame.encode())
            waiting.append((None, frame))
        elif step == "control":
            queue.push_control(frame.encode())
            controls.append((None, frame))
        else:
            both = controls + waiting
            assert queue.take(value) == "".join(f for _, f in both[:value]).encode()
            controls, waiting = (
                controls[value:],
                waiting[max(0, value - len(controls)) :],
            )
        assert queue.queued_bytes == len(controls + waiting)


class Key(str):
    """A key of which one sees whether it is kept."""


def test_keys_of_what_was_taken_are_forgotten_though_more_waits():
    queue = SendQueue()
    queue.push(b"drawn")
    kept = weakref.WeakSet()
    for number in range(100):
        key = Key(f"cursor:{number}")
        kept.add(key)
        queue.push_latest(key, b"moved")
        queue.push(b"drawn")
        assert queue.take(6) == b"drawnmoved"

    del key
    gc.collect()
    assert not kept


PUSHES = st.lists(
    st.one_of(
        st.tuples(st.just("push"), st.binary(max_size=9)),
        st.tuples(st.just("stream"), st.lists(st.binary(max_size=9))),
        st.tuples(st.just("take"), st.integers(1, 20)),
    )
)


@given(PUSHES)
def test_every_byte_comes_out_once_and_in_order(steps):
    queue, pushed, taken = SendQueue(), b"", b""
    for step, value in steps:
        if step == "push":
            queue.push(value)
            pushed += value
        elif step == "stream":
            queue.push_stream(iter(value), 9)
            pushed += b"".join(value)
        else:
            taken += queue.take(value)
    while not queue.empty:
        taken += queue.take(7)

    assert taken == pushed
    assert queue.queued_bytes == 0


def test_what_several_wait_for_alike_is_joined_once():
    first, second, other = SendQueue(), SendQueue(), SendQueue()
    for queue in (first, second):
        queue.push(b"one")
        queue.push(b"two")
    other.push(b"one")
    other.push(b"too")

    joined = first.take(ALL)
    assert joined == b"onetwo"
    assert second.take(ALL) is joined
    assert other.take(ALL) == b"onetoo"
    assert first.take(ALL) == b""
