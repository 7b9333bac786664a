"""What of a record goes out."""

import json
from datetime import UTC, datetime

import msgspec

from rtserver.views import lesson_view, message_view, user_view
from store.records import LessonRecord, MemberRecord, MessageRecord, UserRecord

TEN = datetime(2026, 12, 1, 10, 0, 0, 120000, tzinfo=UTC)


def wire(view: msgspec.Struct) -> dict[str, object]:
    decoded: dict[str, object] = json.loads(msgspec.json.encode(view))
    return decoded


def test_of_a_user_it_stays_here_when_their_logins_ended() -> None:
    user = UserRecord(7, "o@s.example", "Olena", "tutor", "uk", "UTC", True, TEN)

    assert "revoked_at" not in wire(user_view(user))


def test_of_a_message_the_fingerprint_stays_here() -> None:
    text = "Hello"
    message = MessageRecord(
        *(1, 3, 12, 10, 7, "Olena", text, TEN, None, False, "c1", "a digest")
    )

    shown = wire(message_view(message))

    assert "sent_digest" not in shown and "a digest" not in shown.values()
    assert (shown["author"], shown["edited_at"]) == ({"id": 7, "name": "Olena"}, None)
    assert shown["created_at"] == "2026-12-01T10:00:00.120000Z"


def test_a_lesson_is_shown_with_its_members_and_without_its_positions() -> None:
    lesson = LessonRecord(3, "Algebra", TEN, TEN, "scheduled", 9, 4, 2)
    member = MemberRecord(3, 7, "Olena", "tutor", "accepted", "draw", 5)

    shown = wire(lesson_view(lesson, [member]))

    names = {"id", "title", "starts_at", "ends_at", "status", "chat", "members"}
    assert set(shown) == names
    assert shown["members"] == [
        {
            "user_id": 7,
            "name": "Olena",
            "role": "tutor",
            "state": "accepted",
            "board": "draw",
        }
    ]
