"""The head of a request: what is taken, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tornado.httputil import HTTPHeaders, HTTPInputError

from rtserver.edge.http_head import (
    HeadTooLong,
    TargetTooLong,
    fields_of,
    lists,
    lowered,
    read_head,
)

GET = b"GET /a?b=c HTTP/1.1\r\n"
MOST = 200


def test_a_head_is_read_and_what_follows_is_left() -> None:
    head = read_head(GET + b"Host: x\r\nA:\t1 \r\na: 2\r\n\r\nbody", MOST)

    assert head is not None
    assert head.start == ("GET", "/a?b=c", "HTTP/1.1")
    assert list(head.fields.get_all()) == [("Host", "x"), ("A", "1"), ("A", "2")]
    assert head.rest == b"body"


def test_an_empty_line_may_come_before_it() -> None:
    head = read_head(b"\r\n" + GET + b"\r\n", MOST)

    assert head is not None
    assert head.start.method == "GET"


@pytest.mark.parametrize("end", range(len(GET) + 1))
def test_one_that_isnt_whole_is_waited_for(end: int) -> None:
    assert read_head(GET[:end], MOST) is None


@pytest.mark.parametrize(
    "data",
    [
        b"\r\n\r\n" + GET + b"\r\n",
        b"\n" + GET,
        b"GET / HTTP/1.1\nHost: x\n\n",
        b"GET / HTTP/1.1\r\nHost: x\n\r\n",
        b"GET / HTTP/1.1\nHost",
        b"GET  / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/2.0\r\n\r\n",
        b"GET /\r\n\r\n",
        b"\x16\x03\x01\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        b"GET / HTTP/1.1\r\n: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost\r\n\r\n",
        b"GET / HTTP/1.1\r\nA: 1\r\n folded\r\n\r\n",
        b"GET / HTTP/1.1\r\nA: \x00\r\n\r\n",
        b"GET / HTTP/1.1\r\nA: 1\r2\r\n\r\n",
    ],
)
def test_a_malformed_one_is_refused(data: bytes) -> None:
    with pytest.raises(HTTPInputError):
        read_head(data, MOST)


@pytest.mark.parametrize("ending", [b"", b"\r\n\r\n"])
def test_one_that_is_too_long_is_refused_before_it_has_come(ending: bytes) -> None:
    with pytest.raises(HeadTooLong):
        read_head(GET + b"A: " + b"x" * MOST + ending, MOST)


@pytest.mark.parametrize("ending", [b"", b" HTTP/1.1\r\n\r\n"])
def test_a_first_line_that_is_too_long_is_told_from_that(ending: bytes) -> None:
    with pytest.raises(TargetTooLong):
        read_head(b"GET /" + b"x" * MOST + ending, MOST)


CHARACTERS = st.characters(max_codepoint=0xFF, exclude_characters="\n")
LINES = st.one_of(
    st.tuples(
        st.sampled_from(["Host", "accept", "X-A", "Content-length", "ключ", "a b"]),
        st.text(CHARACTERS, max_size=12),
    ).map(": ".join),
    st.text(CHARACTERS, max_size=8).filter(bool),
)


@given(st.lists(LINES, max_size=5))
def test_fields_are_read_as_tornado_does(lines: list[str]) -> None:
    text = "".join(f"{line}\r\n" for line in lines)

    assert outcome(fields_of, text) == outcome(HTTPHeaders.parse, text)


def outcome(read, text: str) -> object:
    try:
        return list(read(text).get_all())
    except HTTPInputError:
        return "refused"


def test_fields_are_compared_in_lower_case() -> None:
    fields = fields_of("connection: Close\r\n")

    assert (lowered(fields, "Connection"), lowered(fields, "Expect")) == ("close", "")


def test_empty_lines_count_as_those_of_a_head() -> None:
    with pytest.raises(TargetTooLong):
        read_head(b"\r\n" + b"\r" * MOST + GET, MOST)
    with pytest.raises(HTTPInputError):
        read_head(b"\r\n" * 3, MOST)


@pytest.mark.parametrize("value", ["close", "TE, Close", "close,te", "a ,\tclose"])
def test_a_token_is_found_in_a_list(value: str) -> None:
    assert lists(HTTPHeaders({"Connection": value}), "Connection", "close")


@pytest.mark.parametrize("value", ["", "closed", "not close", "keep-alive"])
def test_a_token_is_no_part_of_another(value: str) -> None:
    assert not lists(HTTPHeaders({"Connection": value}), "Connection", "close")
