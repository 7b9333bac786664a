"""Rows for the tests of queries: people, lessons, who is in them, and mails."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from store import lessons, members, messages, outbox, users
from store.records import LessonRecord, MemberRecord, UserRecord
from store.transaction import Transaction

TEN = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def noise(size: int) -> bytes:
    """Return so many bytes that no packing makes smaller."""
    return b"[" + Random(size).randbytes(size - 1)


def add_user(tx: Transaction, user_id: int, **more: Any) -> UserRecord:
    name = f"user{user_id}"
    plain = {
        "id": user_id,
        "email": f"{name}@school.example",
        "email_key": f"{name}@school.example",
        "name": name.title(),
        "role": "student",
        "locale": "uk",
        "timezone": "Europe/Kyiv",
        "created_at": TEN,
    }
    return users.add(tx, plain | more)


def add_lesson(tx: Transaction, lesson_id: int, **more: Any) -> LessonRecord:
    plain: dict[str, Any] = {
        "title": f"Lesson {lesson_id}",
        "starts_at": TEN,
        "ends_at": TEN + HOUR,
        "at": TEN,
    }
    return lessons.insert_with_id(tx, lesson_id, **plain | more)


def add_member(
    tx: Transaction, lesson_id: int, user_id: int, **more: Any
) -> MemberRecord:
    plain: dict[str, Any] = {
        "role": "student",
        "state": "accepted",
        "board": "draw",
        "chat_from": 0,
    }
    member = MemberRecord(lesson_id, user_id, f"User{user_id}", **plain | more)
    members.insert(tx, member, TEN)
    return member


def draft(lesson_id: int, author: int, seq: int, **more: Any) -> dict[str, Any]:
    """Return a message that isn't stored yet."""
    plain = {
        "lesson": lesson_id,
        "author": author,
        "seq": seq,
        "text": f"text {seq}",
        "created_at": TEN,
        "client_id": None,
        "sent_digest": None,
    }
    return plain | more


def add_messages(tx: Transaction, *drafts: Mapping[str, Any]) -> list[int]:
    return messages.insert_many(tx, drafts)


def add_mail(tx: Transaction, user_id: int, lesson_id: int, **more: Any) -> int:
    """Add a mail that waits and is due at ten; give its id."""
    plain = {
        "user": user_id,
        "event": "chat.message",
        "lesson_id": lesson_id,
        "data": "{}",
        "lesson": None,
        "held": False,
        "due_at": TEN,
        "ready_at": TEN,
        "created_at": TEN,
    }
    (made,) = outbox.insert_many(tx, [plain | more]).values()
    return made


def restart_ids(tx: Transaction, table: str) -> None:
    """Have ids begin at 1, as in a new database; a rollback takes even that back."""
    if tx.is_postgres:
        tx.engine.execute_sql(f"ALTER SEQUENCE {table}_id_seq RESTART")
