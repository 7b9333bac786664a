"""Requests about notifications (contract 3.4)."""

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from rtserver.errors import Invalid
from rtserver.input.field_types import ONE_LINE, EventName, Id
from rtserver.mail.events import ACCOUNT_MAILS
from rtserver.notifications.reserved import RESERVED, RESERVED_PREFIX

MAX_USERS = 1000
MAX_BYTES = 32_768
# Platforms name events as they like, so users may choose about any: within reason.
MAX_CHOSEN = 200

Key = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=ONE_LINE)]


class NotificationBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of POST /api/notifications/."""

    event: EventName
    user_ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=MAX_USERS)]
    data: msgspec.Raw
    idempotency_key: Key | UnsetType = UNSET


class Preference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A choice about the mails of one event."""

    email: bool


Preferences = Annotated[dict[EventName, Preference], msgspec.Meta(max_length=100)]


class LessonOfData(msgspec.Struct, frozen=True):
    """The part of a platform's data that the server itself reads."""

    lesson_id: Id | None = None


def check_event(event: str) -> None:
    """Refuse an event of a platform that is called like one of the server's own."""
    if event in RESERVED or event.startswith(RESERVED_PREFIX):
        raise Invalid.at(
            "event",
            "the server itself has this name: choose another, as homework.graded",
        )


def check_choosable(events: Iterable[str]) -> None:
    """Refuse a choice about the mails that open an account."""
    for event in events:
        if event in ACCOUNT_MAILS:
            raise Invalid.at(event, "is about the account: it always goes by mail")


def check_data(data: msgspec.Raw) -> None:
    """Refuse data that is no object, or too large for everybody's phone."""
    raw = bytes(data).strip()
    if not raw.startswith(b"{"):
        raise Invalid.at("data", "must be an object")
    if len(raw) > MAX_BYTES:
        raise Invalid.at("data", f"at most {MAX_BYTES} bytes, please")


def lesson_of(data: msgspec.Raw) -> int | None:
    """Return the lesson that a platform's data names, if it does."""
    try:
        return msgspec.json.decode(bytes(data), type=LessonOfData).lesson_id
    except msgspec.DecodeError:
        return None
