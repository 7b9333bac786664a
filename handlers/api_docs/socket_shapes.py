"""Payloads of the server's frames that it writes without a struct of their own."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from rtserver.input.field_types import ElementId, Id, Point, Seq
from rtserver.rooms.contract import Reaction
from rtserver.views import Board, LessonView, MemberRole, Role, Time

Text = Annotated[str, msgspec.Meta(min_length=1)]
# 0: somebody who was erased, or the school's own keep_days.
Drawer = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
Nonce = Annotated[int, msgspec.Meta(ge=-(2**53) + 1, le=2**53 - 1)]
Reason = Literal["too_many", "trimmed", "ahead", "epoch"]
Elements = list["ElementShape"]


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An empty object."""


class ElementShape(msgspec.Struct, frozen=True):
    """Any further fields are kept as they are."""

    id: ElementId
    version: Id
    versionNonce: Nonce = 0
    isDeleted: bool = False


class Me(msgspec.Struct, frozen=True):
    id: Id
    name: str
    role: Role


class Limits(msgspec.Struct, frozen=True):
    subscriptions: int
    message_bytes: int


class Welcome(msgspec.Struct, frozen=True):
    protocol: Literal[1]
    connection_id: str
    user: Me
    token_expires_at: Time
    heartbeat_interval: float
    server_time: Time
    limits: Limits


class ServerTime(msgspec.Struct, frozen=True):
    server_time: Time


class Expiry(msgspec.Struct, frozen=True):
    token_expires_at: Time


class Present(msgspec.Struct, frozen=True):
    """Somebody in a room; ``hand`` is since when theirs is up."""

    user_id: Id
    entered_at: Time
    hand: Time | None
    reaction: Reaction | None


class Position(msgspec.Struct, frozen=True):
    """A channel's position; its fields depend on the channel, and on ``since``."""

    channel: str
    epoch: str | UnsetType = UNSET
    seq: Seq | UnsetType = UNSET
    positions: dict[str, Seq] | UnsetType = UNSET
    board: Board | UnsetType = UNSET
    unread: int | UnsetType = UNSET
    online_ids: list[Id] | UnsetType = UNSET
    lesson: LessonView | UnsetType = UNSET
    present: list[Present] | UnsetType = UNSET
    lead: Id | UnsetType | None = UNSET
    recovered: bool | UnsetType = UNSET
    reason: Reason | UnsetType = UNSET
    not_recovered: dict[str, Reason] | UnsetType = UNSET


class ChannelName(msgspec.Struct, frozen=True):
    channel: str


class SeqOnly(msgspec.Struct, frozen=True):
    seq: Seq


class Patched(msgspec.Struct, frozen=True):
    """The outcome of a patch; ``seq`` is null if nothing changed, ``current`` won."""

    seq: Seq | None
    accepted: list[str]
    rejected: list[str]
    current: Elements


class Snapshot(msgspec.Struct, frozen=True):
    seq: Seq
    epoch: str
    elements: Elements
    taken_at: Time


class Fault(msgspec.Struct, frozen=True):
    path: str
    message: str


class Failure(msgspec.Struct, frozen=True):
    """The failure of a command; ``retry_after`` is in seconds."""

    code: Text
    message: Text
    channel: str | UnsetType = UNSET
    errors: list[Fault] | UnsetType = UNSET
    retry_after: float | UnsetType = UNSET


class Unsubscribed(msgspec.Struct, frozen=True):
    channel: str
    reason: str


class Typing(msgspec.Struct, frozen=True):
    lesson_id: Id
    user_id: Id


class ReadMark(msgspec.Struct, frozen=True):
    lesson_id: Id
    user_id: Id
    seq: Seq


class Joined(msgspec.Struct, frozen=True):
    """A new member; ``by``: null for a platform; ``seq``: in one's own copy alone."""

    lesson_id: Id
    user_id: Id
    name: str
    role: MemberRole
    by: Id | None
    seq: Seq | UnsetType = UNSET


class Left(msgspec.Struct, frozen=True):
    lesson_id: Id
    user_id: Id
    name: str
    role: MemberRole
    by: Id | None


class Decided(msgspec.Struct, frozen=True):
    """A decision; ``message_id``: null unless approved; ``by``: null if nobody did."""

    held_id: Id
    lesson_id: Id
    approved: bool
    message_id: Id | None
    by: Id | None


class Drawn(msgspec.Struct, frozen=True):
    elements: Elements
    user_id: Drawer


class Cleared(msgspec.Struct, frozen=True):
    user_id: Drawer


class Cursor(msgspec.Struct, frozen=True):
    """Any further fields are those that were sent."""

    user_id: Id
    x: float
    y: float


class Preview(msgspec.Struct, frozen=True):
    """Any further fields are those that were sent."""

    user_id: Id
    id: ElementId
    n: Seq
    points: list[Point]


class BoardRight(msgspec.Struct, frozen=True):
    user_id: Id
    board: Board


class Signals(msgspec.Struct, frozen=True):
    """Somebody's signals; ``hand`` is since when it is up."""

    user_id: Id
    hand: Time | None
    reaction: Reaction | None


class ChangedLesson(msgspec.Struct, frozen=True):
    lesson: LessonView


class Leader(msgspec.Struct, frozen=True):
    user_id: Id | None


class Read(msgspec.Struct, frozen=True):
    """Notifications that were read: ``ids``, or all; ``unread`` are left."""

    ids: list[Id] | Literal["all"]
    unread: int


class Seen(msgspec.Struct, frozen=True):
    user_id: Id
    at: Time
