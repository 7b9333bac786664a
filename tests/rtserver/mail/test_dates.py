"""Times as a mail shows them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rtserver.mail.dates import Dates
from rtserver.mail.templates import Letter, MailTemplates

START = datetime(2026, 12, 1, 22, 30, tzinfo=UTC)


LETTER = Letter(
    event="lesson.scheduled",
    user={"id": 2, "name": "Тарас", "locale": "uk", "timezone": "Europe/Kyiv"},
    data={"lesson_id": 3, "by": {"id": 1, "name": "Олена"}, "tutor": {"name": "Олена"}},
    lesson={
        "id": 3,
        "title": "Алгебра <1> & ще",
        "starts_at": START,
        "ends_at": START + timedelta(hours=1),
    },
    base_url="https://school.example",
    unsubscribe_url="https://school.example/api/notifications/unsubscribe/x",
    more={"messages": [{"author": "Іван", "text": "<b>Привіт</b>", "at": START}]},
)


def letter(event="lesson.scheduled", locale="uk", **changes):
    return replace(
        LETTER, event=event, user=LETTER.user | {"locale": locale}, **changes
    )


def test_times_are_the_recipients_on_the_24_hour_clock():
    text = MailTemplates().render(letter(locale="en")).text

    assert "Wednesday, 2 December 2026" in text
    assert "00:30–01:30 (Europe/Kyiv)" in text


def test_a_zone_that_is_not_known_any_more_is_not_claimed():
    person = LETTER.user | {"locale": "en", "timezone": "Europe/Atlantis"}

    text = MailTemplates().render(replace(LETTER, user=person)).text

    assert "22:30–23:30 (UTC)" in text and "Atlantis" not in text


@pytest.mark.parametrize(
    ("start", "hours"),
    [
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "02:30 UTC+2 – 04:30 UTC+3"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "03:30 UTC+3 – 03:30 UTC+2"),
        (datetime(2026, 10, 24, 15, 0, tzinfo=UTC), "18:00–19:00"),
        (datetime(2026, 10, 25, 15, 0, tzinfo=UTC), "17:00–18:00"),
    ],
)
def test_hours_follow_the_change_of_the_clocks(start, hours):
    dates = Dates("uk", "Europe/Kyiv")

    assert dates.period(start, start + timedelta(hours=1)) == hours


@pytest.mark.parametrize(
    ("zone", "start", "hours"),
    [
        ("Europe/London", datetime(2026, 10, 25, 0, 30), "01:30 UTC+1 – 01:30 UTC"),
        (
            "America/St_Johns",
            datetime(2026, 11, 1, 4),
            "01:30 UTC-2:30 – 01:30 UTC-3:30",
        ),
        (
            *("America/Havana", datetime(2026, 3, 8, 4, 30)),
            "23:30 UTC-5 – 8 березня 2026, 01:30 UTC-4",
        ),
    ],
)
def test_hours_around_the_change_of_the_clocks_name_their_offsets(zone, start, hours):
    begins = start.replace(tzinfo=UTC)

    assert Dates("uk", zone).period(begins, begins + timedelta(hours=1)) == hours


def test_a_lesson_over_midnight_shows_both_dates():
    dates = Dates("uk", "UTC")

    assert dates.period(START, START + timedelta(hours=2)) == (
        "22:30 – 2 грудня 2026, 00:30"
    )


def test_dates_are_read_from_texts_and_other_things_show_as_nothing():
    dates = Dates("en", "Europe/Kyiv")

    assert dates.clock("2026-12-01T22:30:00Z") == "00:30"
    assert [dates.day(odd) for odd in (None, 5, "soon", {}, "2026-99-99T1")] == [""] * 5


def test_dates_are_written_in_the_language_of_a_locale_however_spelt():
    for spelling in ("uk", "uk-UA", "uk_UA", "UK"):
        assert Dates(spelling, "UTC").short_day(START) == "1 грудня 2026"
