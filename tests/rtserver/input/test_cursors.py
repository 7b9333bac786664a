from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtserver.errors import BadRequest
from rtserver.input.cursors import (
    MAX_INTEGER,
    cursor_pattern,
    decode_cursor,
    encode_cursor,
)

NUMBERS = st.lists(st.integers(0, MAX_INTEGER), min_size=1, max_size=3)


ASCII = st.characters(codec="ascii")


def forged(plain):
    return urlsafe_b64encode(plain).decode().rstrip("=")


@given(NUMBERS)
def test_a_cursor_gives_back_its_numbers(values):
    cursor = encode_cursor("history", *values)

    assert decode_cursor(cursor, "history", len(values)) == tuple(values)


def test_a_cursor_needs_no_quoting_in_a_query():
    cursor = encode_cursor("history", 12345, MAX_INTEGER)

    assert cursor.replace("-", "").replace("_", "").isalnum()


@given(st.from_regex(cursor_pattern("history", 2), fullmatch=True, alphabet=ASCII))
def test_whatever_the_pattern_takes_is_a_cursor(text):
    values = decode_cursor(text, "history", 2)

    assert all(0 <= value <= MAX_INTEGER for value in values)
    assert encode_cursor("history", *values) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12",
        "не курсор",
        "\ud800",
        "a" * 5000,
        forged(b"history"),
        forged(b"his" + b"\x00" * 8),
        forged(b"his" + b"\x00" * 10),
        forged(b"his\x00\x80" + b"\x00" * 7),
        forged(b"his\xff" + b"\xff" * 8),
        encode_cursor("history", 1, 2),
        encode_cursor("history", 1) + "=",
        encode_cursor("history", 1) + "\n",
    ],
)
def test_a_forged_cursor_is_a_bad_request_at_cursor(text):
    with pytest.raises(BadRequest) as caught:
        decode_cursor(text, "history", 1)

    assert caught.value.status == 400
    assert caught.value.faults[0].path == "cursor"


def test_a_cursor_of_another_list_is_refused():
    with pytest.raises(BadRequest):
        decode_cursor(encode_cursor("lessons", 1), "history", 1)


@given(st.text(max_size=300))
def test_no_text_makes_decoding_raise_anything_else(text):
    try:
        decode_cursor(text, "history", 1)
    except BadRequest as error:
        assert "next" in error.message
