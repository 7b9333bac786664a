"""Which part of a file is asked for."""

import pytest

from handlers.byte_ranges import part_of
from rtserver.errors import RangeNotSatisfiable


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=0-99", (0, 100)),
        ("bytes=90-", (90, 100)),
        ("bytes=-10", (90, 100)),
        ("bytes=-1000", (0, 100)),
        ("bytes=50-1000", (50, 100)),
        ("Bytes = 5-6", (5, 7)),
    ],
)
def test_one_part_is_found(header, part):
    assert part_of(header, 100) == part


@pytest.mark.parametrize("header", [None, "", "items=0-5", "0-5"])
def test_what_isnt_in_bytes_is_passed_over(header):
    assert part_of(header, 100) is None


@pytest.mark.parametrize(
    "header",
    [
        *("bytes=100-", "bytes=100-200", "bytes=5-4", "bytes=-0", "bytes=-"),
        *("bytes=", "bytes=a-b", "bytes=0-1,3-4", "bytes=1", f"bytes=0-{'9' * 30}"),
    ],
)
def test_what_isnt_there_or_several_parts_are_refused(header):
    with pytest.raises(RangeNotSatisfiable) as raised:
        part_of(header, 100)

    assert raised.value.headers == {"Content-Range": "bytes */100"}
