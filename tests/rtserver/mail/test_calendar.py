from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from rtserver.mail.calendar import CalendarEvent, Entry, calendar, feed

START = datetime(2026, 12, 1, 16, 0, tzinfo=UTC)
ENTRY = Entry(
    uid="lesson-3-abc@rtserver",
    sequence=2,
    method="REQUEST",
    title="Algebra, part 2; roots \\ їжак\nand more",
    starts_at=START,
    ends_at=START + timedelta(hours=1),
    written_at=START - timedelta(days=1),
    organizer="no-reply@school.example",
    attendee="taras@example.org",
    attendee_name='Тарас "Т"; x',
    url="https://school.example",
)


def read(entry):
    """Read the calendar with an independent parser; give it and its one event."""
    parsed = Calendar.from_ical(calendar(entry))
    (event,) = parsed.walk("VEVENT")
    assert not parsed.errors and not event.errors
    return parsed, event


def test_an_independent_parser_reads_what_was_meant():
    parsed, event = read(ENTRY)

    assert parsed["METHOD"] == "REQUEST"
    assert (event["UID"], event["SEQUENCE"]) == ("lesson-3-abc@rtserver", 2)
    assert event["SUMMARY"] == ENTRY.title
    assert event.decoded("DTSTART") == ENTRY.starts_at
    assert event.decoded("DTEND") == ENTRY.ends_at
    assert event.decoded("DTSTAMP") == ENTRY.written_at
    assert event["ORGANIZER"] == "mailto:no-reply@school.example"
    assert event["ATTENDEE"] == "mailto:taras@example.org"
    assert event["ATTENDEE"].params["CN"] == "Тарас 'T'; x".replace("T", "Т")


def test_a_cancelled_lesson_is_a_cancelled_event():
    parsed, event = read(replace(ENTRY, method="CANCEL"))

    assert (parsed["METHOD"], event["STATUS"]) == ("CANCEL", "CANCELLED")


def test_times_of_any_zone_are_written_in_utc():
    kyiv = START.astimezone(timezone(timedelta(hours=2)))

    assert b"DTSTART:20261201T160000Z" in calendar(replace(ENTRY, starts_at=kyiv))


def test_lines_are_folded_at_75_bytes_and_end_with_crlf():
    lines = calendar(replace(ENTRY, title="їжак " * 40)).split(b"\r\n")

    assert max(map(len, lines)) <= 75
    assert lines[-1] == b""


@pytest.mark.parametrize(
    "end", ["\r\nATTENDEE:evil", "\nEND:VEVENT", "\u2028X", "\x0b"]
)
def test_a_title_adds_no_line(end):
    _, event = read(replace(ENTRY, title="Algebra" + end, attendee_name="T" + end))

    assert event["ATTENDEE"] == "mailto:taras@example.org"


@given(st.text(max_size=200), st.text(max_size=80))
def test_any_title_and_name_are_read_back(title, name):
    _, event = read(replace(ENTRY, title=title, attendee_name=name))

    assert event["UID"] == ENTRY.uid and event.decoded("DTSTART") == START


def test_a_calendar_of_many_lessons_is_read_as_it_was_meant():
    plain = {"sequence": 0, "ends_at": ENTRY.ends_at, "written_at": ENTRY.written_at}
    events = [
        CalendarEvent(
            uid=f"{n}", title=ENTRY.title, starts_at=START, status=status, **plain
        )
        for n, status in enumerate(("CONFIRMED", "TENTATIVE", "CANCELLED"))
    ]

    parsed = Calendar.from_ical(feed(events))

    assert not parsed.errors and "METHOD" not in parsed
    found = parsed.walk("VEVENT")
    assert [event["STATUS"] for event in found] == [
        "CONFIRMED",
        "TENTATIVE",
        "CANCELLED",
    ]
    assert {str(event["SUMMARY"]) for event in found} == {ENTRY.title}
    assert parsed.decoded("REFRESH-INTERVAL") == timedelta(hours=1)


def test_a_calendar_of_no_lessons_is_one_too():
    assert Calendar.from_ical(feed([])).walk("VEVENT") == []
