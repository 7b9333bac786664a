"""Lessons as calendar entries: what mails carry, and what calendars read.

RFC 5545 and 5546.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LINE_BYTES = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEvent:
    """A lesson in a calendar; ``status``: CONFIRMED, TENTATIVE or CANCELLED."""

    uid: str
    sequence: int
    title: str
    starts_at: datetime
    ends_at: datetime
    written_at: datetime
    url: str = ""
    status: str = "CONFIRMED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(CalendarEvent):
    """A lesson as a mail invites to it.

    ``method`` is REQUEST, or CANCEL for what no longer takes place.
    """

    method: str
    organizer: str
    attendee: str
    attendee_name: str


def uid_of(lesson_id: int, school: str) -> str:
    """Return what a lesson is known by in all calendars, whatever changes of it."""
    return f"lesson-{lesson_id}-{school}@rtserver"


def calendar(entry: Entry) -> bytes:
    """Write a calendar with one entry, its times in UTC."""
    name = _parameter(entry.attendee_name)
    cancelled = entry.method == "CANCEL"
    people = (
        f"ORGANIZER:mailto:{entry.organizer}",
        f"ATTENDEE;CN={name};ROLE=REQ-PARTICIPANT:mailto:{entry.attendee}",
    )
    shown = replace(entry, status="CANCELLED") if cancelled else entry
    return _written([f"METHOD:{entry.method}", *_event(shown, *people)])


def feed(events: Iterable[CalendarEvent]) -> bytes:
    """Write a calendar for programs that read it again and again."""
    # How often to look, as RFC 7986 has it, and as older programs know it.
    lines = ["REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"]
    for event in events:
        lines += _event(event)
    return _written(lines)


def _written(content: Iterable[str]) -> bytes:
    head = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//rtserver//lessons//EN",
        "CALSCALE:GREGORIAN",
    )
    lines = (*head, *content, "END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(event: CalendarEvent, *more: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTAMP:{_utc(event.written_at)}"
    yield f"DTSTART:{_utc(event.starts_at)}"
    yield f"DTEND:{_utc(event.ends_at)}"
    yield f"SUMMARY:{_text(event.title)}"
    yield f"STATUS:{event.status}"
    yield from more
    if event.url:
        yield f"URL:{event.url}"
    yield "END:VEVENT"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    value = _CONTROLS.sub(" ", value)
    escaped = re.sub(r"([\\;,])", r"\\\1", value)
    return escaped.replace("\n", "\\n")


def _parameter(value: str) -> str:
    """Quote a parameter's value, which can hold anything but quotes and controls."""
    return '"' + re.sub(r'["\n]', "'", _CONTROLS.sub(" ", value)) + '"'


def _folded(line: str) -> bytes:
    """Break a line at 75 bytes, never within a character."""
    whole = line.encode()
    if len(whole) <= _LINE_BYTES:
        return whole + b"\r\n"
    pieces, piece = [], b""
    for character in line:
        data = character.encode()
        if len(piece) + len(data) > _LINE_BYTES:
            pieces.append(piece)
            piece = b" "  # which a reader takes away again
        piece += data
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
