"""What a client takes, by its headers."""

import pytest

from handlers.encodings import best_coding, names_html


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
