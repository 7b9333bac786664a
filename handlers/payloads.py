"""The payloads of WebSocket commands (contract 2.3)."""

from typing import Annotated

import msgspec

from rtserver.input.field_types import ElementId, Id, Point, Seq
from rtserver.rooms.contract import Reaction

# Looked for only to be left out of what goes on to others.
Ignored = (
    Annotated[
        msgspec.Raw,
        msgspec.Meta(description="Left out: the others get the id of who sent it."),
    ]
    | msgspec.UnsetType
)


class Ping(msgspec.Struct, frozen=True):
    pass


class Authenticate(msgspec.Struct, frozen=True):
    """The payload of ``auth`` and ``auth.refresh``."""

    token: str


class Subscribe(msgspec.Struct, frozen=True):
    """A subscription; ``since`` is the channel's own, and decoded there."""

    since: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    epoch: str | msgspec.UnsetType = msgspec.UNSET


class Unsubscribe(msgspec.Struct, frozen=True):
    pass


class BoardElements(msgspec.Struct, frozen=True):
    """The payload of ``board.patch`` and ``board.snapshot.send``."""

    elements: list[msgspec.Raw]


class BoardReset(msgspec.Struct, frozen=True):
    pass


class BoardSnapshotRequest(msgspec.Struct, frozen=True):
    pass


class BoardCursorMove(msgspec.Struct, frozen=True):
    """Further fields are passed on as they are, but for a ``user_id``."""

    x: float
    y: float
    ignored_user_id: Ignored = msgspec.field(default=msgspec.UNSET, name="user_id")


class BoardPreview(msgspec.Struct, frozen=True):
    """A piece of an element that is being drawn; ``n`` counts them from 0.

    Further fields are passed on as they are, but for a ``user_id``.
    """

    id: ElementId
    n: Seq
    points: list[Point]
    ignored_user_id: Ignored = msgspec.field(default=msgspec.UNSET, name="user_id")


class RoomReact(msgspec.Struct, frozen=True):
    """Of others, or of all, a tutor lowers the hand and clears the reaction."""

    hand: bool | msgspec.UnsetType = msgspec.UNSET
    reaction: Reaction | msgspec.UnsetType | None = msgspec.UNSET
    user_id: Id | msgspec.UnsetType = msgspec.UNSET
    all: bool = False


class RoomLead(msgspec.Struct, frozen=True):
    on: bool


class ChatTyping(msgspec.Struct, frozen=True):
    lesson_id: Id


class ChatRead(msgspec.Struct, frozen=True):
    lesson_id: Id
    seq: Seq
