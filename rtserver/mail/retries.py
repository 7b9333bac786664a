"""The schedule of a mail's retries."""

from datetime import datetime, timedelta

# Greylisting lasts minutes, and a mail server that is down often hours.
FIRST = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30))
LATER = timedelta(hours=2)
MAX_AGE = timedelta(hours=24)
# A second time that nobody knows whether a mail was taken, a person has to look.
MAX_DOUBTS = 2


def next_try(attempts: int, first_at: datetime, now: datetime) -> datetime | None:
    """Return the moment of the next try after so many; None: never again."""
    delay = FIRST[attempts - 1] if 0 < attempts <= len(FIRST) else LATER
    return now + delay if now + delay <= first_at + MAX_AGE else None
