import pytest
from tornado.httputil import HTTPHeaders

from handlers.framing import check_framing, length_of
from rtserver.errors import BadRequest


def headers(*lines: tuple[str, str]) -> HTTPHeaders:
    made = HTTPHeaders()
    for name, value in lines:
        made.add(name, value)
    return made


LENGTH, CODING = "Content-Length", "Transfer-Encoding"


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [(LENGTH, "0")],
        [(LENGTH, "17"), (LENGTH, "17")],
        [(CODING, "chunked")],
        [(CODING, "Chunked")],
    ],
)
def test_a_body_whose_end_is_known_is_taken(lines: list[tuple[str, str]]) -> None:
    check_framing(headers(*lines))


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
        [(CODING, "gzip")],
        [(CODING, "gzip, chunked")],
    ],
)
def test_any_other_is_refused(lines: list[tuple[str, str]]) -> None:
    with pytest.raises(BadRequest):
        check_framing(headers(*lines))


def test_a_length_is_read_however_many_digits_it_has() -> None:
    assert length_of(headers()) == 0
    assert length_of(headers((LENGTH, "17"))) == 17
    assert length_of(headers((LENGTH, "9" * 5000))) == int("9" * 18)
