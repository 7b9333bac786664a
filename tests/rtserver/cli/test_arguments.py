"""What is wrong with an argument is told in our words."""

import argparse
from collections.abc import Callable

import pytest

from rtserver.cli.arguments import ID, http_url, moment, seconds


@pytest.mark.parametrize(
    ("read", "text", "told"),
    [
        (ID, "0", "0 is below 1"),
        (ID, "x", "is not a whole number"),
        (http_url, "127.0.0.1:8080", "such as http://127.0.0.1:8080"),
        (moment, "tomorrow", "such as 2026-11-23T10:00:00Z"),
        (seconds, "nan", "a number of seconds above 0"),
        (seconds, "soon", "a number of seconds above 0"),
    ],
)
def test_what_is_wrong_is_told(
    read: Callable[[str], object], text: str, told: str
) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=told):
        read(text)


def test_what_is_right_is_read() -> None:
    assert (ID("7"), seconds("0.5")) == (7, 0.5)
    assert http_url("https://rt.school.example/") == "https://rt.school.example/"
    assert moment("2026-12-01T15:00+02:00").hour == 13
