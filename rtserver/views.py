"""Views: records as they look on the wire (1, 3.1–3.3), in HTTP and in events."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from store.records import (
    FileRecord,
    HeldMessageRecord,
    LessonRecord,
    MemberRecord,
    MessageRecord,
    UserRecord,
)

# What the columns hold, for the API documents.
Time = Annotated[datetime, msgspec.Meta(tz=True)]
Role = Annotated[
    str, msgspec.Meta(extra_json_schema={"enum": ["admin", "tutor", "student"]})
]
MemberRole = Annotated[
    str, msgspec.Meta(extra_json_schema={"enum": ["tutor", "student"]})
]
State = Annotated[
    str, msgspec.Meta(extra_json_schema={"enum": ["invited", "accepted"]})
]
Board = Annotated[str, msgspec.Meta(extra_json_schema={"enum": ["draw", "view"]})]
ChatMode = Annotated[
    str, msgspec.Meta(extra_json_schema={"enum": ["open", "tutors", "moderated"]})
]
Status = Annotated[
    str, msgspec.Meta(extra_json_schema={"enum": ["scheduled", "cancelled"]})
]

Purpose = Annotated[str, msgspec.Meta(extra_json_schema={"enum": ["chat", "board"]})]


class UserView(msgspec.Struct, frozen=True):
    """A user, as admins and they themselves see them."""

    id: int
    email: str
    name: str
    role: Role
    locale: str
    timezone: str
    is_active: bool


class PersonView(msgspec.Struct, frozen=True):
    """A person, by id and name."""

    id: int
    name: str


class MemberView(msgspec.Struct, frozen=True):
    """A member of a lesson."""

    user_id: int
    name: str
    role: MemberRole
    state: State
    board: Board


class LessonView(msgspec.Struct, frozen=True):
    """A lesson with its members; ``chat`` says what its students may say.

    ``summary`` is there for a member who asked for it.
    """

    id: int
    title: str
    starts_at: Time
    ends_at: Time
    status: Status
    chat: ChatMode
    members: list[MemberView]
    summary: "SummaryView | UnsetType" = UNSET


class FileView(msgspec.Struct, frozen=True):
    """A file that belongs to a message."""

    id: str
    name: str
    type: str
    bytes: int


class MessageView(msgspec.Struct, frozen=True):
    """A message of a lesson's chat, as it is by now."""

    id: int
    lesson_id: int
    seq: int
    created_seq: int
    author: PersonView
    text: str
    created_at: Time
    edited_at: Time | None
    deleted: bool
    client_id: str | None
    deleted_by: int | None = None
    files: list[FileView] = []


class LessonFileView(msgspec.Struct, frozen=True):
    """A picture or document of a lesson."""

    id: str
    lesson_id: int
    user_id: int
    purpose: Purpose = msgspec.field(name="for")
    name: str
    type: str
    bytes: int
    sha256: str
    created_at: Time


class SummaryView(msgspec.Struct, frozen=True):
    """A lesson as one of its members has it, beside the lesson itself.

    ``unread`` counts others' messages, at most 100; ``read`` is one's mark; ``present``
    are the ids of who is in the room; ``held`` counts what waits and one may see.
    """

    unread: int
    seq: int
    read: int
    last_message: MessageView | None
    present: list[int]
    held: int


class HeldView(msgspec.Struct, frozen=True):
    """A message that a tutor has yet to look at before its lesson sees it."""

    held_id: int
    lesson_id: int
    author: PersonView
    text: str
    files: list[FileView]
    client_id: str | None
    created_at: Time


def user_view(user: UserRecord) -> UserView:
    return UserView(
        id=user.id,
        email=user.email,
        name=user.name,
        role=user.role,
        locale=user.locale,
        timezone=user.timezone,
        is_active=user.is_active,
    )


def member_view(member: MemberRecord) -> MemberView:
    return MemberView(
        user_id=member.user_id,
        name=member.name,
        role=member.role,
        state=member.state,
        board=member.board,
    )


def lesson_view(lesson: LessonRecord, members: list[MemberRecord]) -> LessonView:
    return LessonView(
        id=lesson.id,
        title=lesson.title,
        starts_at=lesson.starts_at,
        ends_at=lesson.ends_at,
        status=lesson.status,
        chat=lesson.chat,
        members=[member_view(member) for member in members],
    )


def message_view(message: MessageRecord) -> MessageView:
    return MessageView(
        id=message.id,
        lesson_id=message.lesson_id,
        seq=message.seq,
        created_seq=message.created_seq,
        author=PersonView(message.author_id, message.author_name),
        text=message.text,
        created_at=message.created_at,
        edited_at=message.edited_at,
        deleted=message.deleted,
        client_id=message.client_id,
        deleted_by=message.deleted_by,
        files=_attached(message.files),
    )


def _attached(files: Iterable[FileRecord]) -> list[FileView]:
    return [FileView(file.id, file.name, file.type, file.bytes) for file in files]


def file_view(file: FileRecord) -> LessonFileView:
    return LessonFileView(
        id=file.id,
        lesson_id=file.lesson_id,
        user_id=file.user_id,
        purpose=file.purpose,
        name=file.name,
        type=file.type,
        bytes=file.bytes,
        sha256=file.sha256,
        created_at=file.created_at,
    )


def held_view(held: HeldMessageRecord) -> HeldView:
    return HeldView(
        held_id=held.id,
        lesson_id=held.lesson_id,
        author=PersonView(held.author_id, held.author_name),
        text=held.text,
        files=_attached(held.files),
        client_id=held.client_id,
        created_at=held.created_at,
    )
