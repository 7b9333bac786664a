import json
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtserver.errors import BadRequest, Invalid
from rtserver.input.decode import (
    HIDDEN,
    BadFrame,
    decode,
    decode_body,
    decode_part,
    read_envelope,
)
from rtserver.input.field_types import FORMS, EventName, FileId
from rtserver.input.json_faults import find_fault
from rtserver.notifications.requests import Key

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


@pytest.mark.parametrize("type_", [EventName, FileId, Key])
def test_what_doesnt_match_is_told_in_words(type_):
    assert refusal(b'"a\\n"', type_).faults[0].message in FORMS.values()
    named = refusal(b'{"a\\n":1}', dict[type_, int]).faults[0].message
    assert named.removeprefix("in a key: ") in FORMS.values()


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


def test_a_payload_is_decoded_below_its_prefix():
    frame = b'{"type":"board.patch","payload":{"elements":[{"id":1}]}}'
    payload = read_envelope(frame).payload

    with pytest.raises(BadRequest) as caught:
        decode_part(payload, Patch, prefix="payload")
    assert caught.value.faults[0].path == "payload.elements[0].id"


@pytest.mark.parametrize("text", ["3.0", "3", "3e0"])
def test_an_integer_of_a_body_may_be_written_with_a_point(text):
    assert decode_body(b'{"seq":%b}' % text.encode(), Numbered).seq == 3


@pytest.mark.parametrize("text", ["3.5", "1e300", "-1.0", "1e400", "NaN", '"3.0"'])
def test_no_other_number_becomes_an_integer(text):
    with pytest.raises(BadRequest):
        decode_body(b'{"seq":%b}' % text.encode(), Numbered)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"seq":3,"more":[%b],"last":NaN}', ""),
        (b'{"seq":3,"more":[%b],"last":"\\ud800"}', "last: a lone surrogate"),
        (b'{"seq":3,"more":[%b]', ""),
    ],
)
def test_where_a_fault_hides_is_searched_for_in_small_bodies_alone(
    body: bytes, told: str
) -> None:
    found = [refused_body(body % b",".join([b"[[[]]]"] * n)) for n in (1, 10_000)]

    assert found[0].message.startswith(told) and found[0].message != HIDDEN
    assert (found[1].message, found[1].status) == (HIDDEN, 400)


def refused_body(body: bytes) -> BadRequest:
    with pytest.raises(BadRequest) as caught:
        decode_body(body, Numbered)
    return caught.value


def test_no_integers_with_a_point_are_looked_for_in_large_bodies() -> None:
    more = b",".join([b"[[[]]]"] * 10_000)

    assert decode_body(b'{"seq":3.0,"more":[[]]}', Numbered).seq == 3
    with pytest.raises(BadRequest, match="seq: expected an integer"):
        decode_body(b'{"seq":3.0,"more":[%b]}' % more, Numbered)


def test_a_large_body_that_is_sound_is_taken():
    spaces = b" " * 100_000
    assert decode_body(b'{"seq":3%b}' % spaces, Numbered).seq == 3


def test_a_command_takes_no_integer_with_a_point():
    with pytest.raises(BadRequest):
        decode(b'{"seq":3.0}', Numbered)
