"""The table of what the AsyncAPI document tells of commands and events (2.3, 2.4).

The examples of commands are a conversation: Olena's, user 2, a tutor of lesson 1 of the
demo school.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from handlers.api_docs import socket_shapes as shapes
from rtserver.errors import CloseCode
from rtserver.notifications.notices import NotificationView
from rtserver.views import HeldView, MessageView

CHAT = "chat:user:{id}"
BOARD = "board:lesson:{id}"
ROOM = "room:lesson:{id}"
STATUS = "status:users"
NOTIFICATIONS = "notifications:user:{id}"
CHANNELS = (CHAT, BOARD, ROOM, STATUS, NOTIFICATIONS)


class CommandDoc(NamedTuple):
    """A command; ``channels`` are the forms of its frame's channel, none: no channel.

    ``sample`` is the example's channel and payload.
    """

    summary: str
    ack: Any
    channels: tuple[str, ...] = ()
    needs_id: bool = False
    sample: tuple[str | None, Mapping[str, Any]] = (None, {})


class EventDoc(NamedTuple):
    """An event; ``numbered`` ones belong to a stream and have a ``seq``."""

    summary: str
    channel: str
    payload: Any
    numbered: bool = False


_SHAPE = {"id": "r1", "version": 1, "versionNonce": 81, "x": 10, "y": 20}
_MINE, _BOARD, _ROOM = "chat:user:2", "board:lesson:1", "room:lesson:1"

COMMANDS: Mapping[str, CommandDoc] = {
    "auth": CommandDoc(
        "Sign in by the first frame; `welcome` follows the ack.",
        shapes.Nothing,
        sample=(None, {"token": "eyJhbGciOi…"}),
    ),
    "auth.refresh": CommandDoc(
        "Bring a new token of the same user, so that the connection goes on.",
        shapes.Expiry,
        sample=(None, {"token": "eyJhbGciOi…"}),
    ),
    "ping": CommandDoc(
        "Ask for the time; any frame is a sign of life.", shapes.ServerTime
    ),
    "subscribe": CommandDoc(
        "Get a channel's events from now on, with `since` also those that were missed.",
        shapes.Position,
        CHANNELS,
        sample=(_MINE, {"since": {"1": 2}}),
    ),
    "unsubscribe": CommandDoc(
        "Get no more of a channel; harmless where it isn't held.",
        shapes.ChannelName,
        CHANNELS,
        sample=(_MINE, {}),
    ),
    "board.patch": CommandDoc(
        "Draw: of two versions of an element the higher wins, then the lower nonce.",
        shapes.Patched,
        (BOARD,),
        needs_id=True,
        sample=(_BOARD, {"elements": [_SHAPE]}),
    ),
    "board.reset": CommandDoc(
        "Clear the board, as a tutor.",
        shapes.SeqOnly,
        (BOARD,),
        needs_id=True,
        sample=(_BOARD, {}),
    ),
    "board.snapshot.send": CommandDoc(
        "Replace the board by this state, as a tutor.",
        shapes.SeqOnly,
        (BOARD,),
        needs_id=True,
        sample=(_BOARD, {"elements": [_SHAPE]}),
    ),
    "board.snapshot.request": CommandDoc(
        "Get the whole board, as it is at exactly `seq`.",
        shapes.Snapshot,
        (BOARD,),
        needs_id=True,
        sample=(_BOARD, {}),
    ),
    "board.cursor.move": CommandDoc(
        "Tell where one's pointer is, with any small fields (1 KiB in all).",
        shapes.Nothing,
        (BOARD,),
        sample=(_BOARD, {"x": 1.5, "y": 2}),
    ),
    "board.preview": CommandDoc(
        "Show what is being drawn just now, with any small fields (4 KiB in all).",
        shapes.Nothing,
        (BOARD,),
        sample=(_BOARD, {"id": "s1", "n": 0, "points": [[10, 20], [10.5, 21]]}),
    ),
    "room.react": CommandDoc(
        "Raise one's hand or react; a tutor lowers and clears for others, too.",
        shapes.Nothing,
        (ROOM,),
        sample=(_ROOM, {"hand": True, "reaction": "help"}),
    ),
    "room.lead": CommandDoc(
        "Ask everybody's board, as a tutor, to follow this connection's.",
        shapes.Nothing,
        (ROOM,),
        sample=(_ROOM, {"on": True}),
    ),
    "chat.typing": CommandDoc(
        "Tell that one is typing; at most one in 3 s is passed on.",
        shapes.Nothing,
        sample=(None, {"lesson_id": 1}),
    ),
    "chat.read": CommandDoc(
        "Move one's read mark forward; the ack says where it is.",
        shapes.SeqOnly,
        sample=(None, {"lesson_id": 1, "seq": 4}),
    ),
}

EVENTS: Mapping[str, EventDoc] = {
    "chat.message.new": EventDoc("A message.", CHAT, MessageView, numbered=True),
    "chat.message.edited": EventDoc(
        "A message has another text.", CHAT, MessageView, numbered=True
    ),
    "chat.message.deleted": EventDoc(
        "A message is gone; its text is empty.", CHAT, MessageView, numbered=True
    ),
    "chat.typing": EventDoc("Somebody is typing.", CHAT, shapes.Typing),
    "chat.read": EventDoc("Somebody has read up to a seq.", CHAT, shapes.ReadMark),
    "chat.joined": EventDoc("Somebody takes part from now on.", CHAT, shapes.Joined),
    "chat.left": EventDoc("Somebody takes part no longer.", CHAT, shapes.Left),
    "chat.held.new": EventDoc("A message waits for a tutor.", CHAT, HeldView),
    "chat.held.decided": EventDoc(
        "It waits no longer: it is a message now, or gone.", CHAT, shapes.Decided
    ),
    "board.patch": EventDoc("Somebody drew.", BOARD, shapes.Drawn, numbered=True),
    "board.reset": EventDoc(
        "The board is empty.", BOARD, shapes.Cleared, numbered=True
    ),
    "board.snapshot.send": EventDoc(
        "Replace your board by these elements.", BOARD, shapes.Drawn, numbered=True
    ),
    "board.cursor.move": EventDoc("Somebody's pointer.", BOARD, shapes.Cursor),
    "board.preview": EventDoc(
        "What somebody is drawing just now: pieces, of which some may be missing.",
        BOARD,
        shapes.Preview,
    ),
    "board.rights": EventDoc("Who may draw has changed.", BOARD, shapes.BoardRight),
    "lesson.changed": EventDoc(
        "The lesson or its members have changed.", ROOM, shapes.ChangedLesson
    ),
    "room.entered": EventDoc("Somebody is in the room.", ROOM, shapes.Seen),
    "room.left": EventDoc("Somebody is no longer in the room.", ROOM, shapes.Seen),
    "room.reaction": EventDoc(
        "Somebody's hand and reaction, as they are now.", ROOM, shapes.Signals
    ),
    "room.lead": EventDoc(
        "Follow this one's board; null: nobody's.", ROOM, shapes.Leader
    ),
    "notification.read": EventDoc(
        "Notifications were read, here or elsewhere.", NOTIFICATIONS, shapes.Read
    ),
    "user.online": EventDoc("Somebody is online.", STATUS, shapes.Seen),
    "user.offline": EventDoc("Somebody is offline.", STATUS, shapes.Seen),
}

# Their type is the notification's event, which a platform may choose.
NOTIFICATION = EventDoc(
    "A notification.", NOTIFICATIONS, NotificationView, numbered=True
)

CLOSE_CODES: Mapping[CloseCode, str] = {
    CloseCode.NORMAL: "You closed the connection.",
    CloseCode.GOING_AWAY: "The server goes away.",
    CloseCode.PROTOCOL_ERROR: "You broke the WebSocket protocol.",
    CloseCode.UNSUPPORTED_DATA: "You sent a binary frame.",
    CloseCode.INVALID_TEXT: "A text frame wasn't UTF-8.",
    CloseCode.TOO_BIG: "A frame was over limits.message_bytes.",
    CloseCode.RESTARTING: "The server restarts.",
    CloseCode.TRY_AGAIN_LATER: "The server is full, or can't check the token now.",
    CloseCode.TOKEN_EXPIRED: "The token has expired: bring a new one.",
    CloseCode.TOO_SLOW: "You read too slowly: come back with `since`.",
    CloseCode.NO_TOKEN: "No token came within auth.timeout.",
    CloseCode.OVER_RATE: "Over the rate for 10 s without let-up.",
    CloseCode.NO_SIGN_OF_LIFE: "No frame and no pong for two heartbeats.",
    CloseCode.PROTOCOL_VIOLATION: "Over limits.bad_frames bad requests in a minute.",
    CloseCode.TOKEN_INVALID: "The token isn't valid, or the user is inactive.",
    CloseCode.TOO_MANY_CONNECTIONS: "This user has too many connections.",
}
