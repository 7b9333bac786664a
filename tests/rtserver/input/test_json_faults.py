"""What is wrong with JSON, and where; ``test_decode`` has what follows for requests."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtserver.errors import Fault
from rtserver.input.json_faults import (
    MAX_DEPTH,
    find_fault,
    has_overflow,
    is_too_deep,
    join,
    read_leniently,
    schema_fault,
    whole_numbers,
)

SCALARS = st.none() | st.booleans() | st.integers() | st.text('a"[]{}\\\\')
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text("[a"), inner)
)


def nested(levels, leaf="1"):
    return f"{'[' * levels}{leaf}{']' * levels}".encode()


def depth(value):
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


@pytest.mark.parametrize("leaf", ["1", '"]["', r'"\"["', r'"\\"', '"{{{"', "{}"])
def test_depth_is_counted_by_brackets_outside_of_strings(leaf):
    own = 1 if leaf == "{}" else 0

    assert not is_too_deep(nested(MAX_DEPTH - own, leaf))
    assert is_too_deep(nested(MAX_DEPTH + 1 - own, leaf))


@given(JSON, st.integers(0, MAX_DEPTH + 2))
def test_the_quick_count_of_depth_agrees_with_the_slow_one(value, levels):
    for _ in range(levels):
        value = [value]

    assert is_too_deep(json.dumps(value).encode()) == (depth(value) > MAX_DEPTH)


@pytest.mark.parametrize(
    ("number", "overflows"),
    [
        ("9" * 308, False),
        ("9" * 309, True),
        ("-" + "9" * 309, True),
        ("9" * 300 + "e99", True),
        ("0." + "0" * 400 + "1", False),
        ("9" * 250 + "E-99", False),
    ],
)
@pytest.mark.parametrize("place", ["%s", '{"a":%s}', r'["\"",%s]', r'["\\",%s,"\\"]'])
def test_a_long_number_is_judged_by_its_value(number, overflows, place):
    assert has_overflow((place % number).encode()) == overflows


@pytest.mark.parametrize("text", ['"%s"', r'"\"%s"', '{"%s":1}', r'"\"%s\\"'])
def test_digits_in_a_string_are_no_number(text):
    assert not has_overflow((text % ("9" * 400)).encode())


def test_what_is_not_strict_json_is_read_and_marked():
    assert read_leniently(b'{"a": [1, 2.5]}') == ({"a": [1, 2.5]}, True)
    assert not read_leniently(b"[NaN]").is_strict
    assert read_leniently(rb'"\ud800"').value == "\ud800"


def test_what_nests_too_deep_is_read_as_far_as_it_is_judged():
    value = read_leniently(b'{"a": ' + nested(20_000) + b', "b": 2}').value

    assert value["b"] == 2
    assert depth(value["a"]) == MAX_DEPTH


def test_an_endless_integer_is_read_in_no_time():
    assert read_leniently(b"9" * 1_000_000).value == float("inf")


@pytest.mark.parametrize("data", [b"", b"{", b"[1,]", b"\xff", b'"\n"'])
def test_what_cannot_be_read_is_a_value_error(data):
    with pytest.raises(ValueError):
        read_leniently(data)


@pytest.mark.parametrize(
    ("value", "path", "message"),
    [
        (float("nan"), "", "a number that is not finite"),
        ({"a": [1, float("inf")]}, "a[1]", "a number that is not finite"),
        ({"a": 10**400}, "a", "a number that is not finite"),
        ({"a": {"b": "\ud800"}}, "a.b", "a lone surrogate"),
        ([{"\ud800": 1}], "[0]", "a lone surrogate in a key"),
        ({"x" * 100: "\ud800"}, "x" * 64, "a lone surrogate"),
    ],
)
def test_the_first_fault_is_found_with_its_path(value, path, message):
    assert find_fault(value, "") == Fault(path, message)


def test_a_path_goes_on_behind_its_prefix():
    assert find_fault({"a": ["\ud800"]}, "payload").path == "payload.a[0]"
    assert join("payload", "[0]") == "payload[0]"
    assert join("", ".title") == "title"


@given(JSON)
def test_sound_json_has_no_fault_unless_it_is_too_deep(value):
    assert (find_fault(value, "") is None) == (depth(value) <= MAX_DEPTH)


def test_integers_written_with_a_point_become_integers_and_nothing_else_changes():
    value = whole_numbers({"a": [3.0, 3.5, "3.0"], "b": True})

    assert value == {"a": [3, 3.5, "3.0"], "b": True}
    assert type(value["a"][0]) is int


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    """A part of a body."""

    x: int = 0


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """A body with a list of parts."""

    name: str
    parts: list[Inner] = []
    kind: int | str | None = None


@pytest.mark.parametrize(
    ("data", "path", "message"),
    [
        ("{}", "name", "this field is required"),
        ('{"name": "", "b": 1}', "b", "there is no such field"),
        ('{"name": 1}', "name", "expected a string, not an integer"),
        (
            '{"name": "", "parts": [{}, {"y": 1}]}',
            "parts[1].y",
            "there is no such field",
        ),
        ('{"name": "", "parts": [[]]}', "parts[0]", "expected an object, not an array"),
        (
            '{"name": "", "kind": 1.5}',
            "kind",
            "expected an integer or a string or null",
        ),
    ],
)
def test_a_decoders_sentence_becomes_ours_with_the_path_of_the_field(
    data, path, message
):
    with pytest.raises(msgspec.ValidationError) as wrong:
        msgspec.json.decode(data, type=Body)
    fault = schema_fault(str(wrong.value), "payload")

    assert fault.path == f"payload.{path}"
    assert fault.message.startswith(message)


def test_a_body_of_another_type_is_named_by_its_prefix():
    with pytest.raises(msgspec.ValidationError) as wrong:
        msgspec.json.decode("[]", type=Body)

    message = "expected an object, not an array"
    assert schema_fault(str(wrong.value), "payload") == Fault("payload", message)
    assert schema_fault(str(wrong.value), "") == Fault("", message)
