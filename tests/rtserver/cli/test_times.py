"""Times are read with an offset, or by the school's own clock."""

from datetime import UTC, datetime

import pytest

from rtserver.cli.console import UsageError
from rtserver.cli.times import by_school_clock, parse_time


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-01T13:00:00Z",
        "2026-12-01T15:00+02:00",
        "2026-12-01 15:00:00.000+02:00",
        "2026-12-01t13:00z",
    ],
)
def test_a_time_with_an_offset_is_that_moment(text: str) -> None:
    assert parse_time(text) == datetime(2026, 12, 1, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "hour"), [("2026-12-01T15:00", 13), ("2026-07-01 15:00:00", 12)]
)
def test_one_without_is_what_the_schools_clocks_show(text: str, hour: int) -> None:
    typed = parse_time(text)

    assert typed.tzinfo is None
    moment = by_school_clock(typed, "Europe/Kyiv")
    assert (moment.tzinfo, moment.hour) == (UTC, hour)


@pytest.mark.parametrize("text", ["2026-03-29T03:30", "2026-10-25T03:30"])
def test_one_that_those_clocks_show_never_or_twice_needs_its_offset(text: str) -> None:
    with pytest.raises(UsageError, match="Add the offset"):
        by_school_clock(parse_time(text), "Europe/Kyiv")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("now", r"such as .* or 2026-11-23T12:00\+02:00; without an offset"),
        ("2026-12-01", "expected a time"),
        ("2026-12-01T25:00", "doesn't exist"),
        ("2026-12-01T15:00+2", "expected a time"),
    ],
)
def test_anything_else_is_told_with_an_example(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        parse_time(text)
