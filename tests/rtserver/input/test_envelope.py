"""A command's frame, read without its payload."""

import json
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtserver.input.decode import BadFrame, read_envelope
from rtserver.input.envelope import Envelope

ZEROS = b",".join([b"0"] * 100_000)


def frame(**fields):
    return json.dumps({"type": "ping", "id": 7, **fields}).encode()


def bad_frame(data):
    with pytest.raises(BadFrame) as caught:
        read_envelope(data)
    return caught.value


def nested(levels, inner=b"1"):
    return b"[" * levels + inner + b"]" * levels


def test_an_envelope_is_read_without_its_payload():
    got = read_envelope(
        b'{"type":"board.patch","id":"a","channel":"board:lesson:1","v":2,'
        b'"payload": {"x":1}}'
    )

    assert (got.type, got.id, got.channel) == ("board.patch", "a", "board:lesson:1")
    assert bytes(got.payload) == b'{"x":1}'


def test_an_envelope_needs_nothing_but_a_type():
    got = read_envelope(b'{"type":"ping","channel":null}')

    assert isinstance(got, Envelope)
    assert (got.id, got.channel, bytes(got.payload)) == (None, None, b"{}")


@pytest.mark.parametrize("id", [0, -(2**53), 2**53, "a", "x" * 64, "я" * 64, "😀"])
def test_an_id_is_an_integer_or_a_short_string(id):
    assert read_envelope(frame(id=id)).id == id
    assert bad_frame(frame(id=id, payload=[])).id == id


@pytest.mark.parametrize(
    "id", [None, 1.0, 1.5, True, [], {}, "", "x" * 65, 2**53 + 1, -(2**53) - 1, 10**400]
)
def test_any_other_id_is_named_and_not_echoed(id):
    caught = bad_frame(frame(id=id))

    assert caught.id is None
    assert caught.error.faults[0].path == "id"


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"type": None}, "type"),
        ({"type": 1}, "type"),
        ({"type": ""}, "type"),
        ({"channel": 1}, "channel"),
        ({"channel": ["a"]}, "channel"),
        ({"payload": None}, "payload"),
        ({"payload": []}, "payload"),
        ({"payload": "x"}, "payload"),
        ({"payload": {"x": [float("nan")]}}, "payload.x[0]"),
        ({"payload": {"x": "\ud800"}}, "payload.x"),
        ({"payload": {"x": float("inf")}, "id": 7}, "payload.x"),
    ],
)
def test_a_wrong_frame_is_named_by_path_and_echoes_its_id(fields, path):
    caught = bad_frame(frame(**fields))

    assert caught.id == 7
    assert caught.error.status == 400
    assert caught.error.faults[0].path == path


@pytest.mark.parametrize(
    ("channel", "echoed"),
    [("board:lesson:3", "board:lesson:3"), (None, None), ("a\ud800", None), (3, None)],
)
@pytest.mark.parametrize("payload", [[], {"x": float("nan")}])
def test_a_wrong_frame_echoes_its_channel_where_that_is_one(channel, echoed, payload):
    caught = bad_frame(frame(channel=channel, payload=payload))

    assert caught.channel == echoed


def test_a_frame_without_a_type_echoes_its_id():
    caught = bad_frame(b'{"id":"x"}')

    assert (caught.id, caught.error.faults[0].path) == ("x", "type")


@pytest.mark.parametrize(
    "payload",
    [
        b'{"a":' + nested(15) + b"}",
        b'{"a":' + nested(20_000) + b"}",
        b'{"a":1e400}',
        b'{"a":' + b"9" * 400 + b"}",
    ],
)
def test_an_id_after_a_hidden_fault_is_still_echoed(payload):
    caught = bad_frame(b'{"type":"a","payload":' + payload + b',"id":9}')

    assert caught.id == 9
    assert caught.error.faults[0].path.startswith("payload.a")


def test_fourteen_levels_below_the_payload_pass():
    assert read_envelope(b'{"type":"a","payload":{"a":' + nested(14) + b"}}")


@pytest.mark.parametrize("data", [b"", b"x", b"[1]", b'"a"', b"1", b"null", b'{"id":1'])
def test_what_is_no_object_echoes_no_id(data):
    assert bad_frame(data).id is None


def test_repeated_keys_are_tolerated_and_the_last_one_counts():
    assert read_envelope(b'{"type":"a","id":1,"id":2}').id == 2


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "replace")))
def test_no_bytes_raise_anything_but_bad_frame(data):
    with pytest.raises(BadFrame):
        read_envelope(data)


@pytest.mark.parametrize(
    ("frame", "path"),
    [
        (b'{"type":5,"id":9,"channel":"a","payload":{"a":[%b]}}', "type"),
        (b'{"payload":{"a":[%b]},"id":9,"channel":"a"}', "type"),
        (b'{"type":"a","payload":{"a":[%b],"b":1e400},"id":9,"channel":"a"}', None),
        (b'{"type":"a","id":9,"channel":"a","payload":[%b]}', "payload"),
    ],
)
def test_a_long_wrong_frame_echoes_its_id_and_tells_what_it_can(frame, path):
    caught = bad_frame(frame % ZEROS)

    assert (caught.id, caught.channel) == (9, "a")
    assert [fault.path for fault in caught.error.faults] == [path or ""]
    assert path or "not finite" in caught.error.message


@pytest.mark.parametrize("id", [b"[" * 600 + b"]" * 600, b'"' + b"x" * 20_000 + b'"'])
def test_a_long_id_of_a_wrong_frame_is_not_echoed(id):
    assert bad_frame(b'{"type":5,"id":%b,"payload":"%b"}' % (id, ZEROS)).id is None


def test_of_whom_nobody_knows_only_short_frames_are_searched():
    bad = b'{"type":"a","payload":{"a":[%b]},"id":9}'

    for zeros, path in (100, "payload.a[0]"), (600, ""):
        with pytest.raises(BadFrame) as caught:
            read_envelope(
                bad % b",".join([b"1e400"] + [b"0"] * zeros),
                known=False,
            )
        assert caught.value.error.faults[0].path == path


@pytest.mark.parametrize(
    "frame",
    [
        b'{"type":"a","payload":{"a":[1%b,%b]}}',
        b'{"type":"a","payload":{"a":["1%b",%b]}}',
        b'{"type":"a%b","payload":{"a":[%b,NaN]}}',
        b'{"type":5,"id":"%b","payload":{"a":[%b]}}',
    ],
    ids=["a long number", "digits in a string", "NaN", "a wrong type"],
)
def test_no_frame_takes_much_longer_than_a_plain_one_of_its_length(frame):
    dear = frame % (b"0" * 200, ZEROS)
    plain = b'{"type":"a","payload":{"a":[%b]}}' % ZEROS

    # Each of them was over a hundred times as dear once, and held everybody up.
    assert seconds(dear) < 40 * seconds(plain)


def seconds(data):
    """Return the processor time of reading a frame, at its best of some tries."""
    times = []
    for _ in range(5):
        before = time.thread_time()
        with suppress(BadFrame):
            read_envelope(data)
        times.append(time.thread_time() - before)
    return min(times)
