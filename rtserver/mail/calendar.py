"""A lesson as a calendar entry that a mail carries (RFC 5545, 5546)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LINE_BYTES = 75


@dataclass(frozen=True, slots=True)
class Entry:
    """A calendar's entry for a lesson.

    ``method`` is REQUEST, or CANCEL for what no longer takes place.
    """

    uid: str
    sequence: int
    method: str
    title: str
    starts_at: datetime
    ends_at: datetime
    written_at: datetime
    organizer: str
    attendee: str
    attendee_name: str
    url: str = ""


def calendar(entry: Entry) -> bytes:
    """Write a calendar with one entry, its times in UTC."""
    return b"".join(_folded(line) for line in _lines(entry))


def _lines(entry: Entry) -> Iterator[str]:
    cancelled = entry.method == "CANCEL"
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield "PRODID:-//rtserver//lessons//EN"
    yield "CALSCALE:GREGORIAN"
    yield f"METHOD:{entry.method}"
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"DTSTAMP:{_utc(entry.written_at)}"
    yield f"DTSTART:{_utc(entry.starts_at)}"
    yield f"DTEND:{_utc(entry.ends_at)}"
    yield f"SUMMARY:{_text(entry.title)}"
    yield f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}"
    yield f"ORGANIZER:mailto:{entry.organizer}"
    name = _parameter(entry.attendee_name)
    yield f"ATTENDEE;CN={name};ROLE=REQ-PARTICIPANT:mailto:{entry.attendee}"
    if entry.url:
        yield f"URL:{entry.url}"
    yield "END:VEVENT"
    yield "END:VCALENDAR"


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
    pieces, piece = [], b""
    for character in line:
        data = character.encode()
        if len(piece) + len(data) > _LINE_BYTES:
            pieces.append(piece)
            piece = b" "  # which a reader takes away again
        piece += data
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
