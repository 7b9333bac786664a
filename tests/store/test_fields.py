"""Moments as both databases keep them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from store.fields import UtcField, from_micros, to_micros

MOMENTS = [
    datetime(2026, 11, 23, 10, 0, 0, 123456, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_moment_is_kept_to_the_microsecond(moment: datetime) -> None:
    assert from_micros(to_micros(moment)) == moment
    assert to_micros(moment - timedelta(microseconds=1)) == to_micros(moment) - 1


def test_a_moment_of_another_time_zone_is_the_same_number() -> None:
    kyiv = timezone(timedelta(hours=2))

    assert to_micros(MOMENTS[0].astimezone(kyiv)) == to_micros(MOMENTS[0])


def test_a_column_gives_moments_and_takes_numbers_too() -> None:
    field = UtcField(null=True)

    assert field.python_value(field.db_value(MOMENTS[0])) == MOMENTS[0]
    assert field.db_value(5) == 5
    assert (field.db_value(None), field.python_value(None)) == (None, None)
