"""Times as people type them: with an offset, or by the school's own clock."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from rtserver.cli.console import UsageError
from rtserver.clock import parse_rfc3339

_TIME = re.compile(
    r"(?P<day>[0-9-]{10})[T ](?P<minute>[0-9]{2}:[0-9]{2})(?P<second>:[0-9.]+)?"
    r"(?P<offset>Z|[+-][0-9:]+)?",
    re.IGNORECASE | re.ASCII,
)
EXPECTED = (
    "expected a time such as 2026-11-23T10:00:00Z or 2026-11-23T12:00+02:00; without "
    "an offset it is by [notifications] timezone"
)


def parse_time(text: str) -> datetime:
    """Read a time, which has no zone where no offset is given; else ValueError."""
    match = _TIME.fullmatch(text)
    if not match:
        raise ValueError(EXPECTED)
    offset = match["offset"]
    whole = f"{match['day']}T{match['minute']}{match['second'] or ':00'}"
    moment = parse_rfc3339(f"{whole}{offset or 'Z'}")
    return moment if offset else moment.replace(tzinfo=None)


def by_school_clock(moment: datetime, zone: str) -> datetime:
    """Return a time in UTC; one without a zone is what that zone's clocks show."""
    if moment.tzinfo is not None:
        return moment
    first, second = (
        moment.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)
        for fold in (0, 1)
    )
    if first != second:  # shown twice that night, or not at all
        raise UsageError(
            f"{moment:%Y-%m-%dT%H:%M}: the clocks of {zone} change then. Add the "
            "offset that is meant, such as +02:00."
        )
    return first
