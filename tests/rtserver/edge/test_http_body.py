"""Where a request's body ends, however it comes in pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tornado.httputil import HTTPHeaders, HTTPInputError

from rtserver.edge.http_body import (
    Body,
    ChunkedBody,
    FixedBody,
    body_of,
    length_of,
)
from rtserver.errors import BadRequest

NEXT = b"GET / HTTP/1.1\r\n"


def chunked(chunks: list[bytes]) -> bytes:
    framed = [b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks if chunk]
    return b"".join([*framed, b"0\r\n\r\n"])


def taken(body: Body, pieces: list[bytes]) -> tuple[bytes, bytes]:
    """Return what a body made of pieces that came one after the other."""
    content, rest = b"", b""
    for piece in pieces:
        rest += piece
        while not body.is_whole:
            before = rest
            came, rest = body.take(rest)
            content += came
            if rest == before:
                break
    return content, rest


@given(st.lists(st.binary(max_size=40), max_size=8), st.data())
def test_chunks_say_the_same_however_they_are_cut(chunks, data) -> None:
    sent = chunked(chunks) + NEXT
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=12)))
    pieces = [sent[a:b] for a, b in zip([0, *cuts], [*cuts, len(sent)], strict=True)]
    body = ChunkedBody()

    assert taken(body, pieces) == (b"".join(chunks), NEXT)
    assert body.is_whole


def test_what_follows_a_length_is_left() -> None:
    body = FixedBody(5)

    assert body.take(b"abc") == (b"abc", b"")
    assert not body.is_whole
    assert body.take(b"de" + NEXT) == (b"de", NEXT)
    assert body.is_whole


@pytest.mark.parametrize(
    "sent",
    [
        b"\r\n",
        b"g\r\n",
        b"-1\r\n",
        b"0x3\r\nabc\r\n",
        b" 3\r\nabc\r\n",
        b"3;name=value\r\nabc\r\n",
        b"3\nabc\r\n",
        b"3\r\nabcd\r\n",
        b"3\r\nabc\n",
        b"0\r\nTrailer: 1\r\n\r\n",
        b"f" * 16 + b"\r\n",
        b"0" * 64,
    ],
)
def test_faulty_chunks_are_refused(sent: bytes) -> None:
    with pytest.raises(HTTPInputError):
        taken(ChunkedBody(), [sent.ljust(80)])


def test_of_very_small_chunks_only_some_are_read_in_a_row() -> None:
    body, sent = ChunkedBody(), chunked([b"x"] * 5000)

    content, rest = body.take(sent)

    assert 0 < len(content) < 1000
    assert taken(body, [rest])[0] == b"x" * (5000 - len(content))
    assert body.is_whole


def headers(*lines: tuple[str, str]) -> HTTPHeaders:
    made = HTTPHeaders()
    for name, value in lines:
        made.add(name, value)
    return made


LENGTH, CODING = "Content-Length", "Transfer-Encoding"


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ([], FixedBody),
        ([(LENGTH, "0")], FixedBody),
        ([(LENGTH, "17"), (LENGTH, "17")], FixedBody),
        ([(CODING, "chunked")], ChunkedBody),
        ([(CODING, "Chunked")], ChunkedBody),
    ],
)
def test_a_body_whose_end_is_known_is_taken(lines, kind) -> None:
    assert type(body_of(headers(*lines))) is kind


@pytest.mark.parametrize(
    "lines",
    [
        [(LENGTH, "-5")],
        [(LENGTH, "+5")],
        [(LENGTH, "")],
        [(LENGTH, "5, 5")],
        [(LENGTH, "0x5")],
        [(LENGTH, "\xb2")],
        [(LENGTH, "5"), (LENGTH, "6")],
        [(LENGTH, "5"), (CODING, "chunked")],
        [(CODING, "")],
        [(CODING, "gzip")],
        [(CODING, "gzip, chunked")],
        [(CODING, "chunked"), (CODING, "chunked")],
    ],
)
def test_of_any_other_nothing_is_taken(lines) -> None:
    with pytest.raises(BadRequest):
        body_of(headers(*lines))


def test_a_length_is_read_however_many_digits_it_has() -> None:
    assert length_of(headers()) == 0
    assert length_of(headers((LENGTH, "17"), (LENGTH, "17"))) == 17
    assert length_of(headers((LENGTH, "9" * 5000))) == int("9" * 18)
    # What were cut off these would be read as the next request.
    assert length_of(headers((LENGTH, "0" * 5000 + "17"))) == 17
    assert length_of(headers((LENGTH, "0" * 5000))) == 0
