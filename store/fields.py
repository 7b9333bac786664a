"""Column types that mean the same in both databases."""

from datetime import UTC, datetime, timedelta
from typing import Any

from peewee import BigIntegerField

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_micros(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)


class UtcField(BigIntegerField):
    """A moment, kept as microseconds since 1970 so that no time zone can slip in."""

    def db_value(self, value: Any) -> Any:
        return to_micros(value) if isinstance(value, datetime) else value

    def python_value(self, value: Any) -> Any:
        return None if value is None else from_micros(value)
