import json
import time
from contextlib import suppress
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtserver.errors import BadRequest, Invalid
from rtserver.input.decode import (
    MAX_SEARCHED_OF_STRANGERS,
    BadFrame,
    Envelope,
    decode,
    decode_body,
    read_envelope,
)
from rtserver.input.json_faults import find_fault

ZEROS = b",".join([b"0"] * 100_000)
TEXT = st.text(st.characters(exclude_categories=()))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=10,
)


class Element(msgspec.Struct):
    id: Annotated[str, msgspec.Meta(min_length=1, max_length=4)]
    x: float = 0.0


class Patch(msgspec.Struct):
    elements: list[Element]
    data: Any = None
    kept: msgspec.Raw = msgspec.Raw(b"{}")
    since: dict[str, int] = {}
    choices: dict[str, dict[str, bool]] = {}
    role: Literal["tutor", "student"] = "tutor"


def patch(**fields):
    return json.dumps({"elements": [], **fields}).encode()


class Numbered(msgspec.Struct):
    seq: Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]


def refusal(body, type=Patch, prefix="", invalid=Invalid):
    with pytest.raises(BadRequest) as caught:
        decode(body, type, prefix=prefix, invalid=invalid)
    return caught.value


def frame(**fields):
    return json.dumps({"type": "ping", "id": 7, **fields}).encode()


def bad_frame(data):
    with pytest.raises(BadFrame) as caught:
        read_envelope(data)
    return caught.value


def nested(levels, inner=b"1"):
    return b"[" * levels + inner + b"]" * levels


def test_good_json_becomes_its_struct():
    body = b'{"elements":[{"id":"a","x":1.5}],"more":1}'

    assert decode(body, Patch).elements == [Element("a", 1.5)]
    assert decode(body.decode(), Patch) == decode(body, Patch)


@pytest.mark.parametrize(
    ("fields", "path", "message"),
    [
        ({"elements": 1}, "elements", "expected an array, not an integer"),
        ({"elements": [{"id": "a"}, {}]}, "elements[1].id", "this field is required"),
        ({"elements": [{"id": ""}]}, "elements[0].id", "expected a string of length"),
        ({"elements": [{"id": "a", "x": True}]}, "elements[0].x", "not true or false"),
        ({"role": "admin"}, "role", "not one of the values allowed here"),
        ({"since": {"1": 1, "2": "x"}}, "since[...]", "expected an integer"),
        (
            {"choices": {"a": {"b": True}, "c": {"d": 0}}},
            "choices[...][...]",
            "not an integer",
        ),
    ],
)
def test_a_wrong_field_is_named_by_its_path(fields, path, message):
    error = refusal(patch(**fields))

    assert error.status == 422
    assert error.faults[0].path == path
    assert message in error.faults[0].message
    assert error.message.startswith(path)


def test_a_wrong_key_is_named_by_the_object_that_has_it():
    error = refusal(b'{"1":1,"x":2}', dict[int, int], prefix="payload.since")

    assert error.faults == (
        ("payload.since", "in a key: expected an integer, not a string"),
    )


def test_a_missing_field_is_named_below_the_prefix():
    assert refusal(b"{}", prefix="payload").faults[0].path == "payload.elements"


def test_a_document_of_another_kind_is_named_by_the_prefix_or_nothing():
    assert refusal(b"[]").message == "expected an object, not an array"
    assert refusal(b"[]", prefix="payload").message.startswith("payload: expected")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b'{"elements":[]} x', "not JSON"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b'{"elements":[],"data":"\xff"}', "not UTF-8"),
        (b'{"elements":[],"kept":{"a":"\xff"}}', "not UTF-8"),
        (b'{"elements":[],"unknown":"\xed\xa0\x80"}', "not UTF-8"),
        ('{"elements":[],"data":"\ud800"}', "not UTF-8"),
        (b'{"elements":[],"data":[NaN]}', "data[0]: a number that is not finite"),
        (b'{"elements":[],"kept":{"a":-Infinity}}', "kept.a: a number that is not"),
        (b"[" * 300_000, "not JSON"),
        (b'{"a":' * 50_000, "not JSON"),
        (b"[" * 20 + b'"' + b'\\"' * 100_000, "not JSON"),
        (b'"' + b'\\"' * 100_000, "not JSON"),
    ],
)
def test_what_is_not_json_is_a_400(body, message):
    error = refusal(body)

    assert error.status == 400
    assert message in error.message


@pytest.mark.parametrize("field", ["data", "kept", "unknown"])
@pytest.mark.parametrize(
    ("value", "path", "message"),
    [
        ("1e400", "", "not finite"),
        ("[0,-1.5E+0400]", "[1]", "not finite"),
        ('{"a":' + "9" * 400 + "}", ".a", "not finite"),
        ('{"a":' + "9" * 5000 + "}", ".a", "not finite"),
        ('{"a":' + "9" * 300 + "e99}", ".a", "not finite"),
        ('{"a":["\\ud800"]}', ".a[0]", "surrogate"),
        ('{"a":{"\\udc00b":1}}', ".a", "surrogate in a key"),
        (nested(16).decode(), "[0]" * 15, "16 levels"),
        ('{"a":' * 16 + "1" + "}" * 16, ".a" * 15, "16 levels"),
    ],
)
def test_what_no_store_takes_is_found_wherever_it_hides(field, value, path, message):
    error = refusal(f'{{"elements":[],"{field}":{value}}}'.encode())

    assert error.status == 422
    assert error.faults[0].path == field + path
    assert message in error.faults[0].message


@pytest.mark.parametrize(
    "value",
    [
        "1e308",
        "1e-400",
        "9" * 308,
        "0." + "0" * 300 + "1",
        '"e1e400"',
        '"\\ud83d\\ude00"',
        nested(15).decode(),
        '["[[[[[[[[[[[[[[[[[[[", "\\"[[[[[[[[[[[[[[[[[[[{{"]',
        "[" + ",".join(["[]"] * 100) + "]",
    ],
)
@pytest.mark.parametrize("field", ["data", "kept"])
def test_what_only_looks_wrong_passes(field, value):
    body = f'{{"elements":[],"{field}":{value}}}'.encode()

    assert decode(body, Patch).elements == []


def test_brackets_in_strings_do_not_hide_depth():
    body = b'["]",' * 17 + b"1" + b"]" * 17

    assert "16 levels" in refusal(body, Any).message


def test_twenty_thousand_levels_are_refused_by_path():
    error = refusal(b'{"data":' + nested(20_000) + b"}", Any)

    assert error.faults[0].path == "data" + "[0]" * 15


@given(JSON)
def test_any_python_json_is_decoded_or_refused(value):
    body = json.dumps(value).encode()

    try:
        decode(body, Any)
    except BadRequest as error:
        assert error.faults


@given(st.binary() | st.text(alphabet='[]{}":,\\ae019.+-NIx').map(str.encode))
def test_no_bytes_raise_anything_but_bad_request(body):
    for kind in (Any, Patch, msgspec.Raw):
        try:
            decode(body, kind)
        except BadRequest as error:
            assert error.message


@given(JSON)
def test_what_is_decoded_is_sound(value):
    body = json.dumps({"type": "a", "payload": {"x": value}}, allow_nan=True).encode()

    try:
        payload = read_envelope(body).payload
    except BadFrame:
        return
    assert find_fault({"payload": msgspec.json.decode(payload)}, "") is None


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
        b'{"a":' + nested(8_000) + b"}",
        b'{"a":1e400}',
        b'{"a":' + b"9" * 400 + b"}",
    ],
)
def test_an_id_after_a_hidden_fault_is_still_echoed(payload):
    caught = bad_frame(b'{"type":"a","payload":' + payload + b',"id":9}')

    assert caught.id == 9
    assert caught.error.faults[0].path.startswith("payload.a")


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
                searched=MAX_SEARCHED_OF_STRANGERS,
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


def test_a_payload_is_decoded_below_its_prefix():
    payload = read_envelope(frame(payload={"elements": [{"id": 1}]})).payload

    error = refusal(payload, prefix="payload", invalid=BadRequest)
    assert error.faults[0].path == "payload.elements[0].id"


@pytest.mark.parametrize("text", ["3.0", "3", "3e0"])
def test_an_integer_of_a_body_may_be_written_with_a_point(text):
    assert decode_body(b'{"seq":%b}' % text.encode(), Numbered).seq == 3


@pytest.mark.parametrize("text", ["3.5", "1e300", "-1.0", "1e400", "NaN", '"3.0"'])
def test_no_other_number_becomes_an_integer(text):
    with pytest.raises(BadRequest):
        decode_body(b'{"seq":%b}' % text.encode(), Numbered)


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        (b'{"seq":"3","more":[%b]}', 422, "seq: expected an integer"),
        (b'{"seq":3.0,"more":[%b]}', 422, "seq: expected an integer"),
        (b'{"seq":3,"more":[%b],"last":NaN}', 400, "not JSON, or in it is"),
        (b'{"seq":3,"more":[%b],"last":"\\ud800"}', 400, "not JSON, or in it is"),
        (b'{"seq":3,"more":[%b]', 400, "not JSON, or in it is"),
    ],
)
def test_a_large_body_is_refused_without_a_search(monkeypatch, body, status, message):
    def search(*_):
        raise AssertionError("that holds everybody up")

    for name in ("find_fault", "read_leniently", "whole_numbers"):
        monkeypatch.setattr(f"rtserver.input.decode.{name}", search)
    large = body % b",".join([b"[[[]]]"] * 10_000)

    with pytest.raises(BadRequest) as caught:
        decode_body(large, Numbered)
    assert caught.value.status == status
    assert caught.value.message.startswith(message)


def test_a_large_body_that_is_sound_is_taken():
    spaces = b" " * 100_000
    assert decode_body(b'{"seq":3%b}' % spaces, Numbered).seq == 3


def test_a_command_takes_no_integer_with_a_point():
    with pytest.raises(BadRequest):
        decode(b'{"seq":3.0}', Numbered)
