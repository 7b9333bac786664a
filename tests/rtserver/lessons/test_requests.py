"""What a client sends about lessons, cleaned."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from msgspec import UNSET

from rtserver.errors import Invalid
from rtserver.lessons.requests import (
    MAX_INVITATIONS,
    Invitation,
    LessonBody,
    LessonPatch,
    cleaned,
)

KYIV = timezone(timedelta(hours=2))
NOON = datetime(2026, 12, 1, 12, tzinfo=KYIV)


def test_a_patch_stays_silent_about_what_it_does_not_change() -> None:
    patch = cleaned(LessonPatch(title="  Дроби "))

    assert patch == LessonPatch(title="Дроби")
    assert patch.starts_at is UNSET


def test_times_become_utc_whatever_their_offset() -> None:
    lesson = cleaned(LessonBody("Algebra", NOON, NOON + timedelta(hours=1)))

    assert (lesson.starts_at, lesson.starts_at.tzinfo) == (NOON, UTC)
    assert lesson.ends_at.hour == 11


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1969, 12, 31, 23, 59, tzinfo=UTC),
        datetime(1970, 1, 1, 1, tzinfo=KYIV),
        datetime.max.replace(tzinfo=timezone(-timedelta(hours=1))),
    ],
)
def test_times_that_no_column_holds_are_named(moment: datetime) -> None:
    with pytest.raises(Invalid, match="starts_at: must be in the years 1970 to 9999"):
        cleaned(LessonPatch(starts_at=moment))


@pytest.mark.parametrize("count", [MAX_INVITATIONS, MAX_INVITATIONS + 1])
def test_a_lesson_is_no_way_to_invite_everybody(count: int) -> None:
    members = [{"user_id": id, "role": "student"} for id in range(1, count + 1)]
    times = {"starts_at": NOON, "ends_at": NOON}
    body = {"title": "Algebra", "members": members, **times}

    if count <= MAX_INVITATIONS:
        made = msgspec.convert(body, LessonBody)
        assert len(made.members or ()) == count
    else:
        with pytest.raises(msgspec.ValidationError, match="members"):
            msgspec.convert(body, LessonBody)


@pytest.mark.parametrize("state", ["declined", "Accepted", None])
def test_an_invitation_has_one_of_two_states(state: object) -> None:
    asked = {"user_id": 7, "role": "student", "state": state}

    with pytest.raises(msgspec.ValidationError, match="state"):
        msgspec.convert(asked, Invitation)
