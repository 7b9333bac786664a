"""What a calendar program gets to read, by an independent parser; both databases."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar
from icalendar import Event as ParsedEvent

from rtserver.errors import Forbidden, NotFound
from rtserver.lessons.calendars import Calendars
from rtserver.lessons.requests import LessonPatch
from rtserver.mail.calendar import uid_of
from store import facts, users
from tests.lesson_school import (
    ADMIN,
    ELEVEN,
    LESSON,
    OLENA,
    PLATFORM,
    SOFIA,
    TARAS,
    TEN,
    ask,
    body,
)

BASE = "https://school.example"


@pytest.fixture
def service(school: Any) -> Iterator[Calendars]:
    return Calendars(school.db, school.clock, base_url=lambda: BASE)


async def opened(service: Calendars, person: Any) -> str:
    """Make an address; give what stands in it."""
    url = (await service.open(person)).url
    head, tail = f"{BASE}/api/calendar/", ".ics"
    assert url.startswith(head) and url.endswith(tail)
    return url.removeprefix(head).removesuffix(tail)


async def read(service: Calendars, signed: str) -> dict[str, ParsedEvent]:
    """Read a calendar with an independent parser; give its events by UID."""
    parsed = Calendar.from_ical((await service.read(signed)).body)
    events = parsed.walk("VEVENT")
    assert not parsed.errors and not any(event.errors for event in events)
    return {str(event["UID"]): event for event in events}


async def test_a_lesson_has_title_times_and_link_and_nobodys_name(
    school: Any, service: Calendars
) -> None:
    signed = await opened(service, SOFIA)

    [(uid, event)] = (await read(service, signed)).items()

    assert uid == uid_of(LESSON, await school.db.read(facts.school))
    assert event["SUMMARY"] == "Fractions"
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (TEN, ELEVEN)
    assert event["URL"] == f"{BASE}/lessons/{LESSON}"
    assert (event["STATUS"], event["SEQUENCE"]) == ("CONFIRMED", 0)
    text = (await service.read(signed)).body.decode()
    assert "example.org" not in text
    assert not any(name in text for name in ("Olena", "Sofia", "ATTENDEE", "ORGANIZER"))


async def test_invited_is_tentative_and_cancelled_is_cancelled(
    service: Calendars, lessons: Any
) -> None:
    signed = await opened(service, TARAS)
    assert [e["STATUS"] for e in (await read(service, signed)).values()] == [
        "TENTATIVE"
    ]

    await lessons.patch(OLENA, LESSON, LessonPatch(title="Roots"))
    await lessons.cancel(OLENA, LESSON)

    [event] = (await read(service, signed)).values()
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 2)


async def test_only_ones_own_lessons_of_the_last_90_days_and_to_come(
    school: Any, lessons: Any
) -> None:
    service = Calendars(school.db, school.clock, base_url=lambda: BASE, page=2)
    now, hour = school.clock.now(), timedelta(hours=1)
    for title, end in (
        ("past", now - timedelta(days=90)),
        ("recent", now - timedelta(days=90) + hour / 2),
        ("far", now + timedelta(days=4000)),
    ):
        times = {"starts_at": end - hour, "ends_at": end}
        people = ask(SOFIA, state="accepted"), ask(OLENA, "tutor")
        await lessons.create(ADMIN, body(*people, title=title, **times))
    await lessons.create(ADMIN, body(ask(TARAS), title="another's"))

    found = await read(service, await opened(service, SOFIA))

    titles = [str(event["SUMMARY"]) for event in found.values()]
    assert titles == ["recent", "Fractions", "far"]


async def test_who_is_taken_out_has_the_lesson_no_more(
    service: Calendars, members: Any
) -> None:
    signed = await opened(service, SOFIA)

    await members.remove(OLENA, LESSON, SOFIA.user_id)

    assert await read(service, signed) == {}


async def test_the_digest_is_of_the_lessons_and_not_of_the_moment(
    school: Any, service: Calendars, lessons: Any
) -> None:
    signed = await opened(service, SOFIA)
    first = await service.read(signed)

    school.clock.advance(60)
    later = await service.read(signed)
    await lessons.patch(OLENA, LESSON, LessonPatch(title="Roots"))
    changed = await service.read(signed)

    assert later.digest == first.digest and later.body != first.body
    assert changed.digest != first.digest


async def test_a_new_address_ends_the_old_one_and_the_end_ends_it(
    school: Any, service: Calendars
) -> None:
    assert (await service.made_at(SOFIA)).created_at is None
    old, new = await opened(service, SOFIA), await opened(service, SOFIA)
    assert (await service.made_at(SOFIA)).created_at == school.clock.now()
    assert old != new
    with pytest.raises(NotFound):
        await service.read(old)
    assert await read(service, new)

    for _ in range(2):
        await service.close(SOFIA)

    assert (await service.made_at(SOFIA)).created_at is None
    with pytest.raises(NotFound):
        await service.read(new)


async def test_who_is_deactivated_has_no_calendar(
    school: Any, service: Calendars
) -> None:
    signed = await opened(service, SOFIA)

    await school.run(users.update, SOFIA.user_id, {"is_active": False})

    with pytest.raises(NotFound):
        await service.read(signed)


async def test_a_platform_has_no_calendar(service: Calendars) -> None:
    for attempt in (service.open, service.made_at, service.close):
        with pytest.raises(Forbidden):
            await attempt(PLATFORM)
