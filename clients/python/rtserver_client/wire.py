"""What comes over the wire, for type checkers: docs/protocol.md and docs/http.md."""

from typing import Any, Literal, NotRequired, TypedDict

Reaction = Literal["yes", "no", "done", "help"]


class Author(TypedDict):
    """Whoever wrote a message."""

    id: int
    name: str


class MessageFile(TypedDict):
    """A file, as a message shows it."""

    id: str
    name: str
    type: str
    bytes: int


class Message(TypedDict):
    """A chat message, as events and ``/api/chat/`` have it."""

    id: int
    lesson_id: int
    seq: int
    created_seq: int
    author: Author
    text: str
    created_at: str
    edited_at: str | None
    deleted: bool
    client_id: str | None
    deleted_by: int | None
    files: list[MessageFile]


class HeldMessage(TypedDict):
    """A student's text in a moderated chat, which no tutor has approved yet.

    It is what ``POST /api/chat/messages/`` answers there, and ``chat.held.new`` tells.
    """

    held_id: int
    lesson_id: int
    author: Author
    text: str
    files: list[MessageFile]
    client_id: str | None
    created_at: str


class HeldDecision(TypedDict):
    """The payload of ``chat.held.decided``; ``message_id`` is the message's, if any."""

    held_id: int
    lesson_id: int
    approved: bool
    message_id: int | None
    by: int


class Member(TypedDict):
    """Somebody in a lesson."""

    user_id: int
    name: str
    role: Literal["tutor", "student"]
    state: Literal["invited", "accepted"]
    board: Literal["draw", "view"]


class Summary(TypedDict):
    """A lesson's state as one member has it, asked for by ``?summary=true``.

    At most 100 are ``unread``, which means more; ``held`` counts what one may see.
    """

    unread: int
    seq: int
    read: int
    last_message: Message | None
    present: list[int]
    held: int


class Lesson(TypedDict):
    """A lesson, as ``/api/lessons/`` and ``lesson.changed`` have it."""

    id: int
    title: str
    starts_at: str
    ends_at: str
    status: Literal["scheduled", "cancelled"]
    chat: Literal["open", "tutors", "moderated"]
    members: list[Member]
    summary: NotRequired[Summary]


class Notification(TypedDict):
    """A notification; its event's payload, too."""

    id: int
    seq: int
    event: str
    data: dict[str, Any]
    created_at: str
    read_at: str | None


class NotificationsRead(TypedDict):
    """The payload of ``notification.read``."""

    ids: list[int] | Literal["all"]
    unread: int
