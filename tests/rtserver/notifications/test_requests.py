"""What a client sends about notifications."""

import msgspec
import pytest

from rtserver.errors import Invalid
from rtserver.input.field_types import EventName
from rtserver.notifications.requests import (
    MAX_BYTES,
    Key,
    Preferences,
    check_data,
    lesson_of,
)


@pytest.mark.parametrize("name", ["lesson.scheduled", "a.b", "home_work.graded.late2"])
def test_an_event_is_named_by_words_and_points(name: str) -> None:
    assert msgspec.convert(name, EventName) == name


@pytest.mark.parametrize(
    "name", ["", "lesson", "Lesson.x", "lesson.", ".x", "a..b", "a.b\n", "a.1", "a-b.c"]
)
def test_nothing_else_is_an_event(name: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(name, EventName)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({name: {"email": False}}, Preferences)


@pytest.mark.parametrize("key", ["", "x" * 201, "a\n", "a\0b", "\x7f", "\x85"])
def test_a_key_is_one_line_that_can_be_kept(key: str) -> None:
    assert msgspec.convert("Ключ 1", Key) == "Ключ 1"

    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(key, Key)


@pytest.mark.parametrize("raw", [b"[]", b"null", b'"{}"', b" 7"])
def test_data_that_is_no_object_is_refused(raw: bytes) -> None:
    with pytest.raises(Invalid, match="data: must be an object"):
        check_data(msgspec.Raw(raw))


def test_data_is_measured_as_it_is_sent_on() -> None:
    fitting = b'{"x":"%b"}' % (b"y" * (MAX_BYTES - 8))

    check_data(msgspec.Raw(b"  " + fitting + b"\n"))
    with pytest.raises(Invalid, match=f"at most {MAX_BYTES} bytes"):
        check_data(msgspec.Raw(fitting + b"  }"))


@pytest.mark.parametrize(
    ("raw", "lesson_id"),
    [
        (b'{"lesson_id": 3, "grade": 5}', 3),
        (b'{"grade": 5}', None),
        (b'{"lesson_id": null}', None),
        (b'{"lesson_id": "3"}', None),
        (b'{"lesson_id": 0}', None),
    ],
)
def test_a_lesson_counts_where_the_data_name_one(
    raw: bytes, lesson_id: int | None
) -> None:
    assert lesson_of(msgspec.Raw(raw)) == lesson_id
