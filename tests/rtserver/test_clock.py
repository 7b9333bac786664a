from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtserver.clock import Clock, parse_rfc3339, rfc3339
from tests.fakes import FakeClock

MOMENT = datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("microsecond", "written"),
    [
        (0, "2026-11-23T10:00:00Z"),
        (250_000, "2026-11-23T10:00:00.250Z"),
        (250_001, "2026-11-23T10:00:00.250001Z"),
    ],
)
def test_a_time_is_written_with_as_many_digits_as_it_needs(microsecond, written):
    assert rfc3339(MOMENT.replace(microsecond=microsecond)) == written


def test_a_time_in_another_zone_is_written_in_utc():
    kyiv = timezone(timedelta(hours=2))

    assert rfc3339(MOMENT.astimezone(kyiv)) == "2026-11-23T10:00:00Z"


def test_a_time_without_a_zone_is_not_written():
    with pytest.raises(ValueError, match="without a zone"):
        rfc3339(MOMENT.replace(tzinfo=None))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T10:00:00Z",
        "2026-11-23t10:00:00z",
        "2026-11-23T12:00:00+02:00",
        "2026-11-23T00:00:00-10:00",
        "2026-11-23T10:00:00.000000000Z",
    ],
)
def test_any_offset_is_read_as_utc(text):
    parsed = parse_rfc3339(text)

    assert parsed == MOMENT
    assert parsed.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-23",
        "2026-11-23T10:00:00",
        "2026-11-23 10:00:00Z",
        "2026-11-23T10:00Z",
        "2026-11-23T10:00:60Z",
        "2026-11-23T24:00:00Z",
        "2026-02-30T10:00:00Z",
        "2026-11-23T10:00:00+25:00",
        "2026-11-23T10:00:00+02:00:30",
        "1969-12-31T23:59:59Z",
        "9999-12-31T23:59:59-01:00",
        "٢٠٢٦-11-23T10:00:00Z",
        "2026-11-23T10:00:00Z\n",
    ],
)
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        parse_rfc3339(text)


@given(st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)))
def test_what_was_written_is_read_back_unchanged(moment):
    assert parse_rfc3339(rfc3339(moment)) == moment


def test_the_clock_gives_utc_and_never_goes_back():
    clock = Clock()
    earlier = clock.monotonic()

    assert clock.now().utcoffset() == timedelta(0)
    assert clock.monotonic() >= earlier


def test_the_fake_clock_moves_both_times_when_told():
    clock = FakeClock()
    before = (clock.monotonic(), clock.now())

    clock.advance(1.5)

    assert clock.monotonic() - before[0] == 1.5
    assert clock.now() - before[1] == timedelta(seconds=1.5)
