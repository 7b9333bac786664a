"""What a client takes, and how it has packed what it sends, by its headers."""

import pytest
from tornado.httputil import HTTPHeaders

from handlers.encodings import (
    UnsupportedCoding,
    best_coding,
    check_coding,
    names_html,
)

LENGTH, CHUNKED = {"Content-Length": "5"}, {"Transfer-Encoding": "chunked"}


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("*", "br"),
        ("br; q=0.000, *;q=0", None),
        ("", None),
        ("identity", None),
    ],
)
def test_the_first_coding_that_is_taken_is_chosen(
    accepted: str, coding: str | None
) -> None:
    assert best_coding(accepted, ["br", "gzip"]) == coding


@pytest.mark.parametrize(
    ("accepted", "is_named"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", True),
        ("application/json, Text/HTML ; q=0.2", True),
        ("text/html;level=1;q=1.0", True),
        ("*/*", False),
        ("text/*", False),
        ("", False),
        ("text/html;q=0", False),
        ("application/json", False),
    ],
)
def test_a_page_is_asked_for_by_its_name_alone(accepted: str, is_named: bool) -> None:
    assert names_html(accepted) is is_named


@pytest.mark.parametrize("framing", [LENGTH, CHUNKED])
@pytest.mark.parametrize(
    "coding", ["gzip", "GZip", "identity, gzip", "gzip,identity", "br", "x-none"]
)
def test_a_body_that_is_packed_is_refused(coding: str, framing: dict[str, str]) -> None:
    with pytest.raises(UnsupportedCoding) as refused:
        check_coding(HTTPHeaders({"Content-Encoding": coding, **framing}))

    assert refused.value.headers == {"Accept-Encoding": "identity"}


@pytest.mark.parametrize(
    "fields",
    [
        LENGTH,
        {"Content-Encoding": "Identity", **LENGTH},
        {"Content-Encoding": "", **CHUNKED},
        {"Content-Encoding": "gzip"},
        {"Content-Encoding": "gzip", "Content-Length": "0"},
    ],
)
def test_a_plain_body_or_none_is_taken(fields: dict[str, str]) -> None:
    check_coding(HTTPHeaders(fields))
