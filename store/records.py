"""Frozen records: what leaves the store in place of model instances."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class UserRecord:
    id: int
    email: str
    name: str
    role: str
    locale: str
    timezone: str
    is_active: bool
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IdentityRecord:
    """A user as a token's check needs them.

    ``revoked_at`` counts for tokens of no login known here; a known one decides alone.
    """

    id: int
    name: str
    role: str
    is_active: bool
    revoked_at: datetime | None
    login_revoked: bool


@dataclass(frozen=True, slots=True)
class RefreshTokenRecord:
    digest: str
    login_id: str
    user_id: int
    expires_at: datetime
    spent_at: datetime | None
    successor: str | None
    login_revoked: bool
    is_active: bool
    cookie: str | None = None


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """A link to choose a password by, as far as its holder may know whose it is."""

    user_id: int
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class ApiKeyRecord:
    id: int
    name: str
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class LessonRecord:
    """A lesson; ``chat`` says what its students may: open, tutors, moderated."""

    id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    status: str
    chat_seq: int
    board_seq: int
    sequence: int = 0
    student_board: str = "draw"
    chat: str = "open"


@dataclass(frozen=True, slots=True)
class MemberRecord:
    lesson_id: int
    user_id: int
    name: str
    role: str
    state: str
    board: str
    chat_from: int
    accepted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file of a lesson; ``number`` is its place in lists, ``purpose`` chat or board.

    It is named by a message, or by one that is held, or by none so far.
    """

    number: int
    id: str
    lesson_id: int
    user_id: int
    purpose: str
    name: str
    type: str
    bytes: int
    sha256: str
    created_at: datetime
    message_id: int | None
    held_id: int | None

    @property
    def is_shared(self) -> bool:
        """Return whether all members see it."""
        return self.purpose == "board" or self.message_id is not None


@dataclass(frozen=True, slots=True)
class MessageRecord:
    id: int
    lesson_id: int
    seq: int
    created_seq: int
    author_id: int
    author_name: str
    text: str
    created_at: datetime
    edited_at: datetime | None
    deleted: bool
    client_id: str | None
    sent_digest: str | None
    deleted_by: int | None = None
    files: tuple[FileRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldMessageRecord:
    """A message that waits for a tutor, or waited; ``state`` says how that ended.

    held, approved, rejected, withdrawn. Only while it is held, it has a text.
    """

    id: int
    lesson_id: int
    author_id: int
    author_name: str
    text: str
    client_id: str | None
    sent_digest: str | None
    state: str
    created_at: datetime
    message_id: int | None
    files: tuple[FileRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class BoardEntryRecord:
    """A change of a board; ``kind``: patch, reset, replace, restore.

    ``elements`` is the JSON array of what was sent on: nothing for a reset.
    ``element_count`` is how many it changed or set; None where that wasn't noted.
    """

    lesson_id: int
    seq: int
    kind: str
    user_id: int
    at: datetime
    elements: bytes = b"[]"
    element_count: int | None = None


@dataclass(frozen=True, slots=True)
class BoardSnapshotRecord:
    """A snapshot without its data, of ``size`` bytes; ``kind``: regular, cleared, kept.

    ``elements`` counts the live ones. A ``broken`` one can't be read back.
    """

    id: int
    lesson_id: int
    seq: int
    kind: str
    taken_at: datetime
    elements: int
    size: int
    checksum: str
    broken: bool


@dataclass(frozen=True, slots=True)
class AccessChangeRecord:
    """A change of somebody's rights, with its number.

    ``data`` belongs to the ``kind``: see ``rtserver.access.changes``.
    ``user_id`` is 0 where the change is about no user in particular.
    """

    seq: int
    kind: str
    user_id: int
    lesson_id: int | None
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NotificationRecord:
    """A notification; ``data`` is a JSON object, as it was given."""

    id: int
    user_id: int
    seq: int
    event: str
    data: str
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class MailRecord:
    """A row of the outbox; ``data`` and ``lesson`` are JSON as of the event."""

    id: int
    user_id: int
    event: str
    lesson_id: int | None
    data: str
    lesson: str | None
    state: str
    held: bool
    due_at: datetime
    created_at: datetime
    first_at: datetime | None
    attempts: int
    doubts: int
    ended_at: datetime | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class StayRecord:
    """A stay in the room of a lesson; ``left_at`` is None while it lasts.

    ``role`` is what they are in the lesson, or were if they are in it no more.
    """

    user_id: int
    name: str
    role: str
    entered_at: datetime
    left_at: datetime | None
