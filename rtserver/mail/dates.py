"""Dates and times as a mail shows them: the recipient's zone, the 24-hour clock."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from rtserver.clock import parse_rfc3339
from rtserver.settings.locales import language_of

_EN_DAYS = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
]
_EN_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_UK_DAYS = ["понеділок", "вівторок", "середа", "четвер", "п’ятниця", "субота", "неділя"]
_UK_MONTHS = [
    "січня",
    "лютого",
    "березня",
    "квітня",
    "травня",
    "червня",
    "липня",
    "серпня",
    "вересня",
    "жовтня",
    "листопада",
    "грудня",
]


def zone_of(name: str) -> tzinfo:
    """Return a time zone by its IANA name; UTC for one that isn't known any more."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def moment_of(value: Any) -> datetime | None:
    """Read a moment, which may be an RFC 3339 text; None for anything else."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    if isinstance(value, str):
        try:
            return parse_rfc3339(value)
        except ValueError:
            return None
    return None


class Dates:
    """A writer of moments for one recipient; of what is no moment it writes nothing.

    ``zone`` names the time zone that they are in.
    """

    def __init__(self, locale: str, timezone: str) -> None:
        self._zone = zone_of(timezone)
        self.zone = str(self._zone)
        language = language_of(locale)
        self._long = _LONG.get(language, date.isoformat)
        self._short = _SHORT.get(language, date.isoformat)

    def day(self, value: Any) -> str:
        """Write the date with its weekday: ``Tuesday, 1 December 2026``."""
        local = self._local(value)
        return self._long(local.date()) if local else ""

    def short_day(self, value: Any) -> str:
        """Write the date: ``1 December 2026``."""
        local = self._local(value)
        return self._short(local.date()) if local else ""

    def clock(self, value: Any) -> str:
        """Write the time of day: ``18:00``."""
        local = self._local(value)
        return f"{local:%H:%M}" if local else ""

    def period(self, start: Any, end: Any) -> str:
        """Write from when to when: ``18:00–19:00``, with the date if it ends later.

        If the clocks are changed meanwhile, each time has its offset.
        """
        first, last = self._local(start), self._local(end)
        if first is None or last is None:
            return self.clock(start)
        begins, ends = f"{first:%H:%M}", f"{last:%H:%M}"
        if first.utcoffset() != last.utcoffset():
            # Else an hour that comes twice looks like a lesson of no length.
            begins, ends = f"{begins} {_offset(first)}", f"{ends} {_offset(last)}"
        if first.date() != last.date():
            return f"{begins} – {self._short(last.date())}, {ends}"
        return f"{begins} – {ends}" if " " in begins else f"{begins}–{ends}"

    def _local(self, value: Any) -> datetime | None:
        moment = moment_of(value)
        try:
            return moment.astimezone(self._zone) if moment else None
        except OverflowError:  # the last hours of the year 9999
            return moment


def _offset(local: datetime) -> str:
    """Name what a time is ahead of UTC: ``UTC+3``, ``UTC-3:30``, ``UTC``."""
    offset = local.utcoffset() or timedelta()
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    if not offset:
        return "UTC"
    sign = "-" if offset < timedelta() else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")


def _en_long(day: date) -> str:
    return f"{_EN_DAYS[day.weekday()]}, {_en_short(day)}"


def _en_short(day: date) -> str:
    return f"{day.day} {_EN_MONTHS[day.month - 1]} {day.year}"


def _uk_long(day: date) -> str:
    return f"{_UK_DAYS[day.weekday()]}, {_uk_short(day)}"


def _uk_short(day: date) -> str:
    return f"{day.day} {_UK_MONTHS[day.month - 1]} {day.year}"


_LONG: Mapping[str, Callable[[date], str]] = {"en": _en_long, "uk": _uk_long}
_SHORT: Mapping[str, Callable[[date], str]] = {"en": _en_short, "uk": _uk_short}
