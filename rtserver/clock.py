"""Time, as it is measured, stored and written."""

import re
import time
from datetime import UTC, datetime

RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
    r"(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})",
    re.IGNORECASE,
)


class Clock:
    """The machine's clocks; tests inject one that stands still."""

    def monotonic(self) -> float:
        """Return seconds for measuring intervals; the starting point means nothing."""
        return time.monotonic()

    def now(self) -> datetime:
        """Return the time of day in UTC, for whatever is stored or sent."""
        return datetime.now(UTC)


def rfc3339(moment: datetime) -> str:
    """Write an aware datetime in UTC with ``Z``: whole seconds, else 3 or 6 digits."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone can't be written")
    utc = moment.astimezone(UTC)
    if not utc.microsecond:
        digits = "seconds"
    elif utc.microsecond % 1000 == 0:
        digits = "milliseconds"
    else:
        digits = "microseconds"
    return utc.isoformat(timespec=digits).removesuffix("+00:00") + "Z"


def parse_rfc3339(text: str) -> datetime:
    """Read an RFC 3339 time with any offset as UTC, from 1970 on; else ValueError."""
    if not RFC3339.fullmatch(text):
        raise ValueError("expected a time such as 2026-11-23T10:00:00Z")
    try:
        moment = datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("this date, time or offset doesn't exist") from None
    if moment.year < 1970:
        raise ValueError("expected a time from 1970 on")
    return moment
