"""Time zones: the names that are taken, from users and from the settings alike."""

from functools import cache
from zoneinfo import available_timezones

# Names that zoneinfo lists and that aren't a place's time.
NOT_ZONES = frozenset({"Factory", "localtime", "posixrules"})


@cache
def timezones() -> frozenset[str]:
    """Return the names (IANA) of the time zones that this system knows."""
    # zoneinfo walks the file system each time; the list changes with the system only.
    return frozenset(available_timezones()) - NOT_ZONES
